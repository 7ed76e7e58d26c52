import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { LineFramer } from '../../forwarder/intake/index.js';
import { eachLine } from './support/each-line.js';

interface Framed {
  readonly lines: readonly string[];
  readonly oversize: readonly number[];
}

/** Latin-1 text, so that every byte is one character. */
function frame(chunks: readonly Uint8Array[], maxLineBytes: number, isEnded = true): Framed {
  const lines: string[] = [];
  const oversize: number[] = [];
  const framer = new LineFramer({
    maxLineBytes,
    onLines: eachLine((bytes, start, end) =>
      lines.push(Buffer.from(bytes.slice(start, end)).toString('latin1')),
    ),
    onOversize: (length) => oversize.push(length),
  });
  for (const chunk of chunks) {
    // The framer may not rely on a chunk after the call: the listener reads into one buffer.
    const lent = Buffer.from(chunk);
    framer.push(lent);
    lent.fill(0x58);
  }
  if (isEnded) framer.end();
  return { lines, oversize };
}

/** The same, by splitting the whole text. */
function naive(bytes: Uint8Array, maxLineBytes: number): Framed {
  const all = Buffer.from(bytes).toString('latin1').split('\n');
  return {
    lines: all
      .filter((line) => line.length <= maxLineBytes)
      .map((line) => line.replace(/\r$/, ''))
      .filter((line) => line !== ''),
    oversize: all.map((line) => line.length).filter((length) => length > maxLineBytes),
  };
}

function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const places = [...new Set(at.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((start, index) => bytes.subarray(start, places[index] ?? bytes.length));
}

const text = (value: string): Uint8Array => Buffer.from(value, 'latin1');

describe('LineFramer', () => {
  test('any split of any bytes gives the lines of a naive split', () => {
    const byte = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(10, 13, 0, 0x41) },
      { weight: 2, arbitrary: fc.integer({ min: 0, max: 255 }) },
    );
    fc.assert(
      fc.property(
        fc.array(byte, { maxLength: 200 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constant(300)),
        (values, places, limit) => {
          const bytes = Uint8Array.from(values);
          expect(frame(cut(bytes, places), limit)).toEqual(naive(bytes, limit));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('every byte by itself gives the same lines, a UTF-8 character cut in the middle', () => {
    const bytes = Buffer.from('Иван\r\n\n\r\nüber\nlast', 'utf8');
    const single = [...bytes].map((byte) => Uint8Array.of(byte));
    expect(frame(single, 100).lines.map((line) => Buffer.from(line, 'latin1').toString())).toEqual([
      'Иван',
      'über',
      'last',
    ]);
  });

  test('lines inside one chunk are handed over where they lie', () => {
    const chunk = Buffer.from('one\ntwo\r\nthr');
    const seen: [Uint8Array, number, number][] = [];
    const framer = new LineFramer({
      onLines: eachLine((bytes, start, end) => seen.push([bytes, start, end])),
      onOversize: () => undefined,
    });
    framer.push(chunk);
    expect(seen.map(([bytes]) => bytes.buffer === chunk.buffer)).toEqual([true, true]);
    expect(seen.map(([, start, end]) => [start, end])).toEqual([
      [0, 3],
      [4, 7],
    ]);
    expect(framer.hasPartial).toBe(true);
    expect(framer.endings).toBe(1);
  });

  test('a line over the limit is counted once, at its end, and the next one lives', () => {
    const chunks = ['1234', '5678', '90', 'abc\nnext\n'].map(text);
    expect(frame(chunks, 8)).toEqual({ lines: ['next'], oversize: [13] });
    expect(frame([text('123456789\n12345678\n')], 8)).toEqual({
      lines: ['12345678'],
      oversize: [9],
    });
  });

  test('a line of exactly the limit is taken, whole or in pieces', () => {
    expect(frame([text('12345678\n')], 8).lines).toEqual(['12345678']);
    expect(frame([text('1234567'), text('8'), text('\n')], 8).lines).toEqual(['12345678']);
  });

  test('an oversize line that never ends is counted at the end of the stream', () => {
    expect(frame([text('123456789'), text('0')], 8)).toEqual({ lines: [], oversize: [10] });
  });

  test('without end() an unfinished line is not delivered', () => {
    expect(frame([text('a\nb')], 8, false).lines).toEqual(['a']);
  });

  test('discardPartial drops the unfinished line and says how long it was', () => {
    const oversize: number[] = [];
    const lines: string[] = [];
    const framer = new LineFramer({
      maxLineBytes: 8,
      onLines: eachLine((bytes, start, end) =>
        lines.push(Buffer.from(bytes.slice(start, end)).toString()),
      ),
      onOversize: (length) => oversize.push(length),
    });
    expect(framer.discardPartial()).toBe(0);
    framer.push(text('abc'));
    expect(framer.discardPartial()).toBe(3);
    expect(framer.hasPartial).toBe(false);
    framer.push(text('123456789'));
    expect(framer.hasPartial).toBe(true);
    expect(framer.discardPartial()).toBe(0);
    expect(oversize).toEqual([9]);
    framer.push(text('d\n'));
    framer.end();
    expect(lines).toEqual(['d']);
  });

  test('a big line in many chunks comes out whole, and so does the small one after it', () => {
    const big = 'x'.repeat(300_000);
    const bytes = text(`${big}\r\nsmall\n`);
    const chunks = Array.from({ length: Math.ceil(bytes.length / 1000) }, (_, index) =>
      bytes.subarray(index * 1000, (index + 1) * 1000),
    );
    const { lines } = frame(chunks, 1_048_576);
    expect(lines.map((line) => line.length)).toEqual([300_000, 5]);
    expect(lines[0] === big).toBe(true);
  });

  test('works over shared memory', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(16), 4, 6);
    shared.set(text('ab\ncd\n'));
    const lines: string[] = [];
    const framer = new LineFramer({
      onLines: eachLine((bytes, start, end) =>
        lines.push(Buffer.from(bytes.slice(start, end)).toString()),
      ),
      onOversize: () => undefined,
    });
    framer.push(shared);
    expect(lines).toEqual(['ab', 'cd']);
  });
});
