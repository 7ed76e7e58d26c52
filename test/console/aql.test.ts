import { beforeAll, describe, expect, test } from '@jest/globals';

import { Refusal } from './api/answer.js';
import { runQuery } from './ariel/run-query.js';
import { typeIds } from './catalogue.js';
import { type Bench, lineOf, startIntake } from './support.js';

let bench: Bench;
const ask = (aql: string, nowMs?: number): readonly unknown[] =>
  runQuery(bench.state, bench.events, aql, nowMs);

beforeAll(() => {
  bench = startIntake();
  const { state } = bench;
  const identifier = 'KL_Threat_Feed_Service_V2';
  const source = state.makeLogSource({ name: 'Feeds', identifier, type_id: typeIds.leef });
  state.addActive({ ...source, coalesce_events: false });
  for (const [index, name] of ['ann', 'bob', 'bob'].entries()) {
    const attributes = { src: `10.0.0.${index}`, usrName: name, sev: String(index + 1) };
    bench.receive(lineOf(`E${index}`, { ...attributes, confidence: String(index * 10) }));
  }
  bench.receive("it's no LEEF");
});

describe('AQL', () => {
  test('columns, functions and aliases', () => {
    expect(
      ask(
        `SELECT QIDNAME(qid) AS ev, CATEGORYNAME(category) AS "Low level", LOGSOURCENAME(logsourceid) AS ls,
         LOGSOURCETYPENAME(devicetype) AS lst, severity, sourceip, username, UTF8(payload)
         FROM events WHERE UTF8(payload) ILIKE '%|e0|%' LAST 5 MINUTES`,
      ),
    ).toEqual([
      {
        ...{ ev: 'Unknown', 'Low level': 'Unknown', ls: 'Feeds', lst: 'Universal LEEF' },
        ...{ severity: 1, sourceip: '10.0.0.0', username: 'ann' },
        'utf8(payload)': bench.events[0]?.payload,
      },
    ]);
  });

  test.each([
    ["username = 'bob'", 2],
    ["username <> 'bob'", 1],
    ["NOT username = 'bob'", 2],
    ['severity > 1 AND severity <= 3', 3],
    ["severity = 1 OR username = 'bob' AND severity = 3", 2],
    ["(severity = 1 OR username = 'bob') AND severity = 3", 1],
    ["username IN ('ann', 'bob')", 3],
    ["username NOT IN ('ann')", 3],
    ['username IS NULL', 1],
    ['username IS NOT NULL', 3],
    ["username LIKE 'B%'", 0],
    ["username ILIKE 'B%'", 2],
    ["UTF8(payload) LIKE '%it''s%'", 1],
    ['category = 10008', 1],
  ])('WHERE %s', (where, count) => {
    expect(ask(`SELECT COUNT(*) AS n FROM events WHERE ${where} LAST 1 HOURS`)).toEqual([
      { n: count },
    ]);
  });

  test('groups, order, limit', () => {
    const aql = `SELECT username AS u, COUNT(*) AS "Count", SUM(eventcount) / 2 AS half, MAX(severity) AS top,
      UNIQUECOUNT(sourceip) AS hosts FROM events WHERE username IS NOT NULL
      GROUP BY username ORDER BY "Count" DESC`;
    expect(ask(`${aql} LAST 1 DAYS`)).toEqual([
      { u: 'bob', Count: 2, half: 1, top: 3, hosts: 2 },
      { u: 'ann', Count: 1, half: 0.5, top: 1, hosts: 1 },
    ]);
    expect(ask(`${aql} LIMIT 1 LAST 1 DAYS`)).toHaveLength(1);
  });

  test('a custom property is known only when an expression fills it', () => {
    const aql = 'SELECT "My Confidence" FROM events WHERE "My Confidence" > 5 LAST 1 HOURS';
    const { state } = bench;
    const common = { enabled: true, username: 'u', creation_date: 0, modification_date: 0 };
    state.properties = [
      {
        ...{
          id: 1,
          identifier: 'p',
          name: 'My Confidence',
          description: '',
          auto_discovered: false,
        },
        ...{ property_type: 'numeric', use_for_rule_engine: true, datetime_format: null },
        ...{ locale: null, username: 'u', creation_date: 0, modification_date: 0 },
      },
    ];
    expect(() => ask(aql)).toThrow("Field 'My Confidence' does not exist");
    state.regexExpressions = [
      {
        ...{ ...common, id: 2, identifier: 'x', regex_property_identifier: 'p', qid: null },
        ...{ log_source_type_id: typeIds.leef, log_source_id: null, payload: null },
        ...{ low_level_category_id: null, format_string: null },
        ...{ regex: String.raw`\tconfidence=([^\t]+)`, capture_group: 1 },
      },
    ];
    expect(ask(aql)).toEqual([{ 'My Confidence': 10 }, { 'My Confidence': 20 }]);
  });

  test('the window: the last minute unless the query says otherwise', () => {
    const count = (clause: string, afterMs: number): unknown =>
      ask(`SELECT COUNT(*) AS n FROM events ${clause}`, Date.now() + afterMs)[0];
    expect(count('', 0)).toEqual({ n: 4 });
    expect(count('', 120_000)).toEqual({ n: 0 });
    expect(count('LAST 3 MINUTES', 120_000)).toEqual({ n: 4 });
    expect(count("START '2001-01-01 00:00' STOP '2001-01-01 00:01'", 0)).toEqual({ n: 0 });
    expect(count("START '2001-01-01 00:00'", 0)).toEqual({ n: 4 });
  });

  test.each([
    'SELECT',
    'SELECT sourceip FROM flows',
    'SELECT nothing FROM events',
    'SELECT "Nothing" FROM events',
    'SELECT NOFUNCTION(qid) FROM events',
    'SELECT QIDNAME() FROM events',
    'SELECT * FROM events',
    'SELECT qid FROM events WHERE COUNT(*) > 1',
    'SELECT qid FROM events LAST 5 MINUTES LIMIT 3',
    'SELECT qid FROM events LAST 5 SECONDS',
    "SELECT qid FROM events WHERE username = 'x",
    'SELECT qid FROM events WHERE username',
    'SELECT qid FROM events; DELETE',
    "SELECT qid FROM events START 'yesterday'",
  ])('refused: %s', (aql) => {
    expect(() => ask(aql)).toThrow(Refusal);
    expect(() => ask(aql)).toThrow(/^Invalid query expression: /);
  });
});
