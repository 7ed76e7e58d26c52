import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { ContextField, FeedRecord } from '../../forwarder/core/index.js';
import { indicatorKinds } from '../../forwarder/core/index.js';
import { createIndexBuilder } from '../../forwarder/matching/index.js';

import { fuzzRuns } from '../support/fuzz-runs.js';
import { indicatorOf, observableOf } from './arbitraries.js';
import { feedInfo, indexOf, observable } from './feeds.js';
import { naiveCovers } from './naive.js';

const anyIndicator = fc.oneof(...indicatorKinds.map(indicatorOf));
const anyObservable = fc.oneof(
  ...(['url', 'domain', 'ip', 'md5', 'sha1', 'sha256'] as const).map(observableOf),
);
const context = fc.array(
  fc.tuple(
    fc.constantFrom('id', 'geo', 'first_seen', ''),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
  ),
  { maxLength: 5 },
) as fc.Arbitrary<ContextField[]>;
const record: fc.Arbitrary<FeedRecord> = fc.record({
  indicators: fc.array(anyIndicator, { maxLength: 4 }),
  context,
});

describe('the compiled index', () => {
  test('equals the naive scan over feeds and records, contexts included', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(record, { maxLength: 12 }), { maxLength: 3 }),
        fc.array(anyObservable, { maxLength: 8 }),
        (feeds, observables) => {
          const builder = createIndexBuilder();
          const numbers = feeds.map((_, number) => builder.addFeed(feedInfo(`F${number}`)));
          // Records of all feeds by turns: the order of the answer must not depend on it.
          for (let at = 0; at < 12; at++) {
            feeds.forEach((records, number) => {
              const next = records[at];
              if (next !== undefined) builder.addRecord(numbers[number] ?? -1, next);
            });
          }
          const { index } = builder.build();
          for (const seen of observables) {
            const expected = feeds.flatMap((records, number) =>
              records
                .filter(({ indicators }) => indicators.some((one) => naiveCovers(one, seen)))
                .map((hit) => [`F${number}`, hit.context]),
            );
            const found = index.find(seen);
            expect(found.map((match) => [match.feed.name, match.context])).toEqual(expected);
            for (const match of found) {
              expect(match.observable).toBe(seen);
              expect(naiveCovers(match.indicator, seen)).toBe(true);
            }
          }
        },
      ),
      { numRuns: fuzzRuns(150) },
    );
  });

  test('counts indicators, not records', () => {
    const { index } = indexOf({
      name: 'A',
      records: ['domain:a.com ip:192.0.2.1', 'domain:a.com'],
    });
    expect(index.indicatorCount).toBe(3);
  });

  test('holds long texts and many records', () => {
    const builder = createIndexBuilder();
    const feed = builder.addFeed(feedInfo('A'));
    const long = 'x'.repeat(200_000);
    for (let number = 0; number < 20_000; number++) {
      builder.addRecord(feed, {
        indicators: [{ kind: 'domain', value: `host${number}.example` }],
        context: [['n', number === 7 ? long : String(number)]],
      });
    }
    const { index } = builder.build();
    for (const number of [0, 7, 1023, 1024, 19_999]) {
      const found = index.find(observable(`domain:a.host${number}.example`));
      expect(found.map((match) => match.context)).toEqual([
        [['n', number === 7 ? long : String(number)]],
      ]);
    }
  });
});

describe('the version of an index', () => {
  const feeds = [{ name: 'A', records: ['domain:a.com', 'ip:192.0.2.1'] }] as const;
  const { version } = indexOf(...feeds).index;

  test('is the same for the same content', () => {
    expect(indexOf(...feeds).index.version).toBe(version);
    expect(version).toMatch(/^[0-9a-f]{32}$/);
  });

  test.each([
    ['another record', [{ name: 'A', records: ['domain:a.com', 'ip:192.0.2.2'] }]],
    ['another order', [{ name: 'A', records: ['ip:192.0.2.1', 'domain:a.com'] }]],
    ['another name', [{ name: 'B', records: ['domain:a.com', 'ip:192.0.2.1'] }]],
    ['another role', [{ name: 'A', role: 'always', records: ['domain:a.com', 'ip:192.0.2.1'] }]],
    ['another kind', [{ name: 'A', records: ['mask:a.com', 'ip:192.0.2.1'] }]],
    ['records joined', [{ name: 'A', records: ['domain:a.com ip:192.0.2.1'] }]],
    ['no feed', []],
  ] as const)('changes with %s', (_, changed) => {
    expect(indexOf(...changed).index.version).not.toBe(version);
  });

  test('does not depend on where a feed was read from', () => {
    const builder = createIndexBuilder();
    const feed = builder.addFeed({ ...feedInfo('A'), origin: '/elsewhere/A.json' });
    builder.addRecord(feed, {
      indicators: [{ kind: 'domain', value: 'a.com' }],
      context: [['id', '0']],
    });
    builder.addRecord(feed, {
      indicators: [{ kind: 'ip', value: '192.0.2.1' }],
      context: [['id', '1']],
    });
    expect(builder.build().index.version).toBe(version);
  });
});

describe('a wrong use of the builder', () => {
  test('is refused', () => {
    const builder = createIndexBuilder();
    expect(() => {
      builder.addRecord(0, { indicators: [], context: [] });
    }).toThrow('there is no feed number 0');
    builder.build();
    expect(() => builder.addFeed(feedInfo('A'))).toThrow('built already');
    expect(() => builder.build()).toThrow('built already');
  });
});
