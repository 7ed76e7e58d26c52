import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ServiceError, type FeedRecord, type FieldTree } from '../../../forwarder/core/index.js';
import { noRules, type FeedRules } from '../../../forwarder/feeds/rules/feed-rules.js';
import { createRules, hasNoRules } from '../../../forwarder/feeds/rules/rule-set.js';
import { fuzzRuns } from '../../support/fuzz-runs.js';

const nowMs = Date.UTC(2026, 1, 15);

function record(fields?: FieldTree): FeedRecord {
  return { indicators: [{ kind: 'domain', value: 'bad.example' }], context: [], fields };
}

function outcomes(rules: Partial<FeedRules>, ...records: readonly FeedRecord[]): string[] {
  const set = createRules({ ...noRules, ...rules }, nowMs);
  return records.map((one) => {
    const judgement = set.judge(one);
    return judgement.kind === 'taken' ? 'taken' : `${judgement.why}: ${judgement.detail}`;
  });
}

test('without rules every record is taken as it is', () => {
  expect(hasNoRules(noRules)).toBe(true);
  const one = record({ a: 1 });
  expect(createRules(noRules, nowMs).judge(one)).toEqual({ kind: 'taken', record: one });
  const some: readonly Partial<FeedRules>[] = [
    { filters: [{ path: 'a', criterion: '1' }] },
    { requiredFields: ['a'] },
    { actionableFields: [{ path: 'a', name: '' }] },
    { minConfidence: 1 },
    { maxRecords: 10 },
  ];
  for (const rules of some) expect(hasNoRules({ ...noRules, ...rules })).toBe(false);
  expect(hasNoRules({ ...noRules, allowsOverBroad: true })).toBe(true);
});

test('all filters must hold; a record without the field is left out', () => {
  const filters = [
    { path: 'threat_score', criterion: '>= 75' },
    { path: 'whois/country', criterion: 'RU' },
  ];
  const whois = [{ country: 'DE' }, { country: 'RU' }];
  expect(
    outcomes(
      { filters },
      record({ threat_score: 80, whois }),
      record({ threat_score: '75', whois: { country: 'RU' } }),
      record({ threat_score: 74, whois }),
      record({ threat_score: 80, whois: { country: 'DE' } }),
      record({ threat_score: 80 }),
      record({ threat_score: '', whois }),
      record(),
    ),
  ).toEqual([
    'taken',
    'taken',
    'filter: its threat_score is not as the filter says: >= 75',
    'filter: its whois/country is not as the filter says: RU',
    'filter: has no whois/country',
    'filter: has no threat_score',
    'filter: has no threat_score',
  ]);
});

test('required fields must be there and not be empty', () => {
  expect(
    outcomes(
      { requiredFields: ['files/MD5', 'first_seen'] },
      record({ files: [{}, { MD5: 'A' }], first_seen: 0 }),
      record({ files: [{ MD5: '' }], first_seen: '01.02.2026' }),
      record({ files: { MD5: 'A' }, first_seen: '  ' }),
    ),
  ).toEqual(['taken', 'required-field: has no files/MD5', 'required-field: has no first_seen']);
});

test('the confidence of a record counts where it has one', () => {
  expect(
    outcomes(
      { minConfidence: 60 },
      record({ confidence: 60 }),
      record({ confidence: '59.9' }),
      record({ confidence: 'High' }),
      record({ confidence: [10, 70] }),
      record({ confidence: 0 }),
      record({}),
      record(),
    ),
  ).toEqual([
    'taken',
    'confidence: its confidence is below 60',
    'taken',
    'taken',
    'confidence: its confidence is below 60',
    'taken',
    'taken',
  ]);
});

test('the first records are taken, those left out do not count', () => {
  const rules = { maxRecords: 2, requiredFields: ['a'] };
  const [no, yes] = [record({}), record({ a: 1 })];
  expect(outcomes(rules, no, yes, no, yes, yes, no)).toEqual([
    'required-field: has no a',
    'taken',
    'required-field: has no a',
    'taken',
    'record-limit: more than 2 records',
    'required-field: has no a',
  ]);
});

