import { createWriteStream } from 'node:fs';
import { readdir, truncate } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { piecesOf, startOf } from '../../../forwarder/feeds/opening/pieces.js';
import { fuzzRuns } from '../../support/fuzz-runs.js';
import { contentOf, errorOf, TestFolder } from './folder.js';
import { zipArchive, type ZippedFile } from './zip-archive.js';

const folder = new TestFolder();
/** Packs to about a third: several pieces of the file, several of its content. */
const content = Buffer.from(
  Array.from({ length: 60_000 }, (_, at) => `bad${(at * 7919) % 99_991}.example\n`).join(''),
);
const packed = gzipSync(content);

async function faultOf(bytes: Uint8Array, name = 'feed.dat'): Promise<string> {
  const error = await errorOf(contentOf(await folder.put(name, bytes)));
  expect([error.code, error.where]).toEqual(['TF_FEED', folder.at(name)]);
  expect(error.hint).toBeTruthy();
  return error.message;
}

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
      expect(await faultOf(packed.subarray(0, length))).toMatch(
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
    expect(await faultOf(Buffer.concat([packed, more]))).toMatch(/^The gzip data of the feed /);
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

  test('a file that is cut while it is unpacked: changed, not damaged', async () => {
    const noise = Buffer.from(Array.from({ length: 900_000 }, (_, at) => (at * at * 31) >> 7));
    const path = await folder.put('a.gz', gzipSync(noise));
    const reading = async (): Promise<void> => {
      const pieces = piecesOf(path);
      await pieces.next();
      await truncate(path, 300_000);
      while ((await pieces.next()).done !== true);
    };
    const error = await errorOf(reading());
    expect([error.message, error.retryable]).toEqual([
      'The feed was changed while it was read.',
      true,
    ]);
  });
});

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
    expect(await faultOf(zipArchive([{ name: 'a', content: gzipSync(packed) }]))).toBe(twice);
    expect(
      await faultOf(zipArchive([{ name: 'a', content: zipArchive([{ name: 'b', content }]) }])),
    ).toBe(twice);
    expect(await faultOf(gzipSync(packed))).toBe(twice);
    expect(await faultOf(gzipSync(zipArchive([{ name: 'a', content }])))).toBe(twice);
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
    expect(await faultOf(zipArchive([file]))).toMatch(message);
  });

  test('an archive without files, and one that is cut or damaged', async () => {
    expect(await faultOf(zipArchive([]))).toMatch(/^There is no file/);
    const archive = zipArchive([{ name: 'a', content }]);
    for (const length of [4, 30, 1000, archive.length - 1]) {
      expect(await faultOf(archive.subarray(0, length))).toMatch(
        /^The zip archive of the feed is damaged: /,
      );
    }
    const changed = Buffer.from(archive);
    changed.fill(0xff, 5000, 5100);
    expect(await faultOf(changed)).toMatch(/^The zip archive of the feed is damaged: /);
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

describe('what is not read', () => {
  test.each([
    ['xz', 'fd377a585a000004e6d6b446', 'unxz'],
    ['bzip2', '425a6839314159265359', 'bunzip2'],
    ['zstd', '28b52ffd04586100', 'unzstd'],
    ['7z', '377abcaf271c0004', '7z x'],
  ])('%s, also within gzip', async (name, hex, command) => {
    const bytes = Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(20)]);
    const message = `The feed is packed with ${name}, which is not unpacked here.`;
    expect(await faultOf(bytes)).toBe(message);
    expect(await faultOf(gzipSync(bytes))).toBe(message);
    const { hint } = await errorOf(contentOf(folder.at('feed.dat')));
    expect(hint).toContain(command);
  });

  test('a list whose first name begins like a packed file', async () => {
    const path = await folder.put('a.txt', 'BZh1.example\nPK.example\n');
    expect((await contentOf(path)).toString()).toBe('BZh1.example\nPK.example\n');
  });

  test('a tar archive', async () => {
    const tar = Buffer.alloc(1024);
    tar.write('feed.json', 0);
    tar.write('ustar', 257);
    expect(await faultOf(gzipSync(tar))).toBe(
      'The feed is a tar archive, which is not unpacked here.',
    );
  });

  test.each([
    ['protocol 2', 'a.dat', '80027d7100'],
    ['protocol 4', 'a.dat', '80049500000000'],
    ['an old protocol by its name', 'feeds.TRACER', '286470300a2e'],
  ])('a Python pickle: %s', async (_name, name, hex) => {
    expect(await faultOf(Buffer.from(hex, 'hex'), name)).toMatch(
      /^The feed is a Python pickle; it is not read/,
    );
    const { hint } = await errorOf(startOf(folder.at(name)));
    expect(hint).toMatch(/Compile the CSV or JSON .*threat-forwarder feeds compile/);
  });
});

