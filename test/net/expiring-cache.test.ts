import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fuzzRuns } from '../support/fuzz-runs.js';
import { ExpiringCache } from '../../forwarder/net/index.js';

const step = fc.record({
  passesMs: fc.nat(5),
  key: fc.nat(12),
  lastsMs: fc.option(fc.nat(30), { nil: undefined }),
});

test('as a Map without limit, but that what was not used lately may be missing', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 9 }),
      fc.array(step, { maxLength: 200 }),
      (max, steps) => {
        const cache = new ExpiringCache<number, number>(max);
        const all = new Map<number, { readonly value: number; readonly endsMs: number }>();
        /** Keys that were put in or found, the latest last. */
        let used: number[] = [];
        let nowMs = 0;
        for (const [value, { passesMs, key, lastsMs }] of steps.entries()) {
          nowMs += passesMs;
          const wasLate = used.slice(-Math.floor(max / 2)).includes(key);
          used = used.filter((one) => one !== key);
          if (lastsMs === undefined) {
            const known = all.get(key);
            const right = known !== undefined && known.endsMs > nowMs ? known.value : undefined;
            const found = cache.get(key, nowMs);
            if (wasLate || found !== undefined) expect(found).toBe(right);
            if (found !== undefined) used.push(key);
          } else {
            cache.set(key, value, nowMs + lastsMs);
            all.set(key, { value, endsMs: nowMs + lastsMs });
            used.push(key);
          }
          expect(cache.size).toBeLessThanOrEqual(max);
        }
      },
    ),
    { numRuns: fuzzRuns(300) },
  );
});

test('a value that is asked for again and again outlives those that are not', () => {
  const cache = new ExpiringCache<number, string>(10);
  cache.set(-1, 'asked for', Infinity);
  for (let key = 0; key < 1000; key++) {
    cache.set(key, 'not', Infinity);
    expect(cache.get(-1, 0)).toBe('asked for');
  }
  expect(cache.get(0, 0)).toBeUndefined();
});

test('of size 0 keeps nothing', () => {
  const cache = new ExpiringCache<string, number>(0);
  cache.set('a', 1, 100);
  expect([cache.get('a', 0), cache.size]).toEqual([undefined, 0]);
});
