import { nameOf, parseCondition, parseExpression } from './parse-expression.js';
import type { Expression, Query, Selected, Window } from './query.js';
import { TokenReader } from './token-reader.js';
import { badAql, tokensOf } from './tokens.js';

const unitsMs: Readonly<Record<string, number>> = {
  MINUTES: 60_000,
  HOURS: 3_600_000,
  DAYS: 86_400_000,
};

/** The API's description says 60 seconds, the AQL guide 5 minutes: the narrower catches more mistakes. */
const defaultWindowMs = 60_000;

/**
 * Reads the part of AQL that this project uses: SELECT … FROM events WHERE … GROUP BY … ORDER BY …
 * LIMIT n, and at the end LAST n MINUTES|HOURS|DAYS or START … STOP …; anything else is refused as the
 * API refuses bad AQL (422/2000).
 */
export function parseQuery(aql: string): Query {
  const reader = new TokenReader(tokensOf(aql));
  reader.needWord('SELECT');
  const select = reader.list(() => parseSelected(reader));
  reader.needWord('FROM');
  reader.needWord('EVENTS');
  const where = reader.takeWord('WHERE') === undefined ? undefined : parseCondition(reader);
  const groupBy = takeBy(reader, 'GROUP') ? reader.list(() => parseExpression(reader)) : [];
  const orderBy = takeBy(reader, 'ORDER')
    ? reader.list(() => ({
        expression: parseExpression(reader),
        isDescending: reader.takeWord('ASC', 'DESC') === 'DESC',
      }))
    : [];
  const limit = reader.takeWord('LIMIT') === undefined ? undefined : wholeNumber(reader);
  const window = parseWindow(reader);
  reader.needEnd();
  return { select, where, groupBy, orderBy, limit, window };
}

function parseSelected(reader: TokenReader): Selected {
  const expression: Expression = parseExpression(reader);
  if (reader.takeWord('AS') === undefined) return { expression, name: nameOf(expression) };
  const alias = reader.next('a name');
  if (alias.kind !== 'word' && alias.kind !== 'name') {
    throw badAql(`a name expected behind AS, not "${alias.value}"`);
  }
  return { expression, name: alias.value };
}

function takeBy(reader: TokenReader, word: string): boolean {
  if (reader.takeWord(word) === undefined) return false;
  reader.needWord('BY');
  return true;
}

function wholeNumber(reader: TokenReader): number {
  const { kind, value } = reader.next('a number');
  if (kind !== 'number' || !/^\d{1,12}$/.test(value)) {
    throw badAql(`a whole number expected, not "${value}"`);
  }
  return Number(value);
}

function parseWindow(reader: TokenReader): Window {
  if (reader.takeWord('LAST') !== undefined) {
    const count = wholeNumber(reader);
    const unit = reader.takeWord(...Object.keys(unitsMs));
    if (unit === undefined) throw reader.unexpected('MINUTES, HOURS or DAYS');
    return { kind: 'last', ms: count * (unitsMs[unit] ?? 0) };
  }
  if (reader.takeWord('START') === undefined) return { kind: 'last', ms: defaultWindowMs };
  const start = instant(reader);
  // The resolution is the minute: START begins it, STOP ends it.
  const fromMs = start - (start % 60_000);
  if (reader.takeWord('STOP') === undefined) return { kind: 'between', fromMs, toMs: undefined };
  const stop = instant(reader);
  return { kind: 'between', fromMs, toMs: stop - (stop % 60_000) + 59_999 };
}

/** `'yyyy-MM-dd HH:mm[:ss]'`, taken as UTC, or milliseconds since 1970. */
function instant(reader: TokenReader): number {
  const { kind, value } = reader.next('a time');
  if (kind === 'number') return Number(value);
  const found = /^(\d{4})[-/](\d\d)[-/](\d\d) (\d\d:\d\d(?::\d\d)?)$/.exec(value);
  const [, year = '', month = '', day = '', time = ''] = found ?? [];
  const ms = Date.parse(`${year}-${month}-${day}T${time}Z`);
  if (kind !== 'text' || Number.isNaN(ms)) throw badAql(`a time expected, not "${value}"`);
  return ms;
}
