import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FeedProblem, FeedRecord, Result } from '../../../forwarder/core/index.js';
import { readListLine } from '../../../forwarder/feeds/formats/list/line.js';
import { list } from '../../../forwarder/feeds/formats/list.js';
import { plainIndicator } from '../../../forwarder/feeds/formats/list/plain-line.js';
import { plainUrl } from '../../../forwarder/feeds/formats/list/plain-url.js';
import { urlIndicator } from '../../../forwarder/feeds/read-indicator.js';
import { fuzzRuns } from '../../support/fuzz-runs.js';

const numRuns = fuzzRuns(2000);
const oneOf = (characters: string) =>
  fc.nat(characters.length - 1).map((at) => characters.charAt(at));
const hex = (length: number) =>
  fc.string({ unit: oneOf('0123456789abcdef'), minLength: length, maxLength: length });
const hash = fc.constantFrom(31, 32, 40, 41, 64, 65).chain(hex);
const part = fc.oneof(fc.integer({ min: 0, max: 260 }).map(String), fc.constantFrom('', '01'));
const quad = fc.array(part, { minLength: 3, maxLength: 5 }).map((parts) => parts.join('.'));
const label = fc.oneof(
  fc.constantFrom('www', 'a', 'bad', 'example', 'com', '', '-', '_x', '7', '0x1f', 'xn--e1afmkfd'),
  fc.string({ unit: oneOf('abcxyz019-_'), minLength: 1, maxLength: 65 }),
);
const name = fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join('.'));
const host = fc.oneof(name, quad);
const pathWord = fc.oneof(
  fc.constantFrom('', '.', '..', 'a', 'b.php', 'X.', '.htaccess', '%41', 'a b', '*', '~u', 'ς'),
  fc.string({ maxLength: 6 }),
);
const url = fc
  .tuple(
    fc.constantFrom('', 'http://', 'HTTPS://', 'hxxp://', 'ftp:', 'x'.repeat(70) + '://'),
    host,
    fc.constantFrom('', ':80', ':', ':x', ':123456'),
    fc.array(pathWord, { maxLength: 4 }).map((words) => words.map((word) => `/${word}`).join('')),
    fc.oneof(
      fc.constant(''),
      pathWord.map((word) => `?q=${word}`),
      fc.constantFrom('?', '?a/.', '?.'),
    ),
  )
  .map((parts) => parts.join(''));
const line = fc.oneof(hash, quad, name, url, fc.string(), fc.string({ unit: 'grapheme' }));

test('the fast path over bytes gives what the exact path gives, or nothing', () => {
  let fast = 0;
  fc.assert(
    fc.property(line, (text) => {
      const bytes = Buffer.from(`<${text}>`);
      const plain = plainIndicator(bytes, 1, bytes.length - 1);
      if (plain === undefined) return;
      fast += 1;
      expect(readListLine(text)).toEqual({ indicators: [plain], faults: [] });
    }),
    { numRuns },
  );
  expect(fast).toBeGreaterThan(numRuns / 20);
});

test('the fast path of URLs gives what the exact path gives, or nothing', () => {
  let fast = 0;
  fc.assert(
    fc.property(fc.oneof(url, host), (text) => {
      const plain = plainUrl(text);
      if (plain === undefined) return;
      fast += 1;
      expect(urlIndicator(text)).toEqual({ ok: true, value: plain });
    }),
    { numRuns },
  );
  expect(fast).toBeGreaterThan(numRuns / 20);
});

async function read(bytes: Buffer): Promise<Result<FeedRecord, FeedProblem>[]> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(bytes);
  }
  const results: Result<FeedRecord, FeedProblem>[] = [];
  for await (const result of list.read(pieces())) results.push(result);
  return results;
}

const comment = fc
  .tuple(fc.constantFrom('', ' ', '\t'), fc.constantFrom('#', ';', '//'), fc.string())
  .map((parts) => parts.join(''));
const blank = fc.constantFrom('', ' ', '\t \t', '""');

test('each line is a comment, one record or one problem, in the order of the lines', async () => {
  const isOneLine = (text: string): boolean => !/[\n\r\0]/.test(text);
  const word = line.filter((text) => isOneLine(text) && /^\S+$/.test(text));
  const isSilent = (text: string): boolean =>
    /^(?:#|;|\/\/|""$|''$)/.test(text.trim()) || text.trim() === '';
  const lines = fc.array(fc.oneof(word, comment.filter(isOneLine), blank), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(lines, fc.constantFrom('\n', '\r\n'), async (texts, ending) => {
      const results = await read(Buffer.from(texts.join(ending)));
      const loud = texts.flatMap((text, index) => (isSilent(text) ? [] : [index + 1]));
      expect(results).toHaveLength(loud.length);
      results.forEach((result, index) => {
        if (result.ok) expect(result.value.indicators).toHaveLength(1);
        else expect(result.problem.record).toBe(loud[index]);
      });
    }),
    { numRuns: fuzzRuns(300) },
  );
});

test('no text makes a line throw, and none gives an indicator twice or of an empty value', () => {
  const words = fc.array(line, { maxLength: 4 }).map((texts) => texts.join(' '));
  const hosts = words.map((text) => `0.0.0.0 ${text}`);
  fc.assert(
    fc.property(fc.oneof(line, words, hosts), (text) => {
      const { indicators, faults } = readListLine(text);
      expect(new Set(indicators.map(({ value }) => value)).size).toBe(indicators.length);
      for (const { value } of indicators) expect(value).toMatch(/\S/);
      for (const fault of faults) expect(fault).not.toMatch(/[\u0000-\u001f]/);
    }),
    { numRuns },
  );
});
