import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ServiceError } from '../../../forwarder/core/index.js';
import { JsonArraySplitter } from '../../../forwarder/feeds/formats/json/array-splitter.js';
import type { ItemLimits, JsonItem } from '../../../forwarder/feeds/formats/json/list-items.js';

const limits: ItemLimits = { maxBytes: 1000, maxDepth: 4, maxKeys: 10 };

interface Run {
  readonly items: JsonItem[];
  /** The most bytes kept between two chunks. */
  readonly mostBuffered: number;
}

function run(chunks: Iterable<string | Buffer>, given: ItemLimits = limits): Run {
  const splitter = new JsonArraySplitter(given, 'test.json');
  const items: JsonItem[] = [];
  let mostBuffered = 0;
  for (const chunk of chunks) {
    const bytes = Buffer.from(chunk as string);
    let at = 0;
    while (at < bytes.length) {
      at = splitter.scan(bytes, at);
      const item = splitter.take();
      if (item !== undefined) items.push(item);
    }
    mostBuffered = Math.max(mostBuffered, splitter.bufferedBytes);
  }
  splitter.end();
  return { items, mostBuffered };
}

const short = (items: readonly JsonItem[]): (string | boolean)[] =>
  items.map((item) => (item.ok ? item.text.trim() : false));

function reasons(items: readonly JsonItem[]): [number, string][] {
  return items.flatMap((item) => (item.ok ? [] : [[item.number, item.reason]]));
}

function errorOf(act: () => unknown): ServiceError {
  try {
    act();
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('cutting', () => {
  test('the worked example', () => {
    expect(short(run(['[{"a":"],"},7]']).items)).toEqual(['{"a":"],"}', '7']);
  });

  test('gives back every element of any array, in any chunks', () => {
    const element = fc.json({ maxDepth: 2 });
    const blanks = fc.stringMatching(/^[ \n\r\t]{0,3}$/);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(blanks, element, blanks), { maxLength: 8 }),
        fc.integer({ min: 1, max: 40 }),
        (elements, size) => {
          const bytes = Buffer.from(`[${elements.map((parts) => parts.join('')).join(',')}]`);
          const chunks: Buffer[] = [];
          for (let at = 0; at < bytes.length; at += size)
            chunks.push(bytes.subarray(at, at + size));
          const { items } = run(chunks, { maxBytes: 100_000, maxDepth: 64, maxKeys: 1000 });
          expect(short(items)).toEqual(elements.map(([, text]) => text));
          expect(items.map((item) => item.number)).toEqual(items.map((_, index) => index + 1));
        },
      ),
    );
  });

  test('escaped quotes and backslashes, split anywhere', () => {
    const text = String.raw`{"a":"\\","b":"\"]},[","c":"\\\""}`;
    const whole = `[${text},${text}]`;
    for (let at = 0; at <= whole.length; at++) {
      expect(short(run([whole.slice(0, at), whole.slice(at)]).items)).toEqual([text, text]);
    }
  });

  test('an element of many chunks comes out whole', () => {
    const text = JSON.stringify(Array.from({ length: 5000 }, (_, index) => index));
    const chunks = `[${text}]`.match(/.{1,1000}/g) ?? [];
    expect(short(run(chunks, { ...limits, maxBytes: 1_000_000 }).items)).toEqual([text]);
  });

  test('a missing element is one problem, at each of its places', () => {
    expect(reasons(run(['[,1,,2,]']).items).map(([number]) => number)).toEqual([1, 3, 5]);
  });
});

describe('damage stays in its element', () => {
  test.each([
    ['{"a":1}}', 'a bracket too many'],
    ['{"a":1]}', 'a ] for nothing'],
    ['{"a":[1}', 'a list that is not closed'],
    ['{"a":[{"b":1]}', 'an object that is not closed inside a list'],
    ['{"a":1} {"b":2}', 'two records without a comma'],
    ['{"a":"x\ny"}', 'a line end in a string'],
    ['x', 'no JSON at all'],
  ])('%j (%s)', (damaged) => {
    const { items } = run([`[1,${damaged},{"last":true}]`]);
    expect(short(items)).toEqual(['1', damaged, '{"last":true}']);
  });

  test.each([['{"a":1'], ['{"a":{"b":1}'], ['{"a":"x}'], ['[1']])(
    'or the file is refused: %j',
    (damaged) => {
      const error = errorOf(() => run([`[1,${damaged},{"last":true}]`]));
      expect(error.message).toBe('The feed ends inside record 2, which starts at byte 3.');
    },
  );
});

