import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { piecesOf, startOf } from '../../../forwarder/feeds/opening/pieces.js';
import { errorOf, TestFolder } from './folder.js';
import { zipArchive } from './zip-archive.js';

const folder = new TestFolder();

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
