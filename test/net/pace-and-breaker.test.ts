import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Breaker, Pace } from '../../forwarder/net/index.js';
import { fuzzRuns } from '../support/fuzz-runs.js';

test('in no second there are more requests than the pace allows, however they are wanted', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.array(fc.nat(400)), (perSecond, gaps) => {
      const pace = new Pace(perSecond);
      const sent: number[] = [];
      let nowMs = 0;
      for (const gap of gaps) {
        nowMs += gap;
        if (pace.waitMs(nowMs) > 0) continue;
        pace.take(nowMs);
        sent.push(nowMs);
      }
      for (const from of sent) {
        const within = sent.filter((at) => at >= from && at < from + 1000).length;
        expect(within).toBeLessThanOrEqual(perSecond);
      }
    }),
    { numRuns: fuzzRuns(200) },
  );
});

describe('the pause after failures', () => {
  test('doubles up to the longest, and starts anew after a success', () => {
    const breaker = new Breaker({ pauseMs: 100, maxPauseMs: 350 });
    expect(breaker.isPaused(0)).toBe(false);
    expect([breaker.failed(0), breaker.failed(100), breaker.failed(300)]).toEqual([100, 200, 350]);
    expect([breaker.isPaused(649), breaker.isPaused(650)]).toEqual([true, false]);
    expect([breaker.isTrying, breaker.succeeded(), breaker.succeeded()]).toEqual([
      true,
      true,
      false,
    ]);
    expect(breaker.failed(1000)).toBe(100);
  });

  test('is as long as the server asks, and never ends sooner for a later failure', () => {
    const breaker = new Breaker({ pauseMs: 100, maxPauseMs: 350 });
    expect(breaker.failed(0, 5000)).toBe(5000);
    breaker.failed(10);
    expect([breaker.isPaused(4999), breaker.isPaused(5000)]).toEqual([true, false]);
  });

  test('does not overflow', () => {
    const breaker = new Breaker({ pauseMs: 1, maxPauseMs: 1e9 });
    for (let n = 0; n < 2000; n++) breaker.failed(0);
    expect(breaker.failed(0)).toBe(1e9);
  });
});
