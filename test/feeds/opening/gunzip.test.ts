import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fuzzRuns } from '../../support/fuzz-runs.js';
import { content, contentOf, faultOf, TestFolder } from './folder.js';

const folder = new TestFolder();
const packed = gzipSync(content);

describe('gzip', () => {
  test('is known by its first bytes, whatever its name', async () => {
    expect((await contentOf(await folder.put('a.json', packed))).equals(content)).toBe(true);
    // And what is called .gz need not be packed.
    expect((await contentOf(await folder.put('a.gz', content))).equals(content)).toBe(true);
  });

  test('of several members', async () => {
    const members = [
      content.subarray(0, 70_000),
      content.subarray(70_000, 70_000),
      content.subarray(70_000),
    ];
    const path = await folder.put('a.gz', Buffer.concat(members.map((part) => gzipSync(part))));
    expect((await contentOf(path)).equals(content)).toBe(true);
  });

  test('progress counts the bytes of the file', async () => {
    const told: number[] = [];
    await contentOf(await folder.put('a.gz', packed), { onProgress: (bytes) => told.push(bytes) });
    expect(told.at(-1)).toBe(packed.length);
    expect(told).toEqual([...told].sort((one, other) => one - other));
  });

  test.each([3, 9, 100, 40_000, packed.length - 8, packed.length - 1])(
    'cut after %d bytes: an error, never a part as the whole',
    async (length) => {
      expect(await faultOf(folder, packed.subarray(0, length))).toMatch(
        /^The gzip data of the feed is cut short: it ends after byte \d+\.$/,
      );
    },
  );

  test.each([
    ['text', Buffer.from('\nmore')],
    ['zeros', Buffer.alloc(10)],
    ['much', Buffer.alloc(700_000, 'x')],
    ['many zeros', Buffer.alloc(700_000)],
    ['zeros and text', Buffer.concat([Buffer.alloc(700_000), Buffer.from('x')])],
  ])('followed by something else is an error: %s', async (_name, more) => {
    expect(await faultOf(folder, Buffer.concat([packed, more]))).toMatch(
      /^The gzip data of the feed /,
    );
  });

  test('a changed bit anywhere behind the header is noticed, unless it says nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 10, max: packed.length - 1 }),
        fc.nat(7),
        async (at, bit) => {
          const changed = Buffer.from(packed);
          changed[at] = (changed[at] as number) ^ (1 << bit);
          const path = await folder.put('a.gz', changed);
          // The last byte of the data has bits that fill it up; the content is whole then.
          const outcome = await contentOf(path).catch((error: unknown) => error);
          if (Buffer.isBuffer(outcome)) expect(outcome.equals(content)).toBe(true);
          else expect(outcome).toMatchObject({ code: 'TF_FEED' });
        },
      ),
      {
        numRuns: Math.min(40, fuzzRuns(40)),
        examples: [
          [packed.length - 9, 7],
          [packed.length - 1, 0],
        ],
      },
    );
  });
});
