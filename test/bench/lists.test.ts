import { describe, expect, test } from '@jest/globals';

import { indicatorOf, indicatorsOf } from '../../bench/indicators.js';
import { parseOptions } from '../../bench/options.js';
import { listsOf } from '../../bench/suites/growth.js';

const values = (count: number, maskShare: number): readonly string[] =>
  [...indicatorsOf({ indicators: count, maskShare })].map(({ value }) => value);

describe('the list of a work set', () => {
  test.each([0, 0.1, 0.25, 1])('holds each indicator once, masks in their share %d', (share) => {
    const all = values(100_000, share);
    expect(new Set(all).size).toBe(100_000);
    const masks = all.filter((value) => value.endsWith('/folder/*')).length;
    expect(masks).toBe(100_000 * share);
  });

  test('of another size begins the same', () => {
    expect(values(1000, 0.25).slice(0, 100)).toEqual(values(100, 0.25));
    expect(indicatorOf(3, 0.25)).toEqual({ kind: 'mask', value: 'site3.example/folder/*' });
    expect(indicatorOf(66_051 * 3, 0)).toHaveProperty('kind', 'md5');
  });

  test('has versions that share the common part and nothing else', () => {
    const set = { indicators: 1000, maskShare: 0.25 };
    const version = (others: number): Set<string> =>
      new Set([...indicatorsOf(set, { common: 500, others })].map(({ value }) => value));
    const [first, second] = [version(500), version(1000)];
    expect([...first]).toEqual(values(1000, 0.25));
    expect(second.size).toBe(1000);
    expect([...second].filter((value) => first.has(value))).toEqual(values(500, 0.25));
  });
});

describe('the lists of the suite growth', () => {
  test('are the sizes asked for, then one without masks and the same with masks', () => {
    const lists = listsOf(parseOptions(['growth', '--sizes', '10,20', '--masks', '100000']));
    expect(lists.map(({ indicators }) => indicators)).toEqual([10, 20, 1_000_000, 1_100_000]);
    expect(lists.map(({ maskShare }) => maskShare)).toEqual([0.25, 0.25, 0, 1 / 11]);
  });

  test('are only the sizes where no masks are asked for', () => {
    const lists = listsOf(parseOptions(['growth', '--sizes', '10', '--masks', '0']));
    expect(lists).toEqual([{ indicators: 10, maskShare: 0.25 }]);
  });
});