describe('limits', () => {
  const mebibyte = 2 ** 20;

  /** 10 GB of zeros in 10 MB, as the many members of one file. */
  async function bomb(): Promise<string> {
    const member = gzipSync(Buffer.alloc(16 * mebibyte), { level: 9 });
    const path = folder.at('bomb.gz');
    const out = createWriteStream(path);
    await pipeline(
      (function* () {
        for (let count = 0; count < 640; count++) yield member;
      })(),
      out,
    );
    return path;
  }

  async function readUntil(path: string, unpacking?: { maxBytes: number; maxRatio: number }) {
    let bytes = 0;
    let message = '';
    try {
      for await (const piece of piecesOf(path, { unpacking })) bytes += piece.length;
    } catch (error) {
      message = (error as Error).message;
    }
    return { bytes, message };
  }

  test('a bomb stops at the ratio, and at the size', async () => {
    const path = await bomb();
    const byRatio = await readUntil(path);
    expect(byRatio.message).toBe('The feed unpacks to more than 200 times its packed size.');
    expect(byRatio.bytes).toBeLessThan(400 * mebibyte);
    const bySize = await readUntil(path, { maxBytes: 64 * mebibyte, maxRatio: 100_000 });
    expect(bySize.message).toBe(`The feed unpacks to more than ${64 * mebibyte} bytes.`);
    expect(bySize.bytes).toBeLessThanOrEqual(64 * mebibyte);
    expect((await startOf(path)).equals(Buffer.alloc(4096))).toBe(true);
  });

  test('what a bomb unpacks to is not kept: memory stays bounded', async () => {
    const path = await bomb();
    const before = process.memoryUsage.rss();
    let most = before;
    let bytes = 0;
    const read = async (): Promise<void> => {
      const unpacking = { maxBytes: 1024 * mebibyte, maxRatio: 100_000 };
      for await (const piece of piecesOf(path, { unpacking })) {
        bytes += piece.length;
        most = Math.max(most, process.memoryUsage.rss());
      }
    };
    expect((await errorOf(read())).message).toMatch(/^The feed unpacks to more than/);
    expect(bytes).toBeGreaterThan(1000 * mebibyte);
    expect(most - before).toBeLessThan(64 * mebibyte);
  });

  test('a bomb in a zip archive, and one in gzip in it', async () => {
    const zeros = Buffer.alloc(64 * mebibyte);
    const unpacking = { maxBytes: 2 ** 34, maxRatio: 200 };
    const expected = 'The feed unpacks to more than 200 times its packed size.';
    const plain = await folder.put('a.zip', zipArchive([{ name: 'a', content: zeros }]));
    expect((await readUntil(plain, unpacking)).message).toBe(expected);
    const inner = await folder.put('b.zip', zipArchive([{ name: 'a', content: gzipSync(zeros) }]));
    expect((await readUntil(inner, unpacking)).message).toBe(expected);
  });

  test('what packs well and is small is no bomb', async () => {
    const path = await folder.put('a.gz', gzipSync(Buffer.alloc(16 * mebibyte)));
    expect(await readUntil(path, { maxBytes: 2 ** 30, maxRatio: 2 })).toEqual({
      bytes: 16 * mebibyte,
      message: '',
    });
  });
});

describe('stopping early', () => {
  test('closes the file', async () => {
    const openFiles = async (): Promise<number> => (await readdir('/proc/self/fd')).length;
    const paths = [
      await folder.put('a.gz', packed),
      await folder.put('b.zip', zipArchive([{ name: 'x', content }])),
      await folder.put('c.zip', zipArchive([{ name: 'x', content: packed }])),
      await folder.put('d.txt', content),
      await folder.put('e.gz', packed.subarray(0, 1000)),
    ];
    const before = await openFiles();
    for (let round = 0; round < 20; round++) {
      for (const path of paths) await startOf(path, 10).catch(() => undefined);
    }
    expect(await openFiles()).toBeLessThan(before + 20);
  });

  test('the start of a file, unpacked', async () => {
    expect((await startOf(await folder.put('a.gz', packed), 10)).toString()).toBe('bad0.examp');
    expect(
      (
        await startOf(await folder.put('b.zip', zipArchive([{ name: 'x', content }])), 10)
      ).toString(),
    ).toBe('bad0.examp');
    expect((await startOf(await folder.put('c.txt', 'ab'))).toString()).toBe('ab');
    expect(await startOf(await folder.put('d.txt', ''))).toHaveLength(0);
  });

  test.each(['gz', 'zip'])('an aborted signal ends it with its reason: %s', async (kind) => {
    const bytes = kind === 'gz' ? packed : zipArchive([{ name: 'x', content, stored: true }]);
    const path = await folder.put(`a.${kind}`, bytes);
    const controller = new AbortController();
    const reason = new Error('enough');
    const pieces = piecesOf(path, { signal: controller.signal });
    const reading = async (): Promise<void> => {
      while ((await pieces.next()).done !== true) controller.abort(reason);
    };
    await expect(reading()).rejects.toBe(reason);
  });
});
