import { expect, test } from '@jest/globals';
import { indicatorsByFields } from '../../forwarder/feeds/field-indicators.js';
import { valuesAt } from '../../forwarder/feeds/field-path.js';

const record = {
  mask: 'evil.example/*',
  threat_score: 75,
  geo: ['ru', 'ua', null, ''],
  files: [{ MD5: 'A'.repeat(32) }, { MD5: 'B'.repeat(32), sizes: [1, 2] }, 'odd'],
  'a/b': 'slash in the name',
  a: { b: 'nested', c: { d: true } },
};

test.each([
  ['mask', ['evil.example/*']],
  ['threat_score', ['75']],
  ['geo', ['ru', 'ua']],
  ['files/MD5', ['A'.repeat(32), 'B'.repeat(32)]],
  ['files/sizes', ['1', '2']],
  ['a/b', ['slash in the name']],
  ['a/c/d', ['true']],
  ['a', []],
  ['', []],
  ['/mask', []],
  ['constructor/name', []],
  ['files/length', []],
])('%s is %j', (path, expected) => {
  expect(valuesAt(record, path)).toEqual(expected);
});

test('fields are read as what the rules say, once each', () => {
  const { indicators, faults } = indicatorsByFields(
    { ...record, url: 'hxxp://bad[.]example/x', md5: 'A'.repeat(32), ip: 'none' },
    [
      { path: 'url', kind: 'url' },
      { path: 'files/MD5', kind: 'hash' },
      { path: 'md5', kind: 'md5' },
      { path: 'ip', kind: 'ip' },
      { path: 'absent', kind: 'domain' },
    ],
  );
  expect(indicators).toEqual([
    { kind: 'url', value: 'bad.example/x' },
    { kind: 'md5', value: 'a'.repeat(32) },
    { kind: 'md5', value: 'b'.repeat(32) },
  ]);
  expect(faults).toEqual([expect.stringMatching(/^ip "none" is no IP address/)]);
});
