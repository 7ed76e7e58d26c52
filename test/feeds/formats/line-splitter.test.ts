import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LineSplitter } from '../../../forwarder/feeds/formats/line-splitter.js';

const tooLong = Symbol('too long');

interface Outcome {
  readonly lines: (string | typeof tooLong)[];
  readonly mostBuffered: number;
}

function split(chunks: readonly Buffer[], maxBytes: number): Outcome {
  const splitter = new LineSplitter(maxBytes);
  const lines: Outcome['lines'] = [];
  let mostBuffered = 0;
  const take = (): void => {
    mostBuffered = Math.max(mostBuffered, splitter.bufferedBytes);
    if (!splitter.hasLine) return;
    const text = splitter.bytes.toString('utf8', splitter.start, splitter.end);
    lines.push(splitter.isTooLong ? tooLong : text);
    expect(splitter.number).toBe(lines.length);
  };
  for (const chunk of chunks) {
    let at = 0;
    while (at < chunk.length) {
      at = splitter.scan(chunk, at);
      take();
    }
  }
  splitter.finish();
  take();
  return { lines, mostBuffered };
}

test('ends lines with LF and CRLF, the last one with the input', () => {
  expect(split([Buffer.from('a\nb\r\n\n\r\nc\rd\r\r\ne')], 100).lines).toEqual([
    'a',
    'b',
    '',
    '',
    'c\rd\r',
    'e',
  ]);
  expect(split([Buffer.from('a\n')], 100).lines).toEqual(['a']);
  expect(split([], 100).lines).toEqual([]);
});

test('any bytes in any chunks: the lines of the whole, those over the limit left out', () => {
  const letters = fc.constantFrom('a', 'я', '\r', '\n', '\r\n', 'abcdefgh');
  const places = fc.array(fc.nat(200), { maxLength: 12 });
  fc.assert(
    fc.property(
      fc.array(letters, { maxLength: 40 }),
      places,
      fc.integer({ min: 1, max: 12 }),
      (parts, at, max) => {
        const text = parts.join('');
        const bytes = Buffer.from(text);
        const edges = [0, ...at.map((place) => place % (bytes.length + 1)), bytes.length];
        edges.sort((a, b) => a - b);
        const chunks = edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
        const expected = text.replace(/\n$/, '').split('\n');
        const { lines, mostBuffered } = split(chunks, max);
        expect(lines).toEqual(
          (text === '' ? [] : expected).map((line) =>
            Buffer.byteLength(line) > max ? tooLong : line.replace(/\r$/, ''),
          ),
        );
        expect(mostBuffered).toBeLessThanOrEqual(max);
      },
    ),
  );
});

test('a line without end is not kept', () => {
  const chunks = Array.from({ length: 50 }, () => Buffer.alloc(1000, 'x'));
  const { lines, mostBuffered } = split([...chunks, Buffer.from('\nnext')], 4096);
  expect(lines).toEqual([tooLong, 'next']);
  expect(mostBuffered).toBeLessThanOrEqual(4096);
});
