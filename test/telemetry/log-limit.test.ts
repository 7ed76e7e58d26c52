import { describe, expect, test } from '@jest/globals';

import type { LogFields, Logger } from '../../forwarder/core/index.js';
import { limitLog } from '../../forwarder/telemetry/index.js';

function rig() {
  const written: { code: string; fields: LogFields | undefined }[] = [];
  const take = (code: string, _message: string, fields?: LogFields): void => {
    written.push({ code, fields });
  };
  const inner: Logger = { debug: take, info: take, warn: take, error: take };
  const clock = { nowMs: 0 };
  return { log: limitLog(inner, () => clock.nowMs), written, clock };
}

describe('the limit of the log', () => {
  test('ten lines of one cause a minute; how many were held back is said with the next', () => {
    const { log, written, clock } = rig();
    for (let count = 0; count < 100_000; count += 1) log.warn('intake.bad', 'bad');
    expect(written).toHaveLength(10);
    clock.nowMs = 60_000;
    log.warn('intake.bad', 'bad', { peer: 'x' });
    expect(written).toHaveLength(11);
    expect(written[10]?.fields).toEqual({ peer: 'x', heldBack: 99_990 });
    log.warn('intake.bad', 'bad');
    expect(written[11]?.fields).toBeUndefined();
  });

  test("causes do not take each other's lines: codes, levels, feeds", () => {
    const { log, written } = rig();
    for (let count = 0; count < 100; count += 1) {
      log.warn('a', 'x');
      log.error('a', 'x');
      log.warn('b', 'x', { feed: 'One' });
      log.warn('b', 'x', { feed: 'Two' });
    }
    expect(written).toHaveLength(40);
  });

  test('endless causes are bounded in memory, and their lines too', () => {
    const { log, written } = rig();
    for (let count = 0; count < 50_000; count += 1) log.warn(`code.${count}`, 'x');
    expect(written.length).toBeLessThanOrEqual(1_010);
  });
});