describe('limits', () => {
  test('an element over the size is left out and never kept, the next one is read', () => {
    const large = `{"a":"${'x'.repeat(5000)}"}`;
    const { items, mostBuffered } = run([`[1,${large},`, '2]']);
    expect(reasons(items)).toEqual([[2, 'left out: larger than 1000 bytes']]);
    expect(short(items)).toEqual(['1', false, '2']);
    expect(mostBuffered).toBe(0);
  });

  test.each([[1], [7], [999], [1000], [1001], [4096]])(
    'at most the limit is kept, whatever the input, in chunks of %i bytes',
    (size) => {
      const input = Buffer.from(`[{"a":"${'x'.repeat(20_000)}"},{"b":"${'y'.repeat(950)}"},3]`);
      const chunks: Buffer[] = [];
      for (let at = 0; at < input.length; at += size) chunks.push(input.subarray(at, at + size));
      const { items, mostBuffered } = run(chunks);
      expect(items.map((item) => item.ok)).toEqual([false, true, true]);
      expect(mostBuffered).toBeLessThanOrEqual(limits.maxBytes);
    },
  );

  test('exactly the size is taken, one more is not, in one chunk and in several', () => {
    const exact = `"${'x'.repeat(limits.maxBytes - 2)}"`;
    const over = `"${'x'.repeat(limits.maxBytes - 1)}"`;
    const input = `[${exact},${over}]`;
    expect(run([input]).items.map((item) => item.ok)).toEqual([true, false]);
    expect(run(input.match(/.{1,9}/g) ?? []).items.map((item) => item.ok)).toEqual([true, false]);
  });

  test('depth: four levels are taken, five are not, a million do no harm', () => {
    const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
    const bomb = `[${nested(4)},${nested(5)},${nested(1_000_000)},7]`;
    const { items } = run([bomb], { ...limits, maxBytes: 3_000_000 });
    expect(reasons(items)).toEqual([
      [2, 'left out: nested more than 4 levels deep'],
      [3, 'left out: nested more than 4 levels deep'],
    ]);
    expect(short(items).at(-1)).toBe('7');
  });

  test('keys: those of nested objects count, colons in strings do not', () => {
    const keys = (count: number): string =>
      `{"n":{${Array.from({ length: count - 1 }, (_, index) => `"k${index}":":::"`).join()}}}`;
    const { items } = run([`[${keys(10)},${keys(11)},${keys(10)}]`]);
    expect(reasons(items)).toEqual([[2, 'left out: more than 10 keys']]);
  });
});

test('what is left out has its fault, and its row as far as that is kept', () => {
  const large = `{"a":"${'x'.repeat(9000)}"}`;
  for (const size of [1, 700, 5000, 20_000]) {
    const bytes = Buffer.from(`[${large},[[[[[1]]]]],,7]`);
    const chunks: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
    const { items } = run(chunks);
    const [first, ...others] = items;
    expect(others).toEqual([
      expect.objectContaining({ fault: 'limit', row: '[[[[[1]]]]]' }),
      expect.objectContaining({ fault: 'syntax', row: '' }),
      { ok: true, number: 4, text: '7' },
    ]);
    if (first?.ok !== false) throw new Error('taken');
    expect(first.fault).toBe('limit');
    expect(first.row.length).toBeGreaterThan(990);
    expect(first.row.length).toBeLessThanOrEqual(4096);
    expect(large.startsWith(first.row)).toBe(true);
  }
});

describe('the file as a whole', () => {
  test.each([
    ['', 'The feed is empty.', 0],
    ['\ufeff \n', 'The feed is empty.', 5],
    [' {"a":1}', 'The feed is not a JSON array of records: it does not start with [.', 1],
    ['[1,2', 'The feed ends inside record 2, which starts at byte 3.', 4],
    ['[1,', 'The feed ends after record 1 without the ] that closes the array.', 3],
    ['[1] x', 'The feed goes on after the end of the array (record 1).', 4],
    ['[1]\u0000', 'The feed goes on after the end of the array (record 1).', 3],
  ])('%j: %s', (input, message, offset) => {
    for (const chunks of [[input], Array.from(Buffer.from(input), (byte) => Buffer.of(byte))]) {
      const error = errorOf(() => run(chunks));
      expect([error.code, error.message, error.where]).toEqual([
        'TF_FEED',
        message,
        `test.json: byte ${offset}`,
      ]);
      expect(error.hint).toMatch(/\.$/);
    }
  });
});
