import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ExpiringCache } from '../../../forwarder/feeds/live/expiring-cache.js';

interface Kept {
  readonly key: number;
  readonly value: number;
  readonly expiresAtMs: number;
}

/** A list, youngest last. */
class NaiveCache {
  private kept: Kept[] = [];
  private readonly maxEntries: number;

  constructor(maxEntries: number) {
    this.maxEntries = maxEntries;
  }

  get(key: number, nowMs: number): number | undefined {
    const found = this.kept.find((one) => one.key === key);
    this.kept = this.kept.filter((one) => one !== found);
    if (found === undefined || found.expiresAtMs <= nowMs) return undefined;
    this.kept.push(found);
    return found.value;
  }

  set(key: number, value: number, expiresAtMs: number): void {
    this.kept = this.kept.filter((one) => one.key !== key);
    this.kept.push({ key, value, expiresAtMs });
    this.kept = this.kept.slice(-this.maxEntries);
  }

  get size(): number {
    return this.kept.length;
  }
}

const step = fc.record({
  passesMs: fc.nat(5),
  key: fc.nat(8),
  lastsMs: fc.option(fc.nat(12), { nil: undefined }),
});

test('keeps what a naive list keeps, whatever is put in and asked for', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.array(step, { maxLength: 200 }),
      (max, steps) => {
        const cache = new ExpiringCache<number, number>(max);
        const naive = new NaiveCache(max);
        let nowMs = 0;
        for (const [value, { passesMs, key, lastsMs }] of steps.entries()) {
          nowMs += passesMs;
          if (lastsMs === undefined) expect(cache.get(key, nowMs)).toBe(naive.get(key, nowMs));
          else {
            cache.set(key, value, nowMs + lastsMs);
            naive.set(key, value, nowMs + lastsMs);
          }
          expect(cache.size).toBe(naive.size);
          expect(cache.size).toBeLessThanOrEqual(max);
        }
      },
    ),
  );
});

test('of size 0 keeps nothing', () => {
  const cache = new ExpiringCache<string, number>(0);
  cache.set('a', 1, 100);
  expect([cache.get('a', 0), cache.size]).toEqual([undefined, 0]);
});