describe('actionable fields', () => {
  test('go out by their names, several values joined, absent ones empty', () => {
    const rules = {
      ...noRules,
      actionableFields: [
        { path: 'files/MD5', name: 'related_md5' },
        { path: 'whois/country', name: '' },
        { path: 'geo', name: '' },
        { path: 'absent', name: 'none' },
      ],
    };
    const one = record({
      files: [{ MD5: 'A' }, { MD5: 'B' }],
      whois: { country: 'RU' },
      geo: ['ru', 'ua'],
    });
    expect(createRules(rules, nowMs).judge(one)).toEqual({
      kind: 'taken',
      record: {
        ...one,
        actionable: [
          ['related_md5', 'A;B'],
          ['whois_country', 'RU'],
          ['geo', 'ru;ua'],
          ['none', ''],
        ],
      },
    });
  });
});

test('a record of a list has its indicators and their kinds', () => {
  const listed = record();
  const address: FeedRecord = { indicators: [{ kind: 'ip', value: '192.0.2.1' }], context: [] };
  expect(outcomes({ filters: [{ path: 'kind', criterion: 'ip' }] }, listed, address)).toEqual([
    'filter: its kind is not as the filter says: ip',
    'taken',
  ]);
  const filters = [{ path: 'indicator', criterion: '!= bad.example' }];
  expect(outcomes({ filters }, listed, address)[0]).toMatch(/^filter: its indicator/);
  expect(outcomes({ requiredFields: ['mask'] }, listed)).toEqual(['required-field: has no mask']);
});

test('a filter that cannot be read is a fault of the configuration', () => {
  const rules = { ...noRules, filters: [{ path: 'threat_score', criterion: '>= high' }] };
  try {
    createRules(rules, nowMs, 'feeds[3]');
  } catch (error) {
    expect(error).toBeInstanceOf(ServiceError);
    const { code, message, where, hint } = error as ServiceError;
    expect([code, where]).toEqual(['TF_CONFIG', 'feeds[3].filters.threat_score']);
    expect(message).toBe(
      'The filter ">= high" compares with "high", which is no number and no date.',
    );
    expect(hint).toMatch(/^A filter is a text; a number; .*%NOW%-30 is 30 days ago\.$/);
    return;
  }
  throw new Error('nothing was thrown');
});

test('no record makes judge() throw', () => {
  const path = fc.oneof(fc.string(), fc.constantFrom('a', 'a/b', '__proto__', 'a/', '/a'));
  const rules = fc.record({
    filters: fc.array(
      fc.record({ path, criterion: fc.constantFrom('x', '>= 5', '[;%NOW%]', '!= 1', '[1;2]') }),
      { maxLength: 2 },
    ),
    requiredFields: fc.array(path, { maxLength: 2 }),
    actionableFields: fc.array(fc.record({ path, name: fc.string() }), { maxLength: 2 }),
    minConfidence: fc.integer({ min: 0, max: 100 }),
    maxRecords: fc.option(fc.nat(3), { nil: undefined }),
    allowsOverBroad: fc.boolean(),
  });
  const fields = fc.oneof(
    fc.dictionary(fc.constantFrom('a', 'b', 'confidence', ''), fc.jsonValue()),
    fc.constant(undefined),
  );
  fc.assert(
    fc.property(rules, fc.array(fields, { maxLength: 5 }), (settings, records) => {
      const set = createRules(settings, nowMs);
      const results = records.map((one) => set.judge(record(one)));
      const taken = results.filter(({ kind }) => kind === 'taken').length;
      expect(taken).toBeLessThanOrEqual(settings.maxRecords ?? Infinity);
      for (const result of results) {
        if (result.kind === 'taken' && settings.actionableFields.length > 0) {
          expect(result.record.actionable).toHaveLength(settings.actionableFields.length);
        }
      }
    }),
    { numRuns: fuzzRuns(1000) },
  );
});
