import { expect, test } from '@jest/globals';

import { backoffMs, defaultTiming } from '../../forwarder/delivery/index.js';

test('doubles from 0.2 s to 30 s, its upper half random', () => {
  const waits = (random: number): number[] =>
    [1, 2, 3, 8, 9, 100, 5000].map((failures) => backoffMs(failures, defaultTiming, random));
  expect(waits(0)).toEqual([200, 200, 400, 12_800, 15_000, 15_000, 15_000]);
  expect(waits(0.5)).toEqual([200, 300, 600, 19_200, 22_500, 22_500, 22_500]);
  for (const wait of waits(0.999999)) expect(wait).toBeLessThanOrEqual(30_000);
});
