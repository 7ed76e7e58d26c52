import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { crc32 } from 'node:zlib';

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import {
  indicatorKinds,
  ServiceError,
  type ContextField,
  type FeedRecord,
} from '../../forwarder/core/index.js';
import {
  createIndexBuilder,
  headerBytes,
  openIndex,
  type IndexImage,
} from '../../forwarder/matching/index.js';

import { fuzzRuns } from '../support/fuzz-runs.js';
import { indicatorOf, observableOf } from './arbitraries.js';
import { feedInfo, indicator, observable } from './feeds.js';
import { fileOf, imageOf, MemoryFile, openFile, type FeedRecords } from './memory-file.js';
import { naiveCovers } from './naive.js';

const context = fc.array(
  fc.tuple(fc.constantFrom('id', 'geo', ''), fc.string({ unit: 'grapheme', maxLength: 3000 })),
  { maxLength: 4 },
) as fc.Arbitrary<ContextField[]>;
const record: fc.Arbitrary<FeedRecord> = fc.record({
  indicators: fc.array(fc.oneof(...indicatorKinds.map(indicatorOf)), { maxLength: 4 }),
  context,
});
const anyObservable = fc.oneof(
  ...(['url', 'domain', 'ip', 'md5', 'sha1', 'sha256'] as const).map(observableOf),
);
const anyFeeds: fc.Arbitrary<FeedRecords[]> = fc
  .array(fc.array(record, { maxLength: 12 }), { maxLength: 3 })
  .map((feeds) => feeds.map((records, number) => ({ info: feedInfo(`F${number}`), records })));

describe('an index file', () => {
  test('gives the answers of the index in memory and of the naive scan', () => {
    fc.assert(
      fc.property(anyFeeds, fc.array(anyObservable, { maxLength: 8 }), (feeds, observables) => {
        const builder = createIndexBuilder();
        for (const { info, records } of feeds) {
          const number = builder.addFeed(info);
          for (const one of records) builder.addRecord(number, one);
        }
        const inMemory = builder.build().index;
        const { index } = openFile(fileOf(feeds));
        expect(index.version).toBe(inMemory.version);
        expect(index.indicatorCount).toBe(inMemory.indicatorCount);
        for (const seen of observables) {
          const found = index.find(seen);
          expect(found).toEqual(inMemory.find(seen));
          const expected = feeds.flatMap(({ info, records }) =>
            records
              .filter(({ indicators }) => indicators.some((one) => naiveCovers(one, seen)))
              .map((hit) => [info, hit.context]),
          );
          expect(found.map((match) => [match.feed, match.context])).toEqual(expected);
        }
      }),
      { numRuns: fuzzRuns(100) },
    );
  });

  const records = Array.from({ length: 3000 }, (_, number) => ({
    indicators: [indicator(`domain:host${number}.example`), indicator(`ip:10.0.${number % 256}.1`)],
    context: [['id', String(number)]] as const,
  }));
  const feeds = [{ info: feedInfo('A'), records }];

  test('needs few reads for a hit, and none for the next of the same indicator', () => {
    const file = fileOf(feeds);
    const { index } = openFile(file);
    expect(index.find(observable('domain:x.host2000.example'))).toHaveLength(1);
    expect(file.reads).toBeLessThanOrEqual(4);
    file.reads = 0;
    expect(index.find(observable('domain:y.host2000.example'))).toHaveLength(1);
    expect(index.find(observable('domain:unknown.example'))).toEqual([]);
    expect(file.reads).toBe(0);
  });

  test('can be used by several threads without copying what is in memory', () => {
    const file = fileOf(feeds);
    const image = imageOf(file);
    const { port1, port2 } = new MessageChannel();
    port1.postMessage(image);
    const received = (receiveMessageOnPort(port2) as { message: IndexImage }).message;
    const { index } = openIndex(received, file);
    expect(index.find(observable('ip:10.0.7.1'))).toHaveLength(12);
    image.resident.fill(0);
    expect(received.resident.every((byte) => byte === 0)).toBe(true);
    port1.close();
  });

  test('has the details it was given', () => {
    const details = { inputs: ['a', 1] };
    expect(imageOf(fileOf(feeds, details)).description).toMatchObject({
      details,
      content: { indicatorCount: 6000, recordCount: 3000 },
    });
  });
});

