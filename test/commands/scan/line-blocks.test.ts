import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { eventChunks } from '../../../forwarder/commands/support/scan/event-chunks.js';
import type { ChunkOptions } from '../../../forwarder/commands/support/scan/event-chunks.js';
import {
  BlockCutter,
  readBlocks,
  scanBegin,
} from '../../../forwarder/commands/support/scan/line-blocks.js';
import type {
  LineBlock,
  ScanPosition,
} from '../../../forwarder/commands/support/scan/line-blocks.js';
import { findInputs } from '../../../forwarder/commands/support/scan/scan-inputs.js';
import { scanFolder } from './scan-in-process.js';

const maxLineBytes = 12;

/** Cuts a text that comes in pieces. */
function cut(text: string, cuts: readonly number[]) {
  const long: number[] = [];
  const cutter = new BlockCutter(scanBegin, maxLineBytes, (line) => long.push(line));
  const bytes = Buffer.from(text);
  const places = [0, ...[...cuts].sort((a, b) => a - b).map((at) => at % (bytes.length + 1))];
  const blocks = [...places, bytes.length]
    .sort((a, b) => a - b)
    .flatMap((at, number, all) => [...cutter.take(bytes.subarray(all[number - 1] ?? 0, at))]);
  const last = cutter.end();
  return { blocks: last === undefined ? blocks : [...blocks, last], long };
}

describe('blocks of lines', () => {
  test('any text in any pieces: every line once, places fit, long lines are left out', () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'é', '\r', ' '), maxLength: 16 });
    fc.assert(
      fc.property(fc.array(line), fc.boolean(), fc.array(fc.nat()), (lines, isEnded, cuts) => {
        const text = lines.join('\n') + (isEnded && lines.length > 0 ? '\n' : '');
        const { blocks, long } = cut(text, cuts);
        const all = text.split('\n').map((one, number) => ({ one, number: number + 1 }));
        if (all.at(-1)?.one === '') all.pop();
        const isLong = (one: string): boolean => Buffer.byteLength(one) > maxLineBytes;
        expect(long).toEqual(all.filter(({ one }) => isLong(one)).map(({ number }) => number));
        const found = blocks.flatMap(({ bytes, from, to }) => {
          expect(bytes.equals(Buffer.from(text).subarray(from.offset, to.offset))).toBe(true);
          const inside = bytes.toString().replace(/\n$/, '').split('\n');
          expect(to.line - from.line).toBe(inside.length);
          return inside.map((one, number) => ({ one, number: from.line + number + 1 }));
        });
        expect(found).toEqual(all.filter(({ one }) => !isLong(one)));
      }),
    );
  });

  test('from any place on the rest is read, of packed files too', async () => {
    const folder = await scanFolder();
    try {
      const text = Array.from({ length: 60_000 }, (_, number) => `line ${number} of the file\n`);
      const content = text.join('');
      const plain = await folder.write('1.log', content);
      // The name says nothing; two members, as log rotation appends them.
      const packed = join(folder.path, '2.data');
      const half = Math.floor(content.length / 2);
      await writeFile(
        packed,
        Buffer.concat([gzipSync(content.slice(0, half)), gzipSync(content.slice(half))]),
      );
      const inputs = await findInputs([plain, packed], [], () => undefined);
      const read = async (from: ScanPosition): Promise<readonly LineBlock[]> => {
        const blocks: LineBlock[] = [];
        const { signal } = new AbortController();
        const onLongLine = (): void => undefined;
        const limits = { maxLineBytes: 1000, onLongLine, signal };
        for await (const block of readBlocks({ inputs, from, ...limits })) blocks.push(block);
        return blocks;
      };
      const textOf = (blocks: readonly LineBlock[]): string =>
        blocks.map(({ bytes }) => bytes.toString()).join('');
      const whole = await read(scanBegin);
      expect(textOf(whole)).toBe(content + content);
      expect(whole.at(-1)?.to).toEqual({ input: 1, line: 60_000, offset: content.length });
      for (const [number, { to }] of whole.entries()) {
        expect(textOf(await read(to))).toBe(textOf(whole.slice(number + 1)));
      }
    } finally {
      await folder.remove();
    }
  });

  test('a byte order mark is no part of the first event; UTF-16 and damaged gzip are refused', async () => {
    const folder = await scanFolder();
    try {
      const first = async (content: Uint8Array): Promise<string> => {
        const inputs = await findInputs([await folder.write('x', content)], [], () => undefined);
        const { signal } = new AbortController();
        const limits = { maxLineBytes: 1000, onLongLine: () => undefined, signal };
        for await (const { bytes } of readBlocks({ inputs, from: scanBegin, ...limits })) {
          return bytes.toString();
        }
        return '';
      };
      expect((await first(Buffer.from('\ufeffabc\n'))).trim()).toBe('abc');
      const refused = { code: 'TF_USAGE' };
      await expect(first(Buffer.from('\ufeffabc\n', 'utf16le'))).rejects.toMatchObject(refused);
      const damaged = gzipSync('abc\n'.repeat(1000)).subarray(0, 25);
      await expect(first(damaged)).rejects.toMatchObject(refused);
    } finally {
      await folder.remove();
    }
  });
});

describe('chunks of events', () => {
  const usual: ChunkOptions = {
    maxEvents: 3,
    fullBytes: 1000,
    maxEventBytes: 20,
    skipsComments: false,
    headerOf: undefined,
  };

  async function chunksOf(text: string, options: Partial<ChunkOptions> = {}) {
    const { blocks } = cut(text, []);
    const all = (async function* () {
      for (const block of blocks) {
        await Promise.resolve();
        yield { ...block, readBytes: 0 };
      }
    })();
    const found = [];
    for await (const chunk of eventChunks(all, { ...usual, ...options })) found.push(chunk);
    return found;
  }

  test('have so many events at most, with the numbers of their lines', async () => {
    const chunks = await chunksOf('a\n\nb\r\nc\nd\n');
    expect(chunks.map(({ bytes }) => bytes.toString())).toEqual(['a\nb\nc\n', 'd\n']);
    expect(chunks.map(({ lines }) => lines)).toEqual([[1, 3, 4], [5]]);
    expect(chunks.map(({ ends }) => ends)).toEqual([[2, 4, 6], [2]]);
    expect(chunks.map(({ to }) => to.offset)).toEqual([8, 10]);
  });

  test('a long event is cut between words, or within one that is too long; nothing is lost', async () => {
    const { blocks } = cut('', []);
    expect(blocks).toEqual([]);
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom('a', ' ', ','), minLength: 1, maxLength: 12 }),
        async (event) => {
          const [chunk] = await chunksOf(`${event}\n`, { maxEventBytes: 4, maxEvents: 100 });
          const pieces = chunk?.bytes.toString().replace(/\n$/, '').split('\n') ?? [];
          expect(pieces.join('')).toBe(event);
          expect(pieces.every(({ length }) => length > 0 && length <= 4)).toBe(true);
        },
      ),
    );
    const [chunk] = await chunksOf('aaa bbb cccc', { maxEventBytes: 9 });
    expect(chunk?.bytes.toString()).toBe('aaa bbb\n cccc\n');
  });

  test('comments are left out, headers put before events', async () => {
    const [chunk] = await chunksOf('#x\na\n', { skipsComments: true, headerOf: () => '<1>h ' });
    expect(chunk?.bytes.toString()).toBe('<1>h a\n');
    expect(chunk?.lines).toEqual([2]);
  });
});
