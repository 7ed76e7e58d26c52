import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { Indicator, Observable } from '../../forwarder/core/index.js';
import type { LookupDefinition } from '../../forwarder/matching/index.js';

import { fuzzRuns } from '../support/fuzz-runs.js';
import { indicatorOf, observableOf } from '../matching/arbitraries.js';
import { naiveCovers } from '../matching/naive.js';

/** What one member of forwarder/matching/lookups promises; run over the whole list. */
export function describeLookup(definition: LookupDefinition): void {
  const build = (indicators: readonly Indicator[]) => {
    const builder = definition.create((entry) => indicators[entry]?.value ?? '');
    indicators.forEach((indicator, entry) => {
      builder.add(indicator, entry);
    });
    return builder.build();
  };
  const find = (indicators: readonly Indicator[], observable: Observable): number[] => {
    const found: number[] = [];
    build(indicators).find(observable, found);
    return found;
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
            const lookup = build(indicators);
            for (const observable of observables) {
              const found: number[] = [];
              lookup.find(observable, found);
              expect(found).toEqual(
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
          const found = find(Array<Indicator>(times).fill(indicator), observable);
          expect(found).toHaveLength(naiveCovers(indicator, observable) ? times : 0);
        }),
        { numRuns: fuzzRuns(100) },
      );
    });

    test('appends, and leaves alone what is there', () => {
      fc.assert(
        fc.property(own, asked, (indicator, observable) => {
          const found = [77];
          build([indicator]).find(observable, found);
          expect(found).toEqual(naiveCovers(indicator, observable) ? [77, 0] : [77]);
        }),
        { numRuns: fuzzRuns(100) },
      );
    });

    test('finds nothing when it is empty', () => {
      fc.assert(
        fc.property(asked, (observable) => {
          expect(find([], observable)).toEqual([]);
        }),
        { numRuns: fuzzRuns(30) },
      );
    });
  });
}
