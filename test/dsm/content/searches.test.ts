import { describe, expect, test } from '@jest/globals';

import { defaultBundleSettings, savedSearches } from '../../../dsm/content/index.js';
import { customProperties } from '../../../dsm/properties/custom-properties.js';
import { linesOf } from './bundle-under-test.js';

const searches = savedSearches(defaultBundleSettings);

/** The clauses in the only order AQL takes, each at most once. */
const shape =
  /^SELECT (.+?) FROM events WHERE (.+?)(?: GROUP BY (.+?))? ORDER BY ("[^"]+"|starttime) DESC(?: LIMIT \d+)? LAST \d+ (?:HOURS|DAYS)$/;

/** What a text is made of when its quoted parts are taken out; throws when a quote stays open. */
function withoutQuoted(aql: string): string {
  const rest = aql.replace(/'(?:[^']|'')*'|"[^"]*"/g, '');
  if (/['"]/.test(rest)) throw new Error(`a quote is not closed: ${aql}`);
  return rest;
}

const functions = [
  ...['QIDNAME', 'CATEGORYNAME', 'LOGSOURCENAME', 'LOGSOURCETYPENAME', 'UTF8', 'DATEFORMAT'],
  ...['COUNT', 'MAX', 'SUM', 'UNIQUECOUNT'],
];
const fields = [
  ...['qid', 'category', 'logsourceid', 'severity', 'sourceip', 'destinationip', 'username'],
  ...['starttime', 'payload', 'eventcount', 'devicetype'],
];
const keywords = [
  ...['SELECT', 'AS', 'FROM', 'events', 'WHERE', 'GROUP', 'BY', 'ORDER', 'DESC', 'LIMIT', 'LAST'],
  ...['HOURS', 'DAYS', 'AND', 'OR', 'NOT', 'ILIKE', 'IS', 'NULL'],
];
const known = new Set([...functions, ...fields, ...keywords]);

describe.each(searches)('$name', ({ aql, purpose }) => {
  test('has the clauses in order', () => {
    expect(aql).toMatch(shape);
    expect(aql).not.toMatch(/[;\n\\]|--/);
  });

  test('closes every quote and every parenthesis', () => {
    const rest = withoutQuoted(aql);
    let depth = 0;
    for (const character of rest) {
      if (character === '(') depth += 1;
      if (character === ')') depth -= 1;
      expect(depth).toBeGreaterThanOrEqual(0);
    }
    expect(depth).toBe(0);
  });

  test('uses no word but those of the subset', () => {
    const words = withoutQuoted(aql).match(/[A-Za-z_][A-Za-z0-9_]*/g) ?? [];
    expect(words.filter((word) => !known.has(word))).toEqual([]);
  });

  test('names only custom properties and aliases that there are', () => {
    const aliases = [...aql.matchAll(/ AS "([^"]+)"/g)].map(([, alias = '']) => alias);
    const properties = customProperties.map(({ name }) => name);
    const names = [...aql.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name);
    expect(names.filter((name) => ![...aliases, ...properties].includes(name))).toEqual([]);
  });

  test('every column that is not summed up is grouped by', () => {
    const [, selected = '', , grouped] = shape.exec(aql) ?? [];
    if (grouped === undefined) return;
    const columns = selected.split(/, (?![^(]*\))/);
    const plain = columns.filter((text) => !/(?:COUNT|MAX|SUM|UNIQUECOUNT)\(/.test(text));
    const groups = grouped.split(', ');
    for (const column of plain) {
      const inner = /^[A-Z]+\(([a-z]+)\)/.exec(column)?.[1] ?? column.replace(/ AS .*$/, '');
      expect([column, groups.includes(inner)]).toEqual([column, true]);
    }
  });

  test('says what it is for', () => {
    expect(purpose).toMatch(/[?.]$/);
  });
});

test('there are the searches that a dashboard would have', () => {
  expect(searches.length).toBeGreaterThanOrEqual(12);
  expect(new Set(searches.map(({ name }) => name)).size).toBe(searches.length);
  for (const word of ['event', 'source', 'user', 'Newest', 'Top', 'Status', 'Unknown', 'Hash']) {
    expect(searches.filter(({ name }) => name.includes(word))).not.toHaveLength(0);
  }
});

test('the text to copy from has the same searches', () => {
  const queries = linesOf('searches.aql').filter((line) => line.startsWith('SELECT'));
  expect(queries).toEqual(searches.map(({ aql }) => aql));
});

test("the site's identifier stands in them, and cannot end a text", () => {
  const identifier = "x' OR ''='";
  const own = savedSearches({ ...defaultBundleSettings, identifier });
  for (const { aql } of own) {
    expect(() => withoutQuoted(aql)).not.toThrow();
    expect(aql).toContain("ILIKE '%x OR ='");
  }
});