describe('a damaged index file', () => {
  const masks = ['mask:a.example/x/*', 'mask:*.b.example', 'domain:c.example', 'ip:192.0.2.0/24'];
  const feeds = [
    {
      info: feedInfo('A'),
      records: masks.map((text, number) => ({
        indicators: [indicator(text)],
        context: [['id', String(number)]] as const,
      })),
    },
  ];
  const file = fileOf(feeds);
  const asked = ['url:a.example/x/y', 'url:q.b.example', 'domain:c.example', 'ip:192.0.2.9'].map(
    observable,
  );

  function withBytes(change: (bytes: Buffer) => Buffer): MemoryFile {
    const changed = new MemoryFile();
    changed.bytes = change(Buffer.from(file.bytes));
    return changed;
  }

  test('every flipped byte is noticed: at once, or where it is read', () => {
    const { blockCount, residentAt, descriptionAt } = imageOf(file).header;
    expect(blockCount).toBe(1);
    const unnoticed: number[] = [];
    for (let at = 0; at < file.size; at++) {
      // Of the resident part, 64 KiB all covered by one checksum, some bytes are enough.
      if (at > residentAt + 200 && at < descriptionAt) at = Math.min(at + 499, descriptionAt);
      const flipped = withBytes((bytes) => {
        bytes[at]! ^= 1 << (at % 8);
        return bytes;
      });
      const isBlock = at >= headerBytes && at < residentAt;
      let damages = 0;
      try {
        const { index } = openFile(flipped, (error) => {
          expect(error.code).toBe('TF_INDEX');
          damages++;
        });
        for (const one of asked) expect(index.find(one)).toEqual([]);
      } catch (error) {
        if (isBlock || !(error instanceof ServiceError)) throw error;
        expect(error).toMatchObject({ code: 'TF_INDEX', where: 'memory.index' });
        damages = asked.length;
      }
      if (damages !== asked.length) unnoticed.push(at);
    }
    expect(unnoticed).toEqual([]);
  });

  test('blocks in each other’s place are noticed', () => {
    const many = fileOf([
      {
        info: feedInfo('A'),
        records: Array.from({ length: 2000 }, (_, number) => ({
          indicators: [indicator(`domain:h${number}.example`)],
          context: [],
        })),
      },
    ]);
    const swapped = new MemoryFile();
    swapped.bytes = Buffer.from(many.bytes);
    many.bytes.copy(swapped.bytes, headerBytes, headerBytes + 4096, headerBytes + 8192);
    const { index } = openFile(swapped);
    expect(() => index.find(observable('domain:h3.example'))).toThrow('block 0 of the index');
  });

  test.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, -1), 'bytes instead of'],
    ['longer', (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(1)]), 'bytes instead of'],
    ['empty', () => Buffer.alloc(0), 'not an index'],
    ['something else', () => Buffer.alloc(9000, 'abc'), 'not an index'],
    ['without its first page', (bytes: Buffer) => bytes.fill(0, 0, 4096), 'not an index'],
    ['of another version', (bytes: Buffer) => resealed(bytes, 8, 3), 'format version 3'],
    ['of another byte order', (bytes: Buffer) => resealed(bytes, 12, 0x0d0c0b0a), 'byte order'],
  ])('%s: refused, with what to do', (_, change, message) => {
    const changed = withBytes(change);
    expect(() => openFile(changed)).toThrow(message);
    expect(() => openFile(changed)).toThrow(
      expect.objectContaining({ code: 'TF_INDEX', where: 'memory.index' }),
    );
  });

  /** The header with another number, its checksum made right again. */
  function resealed(bytes: Buffer, at: number, value: number): Buffer {
    bytes.writeUInt32LE(value, at);
    bytes.writeUInt32LE(crc32(bytes.subarray(0, 4092)), 4092);
    return bytes;
  }
});
