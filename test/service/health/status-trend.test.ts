import { describe, expect, test } from '@jest/globals';

import { Trend } from '../../../forwarder/service/health/status-trend.js';

/** A counter and a clock that are moved by hand, and the trend that watches them. */
function watched(startMs = 0) {
  const state = { value: 0, atMs: startMs };
  const trend = new Trend(
    () => state.value,
    () => state.atMs,
  );
  return {
    trend,
    pass: (grown: number, ms = 1000): void => {
      state.value += grown;
      state.atMs += ms;
      trend.tick();
    },
  };
}

describe('a trend', () => {
  test('is the mean of the time asked for, or of all there was', () => {
    const { trend, pass } = watched(5_000_000);
    expect(trend.perSecond(60)).toBe(0);
    expect(trend.increase(60)).toBe(0);
    pass(10);
    pass(0);
    pass(30);
    expect(trend.perSecond(1)).toBe(30);
    expect(trend.perSecond(2)).toBe(15);
    expect(trend.perSecond(60)).toBeCloseTo(40 / 3, 10);
    expect(trend.increase(2)).toBe(30);
    expect(trend.increase(60)).toBe(40);
  });

  test('forgets what is longer ago than a quarter of an hour', () => {
    const { trend, pass } = watched();
    pass(1_000_000);
    for (let second = 0; second < 899; second += 1) pass(2);
    expect(trend.increase(900)).toBe(1_000_000 + 899 * 2);
    pass(2);
    expect(trend.increase(900)).toBe(1800);
    expect(trend.perSecond(900)).toBe(2);
    for (let second = 0; second < 5000; second += 1) pass(3);
    expect(trend.perSecond(900)).toBe(3);
    expect(trend.perSecond(60)).toBe(3);
    pass(0);
    expect(trend.perSecond(1)).toBe(0);
  });

  test('measures by the clock, not by how often it was looked at', () => {
    const { trend, pass } = watched();
    pass(100, 1300);
    pass(500, 5000);
    // Nothing lies within the last second: the event loop was busy for five.
    expect(trend.perSecond(5)).toBe(100);
    expect(trend.perSecond(60)).toBeCloseTo(600 / 6.3, 10);
  });
});
