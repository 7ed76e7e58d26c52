import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { bodyOf, findName, identifyMessage, nameOf } from './numbered.js';
import { Oracle, verdictLine } from './oracle.js';

const header = '<134>Jul  1 10:10:14 KL_Threat_Feed_Service_V2 ';
const line = (number: number, stream = 'd'): string => `${header}${bodyOf(stream, number)}`;

function judge(lines: readonly string[], sent: number) {
  const oracle = new Oracle();
  for (const text of lines) oracle.take(text);
  return oracle.judge('d', sent);
}

test('what arrived once is neither lost nor double', () => {
  const verdict = judge([line(0), line(1), line(2)], 3);
  expect(verdictLine(verdict)).toBe('sent 3, due 3, arrived 3, lost 0, dup 0, alien 0');
  expect(verdict.steps).toBe(0);
});

test('lost, double and out of order are counted', () => {
  const verdict = judge([line(0), line(3), line(2), line(2), line(70_000)], 70_001);
  expect(verdict).toMatchObject({ arrived: 4, lost: 69_997, duplicates: 1, alien: 0, steps: 1 });
  expect(verdict.firstLost.slice(0, 3)).toEqual([1, 4, 5]);
});

test('only what is due can be lost; what is not may arrive', () => {
  const oracle = new Oracle();
  for (const number of [0, 1, 2]) oracle.take(line(number));
  const verdict = oracle.judge('d', 10, (number) => number % 2 === 0);
  expect(verdict).toMatchObject({ sent: 10, due: 5, arrived: 2, lost: 3, alien: 0 });
});

test('each stream is judged for itself', () => {
  const oracle = new Oracle();
  for (const text of [line(0), line(0, 'n'), line(1, 'n')]) oracle.take(text);
  expect(oracle.judge('d', 1)).toMatchObject({ lost: 0, duplicates: 0, steps: 0 });
  expect(oracle.judge('n', 3)).toMatchObject({ arrived: 2, lost: 1 });
});

test.each([
  ['a changed byte in the body', line(1).replace('every', 'evary')],
  ['a byte too much', `${line(1)}x`],
  ['a number whose check does not fit', line(1).replace('-000000001-', '-000000002-')],
  ['two lines in one', line(1) + line(2)],
  ['a line without its begin', line(1).slice(30)],
  ['an empty line', ''],
  ['a foreign line', 'Nov 21 10:00:00 host program: text'],
])('%s is an alien', (_what, text) => {
  expect(judge([text], 10)).toMatchObject({ alien: 1, cut: 0, arrived: 0 });
});

test('a number that was never sent is an alien', () => {
  expect(judge([line(10)], 10)).toMatchObject({ alien: 1, lost: 10 });
});

test('a message is known as cut at every byte, and whole only when it is', () => {
  const whole = line(123_456);
  for (let length = 1; length < whole.length; length++) {
    expect([length, identifyMessage(whole.slice(0, length)).kind]).toEqual([length, 'cut']);
  }
  expect(identifyMessage(whole)).toEqual({ kind: 'numbered', stream: 'd', number: 123_456 });
});

test('a name is found in any text, unless it was garbled', () => {
  const name = nameOf('e', 17);
  expect(findName(`usrName=${name}\tx=1`)).toEqual({ stream: 'e', number: 17 });
  expect(findName(name.replace('17', '18'))).toBeUndefined();
  expect(findName('nothing')).toBeUndefined();
});

test('files are read in order; a line that was never ended does not count', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tf-oracle-'));
  try {
    const [first, second] = [join(folder, 'a'), join(folder, 'b')];
    writeFileSync(first, `${line(0)}\n${line(1).slice(0, 90)}`);
    writeFileSync(second, `${line(1)}\n`);
    const oracle = new Oracle();
    await oracle.read([first, second, join(folder, 'missing')]);
    expect(oracle.judge('d', 2)).toMatchObject({ lost: 0, alien: 0, cut: 0 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
