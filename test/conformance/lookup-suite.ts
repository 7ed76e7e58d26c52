import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { Indicator, Observable } from '../../forwarder/core/index.js';
import { createIndexBuilder, type LookupDefinition } from '../../forwarder/matching/index.js';

import { fuzzRuns } from '../support/fuzz-runs.js';
import { indicatorOf, observableOf } from '../matching/arbitraries.js';
import { feedInfo } from '../matching/feeds.js';
import { naiveCovers } from '../matching/naive.js';

/** What one member of forwarder/matching/lookups promises; run over the whole list. */
export function describeLookup(definition: LookupDefinition): void {
  /** Numbers of the indicators that cover the observable; each is a record of its own. */
  const finderOf = (
    indicators: readonly Indicator[],
    isAllowed: (number: number) => boolean = () => false,
  ): ((observable: Observable) => number[]) => {
    const builder = createIndexBuilder();
    // An allow-list is filed otherwise, and must be found all the same.
    const feeds = [feedInfo('A'), { ...feedInfo('B'), role: 'suppress' as const }];
    const numbers = feeds.map((info) => builder.addFeed(info));
    indicators.forEach((indicator, number) => {
      const feed = numbers[isAllowed(number) ? 1 : 0] ?? 0;
      builder.addRecord(feed, { indicators: [indicator], context: [['n', String(number)]] });
    });
    const { index } = builder.build();
    return (observable) => index.find(observable).map(({ context }) => Number(context[0]?.[1]));
  };
  const own = fc.oneof(...definition.indicators.map(indicatorOf));
  const asked = fc.oneof(...definition.observables.map(observableOf));

  describe(`lookup ${definition.name}`, () => {
    test('finds what the naive scan finds, in ascending order', () => {
      fc.assert(
        fc.property(
          fc.array(own, { maxLength: 40 }),
          fc.array(asked, { maxLength: 10 }),
          (indicators, observables) => {
            const find = finderOf(indicators);
            for (const observable of observables) {
              expect(find(observable)).toEqual(
                [...indicators.keys()].filter((entry) =>
                  naiveCovers(indicators[entry]!, observable),
                ),
              );
            }
          },
        ),
        { numRuns: fuzzRuns(300) },
      );
    });

    test('finds what allow-lists hold, and leaves the scanner out of it', () => {
      fc.assert(
        fc.property(
          fc.array(own, { maxLength: 40 }),
          fc.array(asked, { maxLength: 10 }),
          (indicators, observables) => {
            const find = finderOf(indicators, (number) => number % 2 === 1);
            for (const observable of observables) {
              expect([...find(observable)].sort((left, right) => left - right)).toEqual(
                [...indicators.keys()].filter((entry) =>
                  naiveCovers(indicators[entry]!, observable),
                ),
              );
            }
          },
        ),
        { numRuns: fuzzRuns(300) },
      );
      const builder = createIndexBuilder();
      const feed = builder.addFeed({ ...feedInfo('B'), role: 'suppress' });
      for (const indicator of fc.sample(own, 50)) {
        builder.addRecord(feed, { indicators: [indicator], context: [] });
      }
      const { filter } = builder.build();
      // Kinds below 16 are those that the scanner asks for.
      expect([filter.kinds & 0xffff, filter.ipv4Ranges.length]).toEqual([0, 0]);
      expect([filter.ipv6PrefixLengths, filter.unfilterableMasks]).toEqual([[], 0]);
    });

    test('the random sets do hold hits', () => {
      const samples = fc.sample(fc.tuple(fc.array(own, { minLength: 20, maxLength: 40 }), asked), {
        numRuns: 300,
        seed: 7,
      });
      const hits = samples.filter(([indicators, observable]) =>
        indicators.some((indicator) => naiveCovers(indicator, observable)),
      );
      expect(hits.length).toBeGreaterThan(30);
    });

    test('keeps every duplicate', () => {
      fc.assert(
        fc.property(own, asked, fc.integer({ min: 2, max: 20 }), (indicator, observable, times) => {
          const found = finderOf(Array<Indicator>(times).fill(indicator))(observable);
          expect(found).toHaveLength(naiveCovers(indicator, observable) ? times : 0);
        }),
        { numRuns: fuzzRuns(100) },
      );
    });

    test('covers what the naive reading covers', () => {
      fc.assert(
        fc.property(own, asked, (indicator, observable) => {
          expect(definition.covers(indicator.value, observable)).toBe(
            naiveCovers(indicator, observable),
          );
        }),
        { numRuns: fuzzRuns(300) },
      );
    });

    test('finds nothing when it is empty', () => {
      fc.assert(
        fc.property(asked, (observable) => {
          expect(finderOf([])(observable)).toEqual([]);
        }),
        { numRuns: fuzzRuns(30) },
      );
    });
  });
}
