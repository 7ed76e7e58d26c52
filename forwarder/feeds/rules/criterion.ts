import { bad, ok, type Result } from '../../core/index.js';
import { parseNumber, parseOperand, valueAs, type Operand } from './operand.js';

/** Whether the values of a field are what they must be; there is at least one. */
export type Criterion = (values: readonly string[]) => boolean;

/** What a filter may be, for messages and documentation. */
export const criterionGrammar =
  'a text; a number; =, !=, >, >=, < or <= before a number, a date or (= and != only) a text; a range of numbers or dates such as [10;20], [01.02.2026;%NOW%] or [;%NOW%-30]. Dates: DD.MM.YYYY or YYYY-MM-DD, perhaps with HH:MM; %NOW%-30 is 30 days ago';

const comparison = /^(>=|<=|!=|>|<|=)\s*(.*)$/s;
const range = /^\[([^[\];]*);([^[\];]*)\]$/;

/**
 * Reads what a field must be; the reason, when it cannot be read, ends a sentence about it.
 *
 *     Botnet               this text, letter case counts; = Botnet is the same
 *     75                   this text, or a value that is this number (75.0)
 *     != ru                none of the field's values is this
 *     >= 75                a number of at least 75
 *     < 01.02.2026         a date before that day
 *     [10;20], [;20]       a number in the range, ends included
 *     [%NOW%-30;%NOW%]     a date of the last 30 days
 *
 * A day is all its hours (UTC): `<= 01.02.2026` and a range to it include them. A value that is a
 * day is compared likewise: it is in a range when a part of it is. Of a field with several values
 * one is enough, but for `!=`.
 */
export function parseCriterion(text: string, nowMs: number): Result<Criterion, string> {
  const trimmed = text.trim();
  if (trimmed === '') return bad('is empty');
  const ends = range.exec(trimmed);
  if (ends !== null) return rangeCriterion(ends[1] ?? '', ends[2] ?? '', nowMs);
  const [, sign = '=', word = trimmed] = comparison.exec(trimmed) ?? [];
  if (word === '') return bad(`has nothing after ${sign}`);
  const operand = parseOperand(word, nowMs);
  switch (sign) {
    case '=':
      return ok(equals(word, operand));
    case '!=': {
      const isEqual = equals(word, operand);
      return ok((values) => !isEqual(values));
    }
    default:
      return operand === undefined
        ? bad(`compares with ${JSON.stringify(word)}, which is no number and no date`)
        : ok(someValue(operand.kind, orders[sign as keyof typeof orders](operand)));
  }
}

type Test = (value: Operand) => boolean;

const orders: Readonly<Record<'>' | '>=' | '<' | '<=', (limit: Operand) => Test>> = {
  '>': (limit) => (value) => value.from > limit.to,
  '>=': (limit) => (value) => value.to >= limit.from,
  '<': (limit) => (value) => value.to < limit.from,
  '<=': (limit) => (value) => value.from <= limit.to,
};

function rangeCriterion(low: string, high: string, nowMs: number): Result<Criterion, string> {
  const ends: (Operand | undefined)[] = [];
  for (const end of [low.trim(), high.trim()]) {
    const operand = end === '' ? undefined : parseOperand(end, nowMs);
    if (end !== '' && operand === undefined) {
      return bad(`has an end ${JSON.stringify(end)}, which is no number and no date`);
    }
    ends.push(operand);
  }
  const [from, to] = ends;
  const kind = (from ?? to)?.kind;
  if (kind === undefined) return bad('is a range without ends');
  if (to !== undefined && to.kind !== kind) return bad('is a range from a number to a date');
  const first = from?.from ?? -Infinity;
  const last = to?.to ?? Infinity;
  if (first > last) return bad('is a range that ends before it begins');
  return ok(someValue(kind, (value) => value.to >= first && value.from <= last));
}

function someValue(kind: Operand['kind'], test: Test): Criterion {
  return (values) =>
    values.some((text) => {
      const value = valueAs(kind, text);
      return value !== undefined && test(value);
    });
}

/** The same text, the same number (75 and 75.0), or a date within the other. */
function equals(word: string, operand: Operand | undefined): Criterion {
  if (operand === undefined) return (values) => values.includes(word);
  // Beyond this, different whole numbers are the same to us: ids are compared as texts.
  const isExact = Math.abs(operand.from) <= Number.MAX_SAFE_INTEGER;
  const isNumber = operand.kind === 'number';
  const isEqual = isNumber
    ? someValue('number', (value) => isExact && value.from === operand.from)
    : someValue('date', (value) => value.to >= operand.from && value.from <= operand.to);
  return (values) => values.includes(word) || isEqual(values);
}

/** The greatest number among values; undefined when there is none. */
export function greatestNumber(values: readonly string[]): number | undefined {
  let greatest: number | undefined;
  for (const text of values) {
    const number = parseNumber(text.trim());
    if (number !== undefined && (greatest === undefined || number > greatest)) greatest = number;
  }
  return greatest;
}
