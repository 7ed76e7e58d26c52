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

  test('shows how fast it goes, and how long it will take', () => {
    const { written, bar, at } = screen(true);
    at(2000);
    bar.update(2048, 6144, 'feed');
    expect(written[0]).toContain(' 33 %  feed  1.0 KiB/s, 4 s left');
  });

  test('without a total: what there is so far, and a bar that moves', () => {
    const { written, bar, at } = screen(true);
    at(2000);
    bar.update(4096, undefined, 'feed');
    at(2100);
    bar.update(4096, undefined, 'feed');
    expect(written[0]).toContain('feed  4.0 KiB, 2.0 KiB/s');
    expect(written[0]).not.toContain('%');
    expect(written[1]?.indexOf('━')).not.toBe(written[0]?.indexOf('━'));
  });

  test('is never wider than the terminal', () => {
    const { written, bar, at } = screen(true);
    at(600);
    bar.update(1, 2, 'x'.repeat(500));
    const seen = (written[0] ?? '').replace(/\u001b\[[0-9;]*[mK]|\r/g, '');
    expect(seen.length).toBeLessThan(80);
  });

  test('shows no more than the whole, and nothing of a total of 0', () => {
    const { written, bar, at } = screen(true);
    at(600);
    bar.update(9, 4, 'over');
    at(800);
    bar.update(9, 0, 'unknown');
    expect(written[0]).toContain('100 %');
    expect(written[1]).toContain('  0 %');
  });
});
