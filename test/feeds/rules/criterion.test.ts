import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseCriterion } from '../../../forwarder/feeds/rules/criterion.js';
import { fuzzRuns } from '../../support/fuzz-runs.js';

const numRuns = fuzzRuns(2000);
const nowMs = Date.UTC(2026, 1, 15, 10, 30);

function holds(criterion: string, ...values: readonly string[]): boolean {
  const parsed = parseCriterion(criterion, nowMs);
  if (!parsed.ok) throw new Error(`${criterion} ${parsed.problem}`);
  return parsed.value(values);
}

test.each<[string, readonly string[], readonly string[]]>([
  ['Botnet', ['Botnet'], ['botnet', 'Botnets', ' Botnet', '']],
  ['= Botnet', ['Botnet'], ['botnet', '= Botnet']],
  ['!= ru', ['ua', 'RU', '1'], ['ru']],
  ['= >= 75', ['>= 75'], ['75']],
  ['75', ['75', '75.0', '075', '+75', '7.5e1'], ['750', '7 5', '75%', '0x4b']],
  ['!= 75', ['74', 'none'], ['75', '75.0']],
  ['>= 75', ['75', '76', '1e3'], ['74.9', 'high', '-80']],
  ['> 75', ['75.1'], ['75', '']],
  ['<= 75', ['75', '-1'], ['76', '1.1.2026']],
  ['<75', ['74'], ['75']],
  ['[10;20]', ['10', '15.5', '20'], ['9.9', '20.1', 'x']],
  ['[ ;20]', ['-5', '20'], ['21']],
  ['[10; ]', ['10', '99'], ['9']],
  ['[a,b]', ['[a,b]'], ['a']],
  ['12345678901234567890', ['12345678901234567890'], ['12345678901234567891']],
])('%s holds for %j, not for %j', (criterion, right, wrong) => {
  for (const value of right) expect([value, holds(criterion, value)]).toEqual([value, true]);
  for (const value of wrong) expect([value, holds(criterion, value)]).toEqual([value, false]);
});

describe('dates', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    [
      '[01.02.2026;03.02.2026]',
      ['01.02.2026', '01.02.2026 00:00', '03.02.2026 23:59', '2026-02-02T12:00:00Z', '1770076800'],
      ['31.01.2026 23:59', '04.02.2026 00:00', '2026-02-04', '2.2.26', '32.01.2026', '75', 'x'],
    ],
    [
      '[%NOW%-30;%NOW%]',
      ['15.02.2026', '15.02.2026 10:30', '16.01.2026', '2026-01-16 10:30'],
      ['16.01.2026 10:29', '15.01.2026', '15.02.2026 10:31', '16.02.2026'],
    ],
    ['[;%now%-1]', ['14.02.2026', '01.01.1970'], ['14.02.2026 10:31', '15.02.2026']],
    ['>= %NOW%+1', ['16.02.2026', '16.02.2026 10:30'], ['16.02.2026 10:29', '15.02.2026']],
    ['> 01.02.2026', ['02.02.2026'], ['01.02.2026', '01.02.2026 23:59']],
    ['<= 01.02.2026', ['01.02.2026 23:59', '2026-02-01T23:59:59.999Z'], ['02.02.2026 00:00']],
    ['< 01.02.2026 12:00', ['01.02.2026 11:59'], ['01.02.2026 12:00', '01.02.2026']],
    ['01.02.2026', ['01.02.2026', '2026-02-01', '01.02.2026 07:00'], ['02.02.2026', 'x']],
    ['!= 2026-02-01', ['02.02.2026', 'never'], ['01.02.2026', '1.2.2026 07:00']],
    ['= 2026-02-01T10:00:00+02:00', ['2026-02-01 08:00:00', '1769932800'], ['01.02.2026 10:00']],
    ['>= 2026-02-01', ['1769904000', '1769904000000'], ['1769903999', '1769903999999', '20260201']],
  ])('%s holds for %j, not for %j', (criterion, right, wrong) => {
    for (const value of right) expect([value, holds(criterion, value)]).toEqual([value, true]);
    for (const value of wrong) expect([value, holds(criterion, value)]).toEqual([value, false]);
  });
});

test('of several values one is enough, but for !=', () => {
  expect(holds('ru', 'ua', 'ru')).toBe(true);
  expect(holds('>= 75', '10', '80', 'x')).toBe(true);
  expect(holds('[1;5]', '0', '9')).toBe(false);
  expect(holds('!= ru', 'ua', 'ru')).toBe(false);
  expect(holds('!= ru', 'ua', 'kz')).toBe(true);
});

