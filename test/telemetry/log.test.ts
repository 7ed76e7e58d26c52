import { describe, expect, test } from '@jest/globals';

import { createLogger } from '../../forwarder/telemetry/index.js';

async function logged(write: (log: Awaited<ReturnType<typeof createLogger>>) => void) {
  const lines: string[] = [];
  const log = await createLogger({
    level: 'info',
    format: 'json',
    destination: { write: (line: string) => lines.push(line) },
  });
  write(log);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('log', () => {
  test('is one JSON object a line, with level, code and message', async () => {
    const [line] = await logged((log) => {
      log.warn('feed.problem', 'a record was left out', { feed: 'X', record: 3 });
    });
    expect(line).toMatchObject({
      level: 'warn',
      code: 'feed.problem',
      msg: 'a record was left out',
      feed: 'X',
      record: 3,
    });
    expect(Date.parse(String(line?.['time']))).not.toBeNaN();
  });

  test('keeps below its level silent', async () => {
    expect(
      await logged((log) => {
        log.debug('x', 'hidden');
      }),
    ).toEqual([]);
  });

  test('never writes a secret, also one level down', async () => {
    const text = JSON.stringify(
      await logged((log) => {
        log.error('x', 'y', { token: 'hunter2', collector: { key: 'hunter2', url: 'tls://a' } });
      }),
    );
    expect(text).not.toContain('hunter2');
    expect(text).toContain('tls://a');
  });
});
