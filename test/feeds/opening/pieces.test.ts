import { readdir, truncate } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { piecesOf, startOf } from '../../../forwarder/feeds/opening/pieces.js';
import { content, contentOf, errorOf, TestFolder } from './folder.js';
import { zipArchive } from './zip-archive.js';

const folder = new TestFolder();
const packed = gzipSync(content);

describe('a file that changes or is given up while it is unpacked', () => {
  // Noise, so that the file is longer than what is read ahead.
  const noise = Buffer.alloc(4_000_000);
  for (let at = 0, state = 1; at < noise.length; at += 4) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    noise.writeUInt32LE((state ^ (state >>> 15)) >>> 0, at);
  }
  const files: readonly (readonly [string, () => Buffer])[] = [
    ['gzip', () => gzipSync(noise)],
    ['zip', () => zipArchive([{ name: 'x', content: noise }])],
    ['zip, stored', () => zipArchive([{ name: 'x', content: noise, stored: true }])],
    ['gzip in zip', () => zipArchive([{ name: 'x.gz', content: gzipSync(noise) }])],
  ];

  test.each(files)(
    '%s: cut, it is said to have changed, not to be damaged',
    async (_kind, bytes) => {
      const path = await folder.put('a.dat', bytes());
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
    },
  );

  test.each(files)('%s: an aborted signal ends it with its reason', async (_kind, bytes) => {
    const path = await folder.put('a.dat', bytes());
    const controller = new AbortController();
    const reason = new Error('enough');
    let isFirst = true;
    const reading = contentOf(path, {
      signal: controller.signal,
      // While the next piece of the file is being read.
      onProgress() {
        if (isFirst)
          setImmediate(() => {
            controller.abort(reason);
          });
        isFirst = false;
      },
    });
    await expect(reading).rejects.toBe(reason);
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
