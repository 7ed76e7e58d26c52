import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';

import { retryAfterMs } from '../../../forwarder/net/index.js';

const nowMs = Date.UTC(2026, 4, 1);
const day = 24 * 60 * 60_000;

describe('Retry-After', () => {
  test.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Fri, 01 May 2026 00:10:00 GMT', 600_000],
    ['Fri, 01 May 2020 00:10:00 GMT', 0],
    ['9999999999', day],
    ['Fri, 01 May 2099 00:10:00 GMT', day],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j is %j ms', (value, expected) => {
    expect(retryAfterMs(value, nowMs)).toBe(expected);
  });

  test('is never before now, and never more than a day', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer().map(String)), (value) => {
        const waitMs = retryAfterMs(value, nowMs) ?? 0;
        expect(waitMs).toBeGreaterThanOrEqual(0);
        expect(waitMs).toBeLessThanOrEqual(day);
      }),
    );
  });
});
