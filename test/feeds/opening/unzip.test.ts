import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fuzzRuns } from '../../support/fuzz-runs.js';
import { content, contentOf, errorOf, faultOf, TestFolder } from './folder.js';
import { zipArchive, type ZippedFile } from './zip-archive.js';

const folder = new TestFolder();
const packed = gzipSync(content);

describe('zip', () => {
  const put = (...files: ZippedFile[]): Promise<string> =>
    folder.put('Evil_URL.zip', zipArchive(files));

  test.each([{}, { stored: true }, { zip64: true }, { zip64: true, stored: true }])(
    'the only file in it: %j',
    async (how) => {
      const path = await put(
        { name: 'x/', content: '', stored: true },
        { name: '../x/y.txt', content, ...how },
      );
      const told: number[] = [];
      const unzipped = await contentOf(path, { onProgress: (bytes) => told.push(bytes) });
      expect(unzipped.equals(content)).toBe(true);
      expect(told.at(-1)).toBe(
        zipArchive([
          { name: 'x/', content: '', stored: true },
          { name: '../x/y.txt', content, ...how },
        ]).length,
      );
      expect(told).toEqual([...told].sort((one, other) => one - other));
    },
  );

  test('of several files the one that has the name of the feed', async () => {
    const path = await put(
      { name: 'readme.txt', content: 'no' },
      { name: 'feeds/evil_url_2026.json', content: '[1]' },
      { name: 'other.json', content: '[2]' },
      { name: '__MACOSX/._other.json', content: 'no' },
    );
    expect((await contentOf(path)).toString()).toBe('[1]');
    expect((await contentOf(path, { member: 'OTHER' })).toString()).toBe('[2]');
    const error = await errorOf(contentOf(path, { member: 'third' }));
    expect(error.message).toMatch(
      /holds 3 files, and none has a name that begins with third: "readme\.txt", /,
    );
  });

  test('of several that begin so the one that has no more', async () => {
    const path = await put(
      { name: 'Evil.json', content: '[1]' },
      { name: 'Evil_Diff.json', content: '[2]' },
    );
    expect((await contentOf(path, { member: 'evil' })).toString()).toBe('[1]');
    expect((await errorOf(contentOf(path, { member: 'ev' }))).message).toMatch(
      /and more than one has/,
    );
  });

  test('gzip in it is unpacked too; nothing else twice', async () => {
    expect((await contentOf(await put({ name: 'a.gz', content: packed }))).equals(content)).toBe(
      true,
    );
    const twice = 'The feed is packed more than once.';
    expect(await faultOf(folder, zipArchive([{ name: 'a', content: gzipSync(packed) }]))).toBe(
      twice,
    );
    expect(
      await faultOf(
        folder,
        zipArchive([{ name: 'a', content: zipArchive([{ name: 'b', content }]) }]),
      ),
    ).toBe(twice);
    expect(await faultOf(folder, gzipSync(packed))).toBe(twice);
    expect(await faultOf(folder, gzipSync(zipArchive([{ name: 'a', content }])))).toBe(twice);
  });

  test.each<[string, ZippedFile, RegExp]>([
    [
      'an encrypted file',
      { name: 'a', content, isEncrypted: true },
      /^"a" in the zip archive is encrypted/,
    ],
    ['an unknown method', { name: 'a', content, method: 14 }, /is packed by method 14, which/],
    ['a wrong check sum', { name: 'a', content, crc: 1 }, /is damaged: its check sum is wrong/],
    ['data that is not packed', { name: 'a', content, stored: true, method: 8 }, /is damaged: /],
    [
      'a folder only',
      { name: 'a/', content: '', stored: true },
      /^There is no file in the zip archive/,
    ],
  ])('%s', async (_name, file, message) => {
    expect(await faultOf(folder, zipArchive([file]))).toMatch(message);
  });

  test('an archive without files, and one that is cut or damaged', async () => {
    expect(await faultOf(folder, zipArchive([]))).toMatch(/^There is no file/);
    const archive = zipArchive([{ name: 'a', content }]);
    for (const length of [4, 30, 1000, archive.length - 1]) {
      expect(await faultOf(folder, archive.subarray(0, length))).toMatch(
        /^The zip archive of the feed is damaged: /,
      );
    }
    const changed = Buffer.from(archive);
    changed.fill(0xff, 5000, 5100);
    expect(await faultOf(folder, changed)).toMatch(/^The zip archive of the feed is damaged: /);
  });

  test('bytes at random after the first four: an error in our words or the content', async () => {
    const archive = zipArchive([{ name: 'a', content: content.subarray(0, 500) }]);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 4, max: archive.length - 1 }),
        fc.nat(255),
        async (at, byte) => {
          const changed = Buffer.from(archive);
          changed[at] = byte;
          const path = await folder.put('f.zip', changed);
          try {
            expect((await contentOf(path)).equals(content.subarray(0, 500))).toBe(true);
          } catch (error) {
            expect(error).toMatchObject({ code: 'TF_FEED' });
          }
        },
      ),
      { numRuns: Math.min(200, fuzzRuns(200)) },
    );
  });
});
