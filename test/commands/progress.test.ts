import { describe, expect, test } from '@jest/globals';

import { createProgressBar } from '../../forwarder/commands/support/progress.js';

function screen(isTTY: boolean) {
  const written: string[] = [];
  let now = 0;
  const bar = createProgressBar({
    stream: { isTTY, columns: 80, write: (text: string) => written.push(text) },
    nowMs: () => now,
  });
  return { written, bar, at: (ms: number) => (now = ms) };
}

describe('progress bar', () => {
  test('is silent where there is no terminal', () => {
    const { written, bar, at } = screen(false);
    at(5000);
    bar.update(1, 2, 'loading');
    bar.clear();
    expect(written).toEqual([]);
  });

  test('draws after half a second, at most ten times a second, and removes itself', () => {
    const { written, bar, at } = screen(true);
    bar.update(1, 4, 'early');
    at(600);
    bar.update(2, 4, 'half');
    at(650);
    bar.update(3, 4, 'too soon');
    bar.clear();
    expect(written).toHaveLength(2);
    expect(written[0]).toContain(' 50 %  half');
    expect(written[1]).toBe('\r\u001b[K');
  });

  test('shows no more than the whole, and nothing of an unknown total', () => {
    const { written, bar, at } = screen(true);
    at(600);
    bar.update(9, 4, 'over');
    at(800);
    bar.update(9, 0, 'unknown');
    expect(written[0]).toContain('100 %');
    expect(written[1]).toContain('  0 %');
  });
});