test.each([
  ['', 'is empty'],
  ['  ', 'is empty'],
  ['>=', 'has nothing after >='],
  ['=', 'has nothing after ='],
  ['> high', 'compares with "high", which is no number and no date'],
  ['<= 30.02.2026', 'compares with "30.02.2026", which is no number and no date'],
  ['[;]', 'is a range without ends'],
  ['[20;10]', 'is a range that ends before it begins'],
  ['[%NOW%;%NOW%-1]', 'is a range that ends before it begins'],
  ['[10;01.02.2026]', 'is a range from a number to a date'],
  ['[low;10]', 'has an end "low", which is no number and no date'],
])('%j is none: it %s', (criterion, reason) => {
  expect(parseCriterion(criterion, nowMs)).toEqual({ ok: false, problem: reason });
});

describe('properties', () => {
  const number = fc.oneof(
    fc.integer({ min: -100, max: 100 }),
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  );

  test('numbers compare as numbers do', () => {
    fc.assert(
      fc.property(number, number, number, (value, one, other) => {
        const text = String(value);
        expect(holds(`>= ${one}`, text)).toBe(value >= one);
        expect(holds(`> ${one}`, text)).toBe(value > one);
        expect(holds(`<= ${one}`, text)).toBe(value <= one);
        expect(holds(`< ${one}`, text)).toBe(value < one);
        expect(holds(`= ${one}`, text)).toBe(value === one);
        expect(holds(`!= ${one}`, text)).toBe(value !== one);
        const [low, high] = one <= other ? [one, other] : [other, one];
        expect(holds(`[${low};${high}]`, text)).toBe(value >= low && value <= high);
      }),
      { numRuns },
    );
  });

  /** Minutes since 2020: short ranges, so that equal days and minutes come up. */
  const minute = fc.integer({ min: 0, max: 60 * 24 * 70 });
  const two = (value: number): string => String(value).padStart(2, '0');
  const dateOf = (at: number): Date => new Date(Date.UTC(2020, 0, 1, 0, at));
  const spellings: readonly ((at: Date) => string)[] = [
    (at) =>
      `${two(at.getUTCDate())}.${two(at.getUTCMonth() + 1)}.${at.getUTCFullYear()} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`,
    (at) => at.toISOString().slice(0, 16),
    (at) => at.toISOString().slice(0, 16).replace('T', ' '),
  ];
  const spelling = fc.constantFrom(...spellings);

  test('minutes compare as times do, however they are written', () => {
    fc.assert(
      fc.property(minute, minute, spelling, spelling, (value, limit, write, writeLimit) => {
        const text = write(dateOf(value));
        const bound = writeLimit(dateOf(limit));
        expect(holds(`>= ${bound}`, text)).toBe(value >= limit);
        expect(holds(`> ${bound}`, text)).toBe(value > limit);
        expect(holds(`<= ${bound}`, text)).toBe(value <= limit);
        expect(holds(`< ${bound}`, text)).toBe(value < limit);
        expect(holds(`= ${bound}`, text)).toBe(value === limit);
      }),
      { numRuns },
    );
  });

  test('a day is all its minutes', () => {
    fc.assert(
      fc.property(minute, minute, spelling, (value, limit, write) => {
        const text = write(dateOf(value));
        const day = dateOf(limit).toISOString().slice(0, 10);
        const valueDay = Math.floor(value / 1440);
        const limitDay = Math.floor(limit / 1440);
        expect(holds(`>= ${day}`, text)).toBe(valueDay >= limitDay);
        expect(holds(`> ${day}`, text)).toBe(valueDay > limitDay);
        expect(holds(`<= ${day}`, text)).toBe(valueDay <= limitDay);
        expect(holds(`< ${day}`, text)).toBe(valueDay < limitDay);
        expect(holds(`[${day};${day}]`, text)).toBe(valueDay === limitDay);
      }),
      { numRuns },
    );
  });

  const word = fc.constantFrom(
    '>=',
    '<',
    '!=',
    '=',
    '[',
    ']',
    ';',
    '%NOW%',
    '%NOW%-3',
    '75',
    '01.02.2026',
    'x',
    ' ',
    '2026-13-01',
    '25:61',
  );
  const anyText = fc.oneof(
    fc.string(),
    fc.array(word, { maxLength: 6 }).map((words) => words.join('')),
  );

  test('nothing throws, whatever the criterion and the values', () => {
    fc.assert(
      fc.property(anyText, fc.array(anyText, { minLength: 1, maxLength: 4 }), (text, values) => {
        const criterion = parseCriterion(text, nowMs);
        if (criterion.ok) expect(typeof criterion.value(values)).toBe('boolean');
        else expect(criterion.problem).toMatch(/\S/);
      }),
      { numRuns },
    );
  });
});
