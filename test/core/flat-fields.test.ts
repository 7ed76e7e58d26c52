import { expect, test } from '@jest/globals';

import { flatFields } from '../../forwarder/core/index.js';

const roomy = { fields: 10_000, depth: 100 };

test('the example', () => {
  const record = { login: 'anna', groups: ['it', 'vpn'], unit: { city: 'Bonn' }, none: null };
  expect(flatFields(record, roomy)).toEqual([
    ['login', 'anna'],
    ['groups', 'it, vpn'],
    ['unit/city', 'Bonn'],
  ]);
});

test('says when there is too much: fields, depth, an object within itself', () => {
  const record: Record<string, unknown> = { a: 1, b: 2 };
  expect(flatFields(record, { fields: 2, depth: 1 })).toHaveLength(2);
  expect(flatFields(record, { fields: 1, depth: 1 })).toBeUndefined();
  expect(flatFields({ a: { b: {} } }, { fields: 9, depth: 2 })).toBeUndefined();
  record['self'] = record;
  expect(flatFields(record, roomy)).toBeUndefined();
});

test('names such as __proto__ are names', () => {
  const record = JSON.parse('{"__proto__":{"a":1},"constructor":2}') as Record<string, unknown>;
  expect(flatFields(record, roomy)).toEqual([
    ['__proto__/a', '1'],
    ['constructor', '2'],
  ]);
});
