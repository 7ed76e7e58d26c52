import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { FeedRecord } from '../../forwarder/core/index.js';
import { createIndexFileBuilder, recordsOf } from '../../forwarder/matching/index.js';

import { feedInfo } from './feeds.js';
import { imageOf, MemoryFile } from './memory-file.js';

const field = fc.tuple(fc.string({ minLength: 1, maxLength: 8 }), fc.string({ maxLength: 40 }));
const record: fc.Arbitrary<FeedRecord> = fc.record(
  {
    indicators: fc.array(
      fc.record({
        kind: fc.constantFrom('domain' as const, 'ip' as const),
        value: fc.constantFrom('a.example', 'b.example', '192.0.2.1'),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    context: fc.array(field, { maxLength: 5 }),
    actionable: fc.array(field, { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: ['indicators', 'context'] },
);

test('an index gives the records of each feed back as they were, in their order', () => {
  fc.assert(
    fc.property(fc.array(fc.array(record, { maxLength: 30 }), { maxLength: 4 }), (feeds) => {
      const file = new MemoryFile();
      const builder = createIndexFileBuilder(file);
      feeds.forEach((records, number) => {
        const feed = builder.addFeed(feedInfo(`F${number}`));
        for (const one of records) builder.addRecord(feed, one);
      });
      builder.finish(null);
      const { header, description } = imageOf(file);
      feeds.forEach((records, number) => {
        expect([...recordsOf(file, header, description, number)]).toEqual(records);
      });
      expect([...recordsOf(file, header, description, feeds.length)]).toEqual([]);
    }),
  );
});

test('records longer than a block, and many lists of names', () => {
  const file = new MemoryFile();
  const builder = createIndexFileBuilder(file);
  const feed = builder.addFeed(feedInfo('F'));
  const records = Array.from({ length: 3000 }, (_, number): FeedRecord => {
    const text = String(number).repeat(number % 100 === 0 ? 3000 : 3);
    return {
      indicators: [{ kind: 'domain', value: `x${number}.example` }],
      context: [[`name${number}`, text]],
    };
  });
  for (const one of records) builder.addRecord(feed, one);
  builder.finish(null);
  const { header, description } = imageOf(file);
  expect([...recordsOf(file, header, description, 0)]).toEqual(records);
});
