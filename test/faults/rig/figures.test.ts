import { expect, test } from '@jest/globals';

import { percentileOf, sampleOf, slopeOf } from './figures.js';
import { sumsOf } from './forwarder.js';

test('the slope of a line, of none and of one point', () => {
  expect(slopeOf([0, 1, 2, 3].map((x) => [x, 5 - 2 * x] as const))).toBeCloseTo(-2);
  expect(slopeOf([])).toBe(0);
  expect(slopeOf([[1, 7]])).toBe(0);
});

test('percentiles', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(percentileOf(values, 0.99)).toBe(100);
  expect(percentileOf(values, 0)).toBe(1);
  expect(percentileOf([], 0.5)).toBeNaN();
});

test('a process is looked at', () => {
  const { residentBytes, openFiles } = sampleOf(process.pid);
  expect(residentBytes).toBeGreaterThan(10_000_000);
  expect(openFiles).toBeGreaterThan(2);
});

test('metrics are summed over their labels', () => {
  const page = '# HELP tf_a x\ntf_a{b="1"} 2\ntf_a{b="x y"} 3\ntf_c 1e3\n';
  expect([...sumsOf(page)]).toEqual([
    ['tf_a', 5],
    ['tf_c', 1000],
  ]);
});
