import { expect, test } from '@jest/globals';
import { KnownObservables } from '../../../forwarder/feeds/formats/stix1/known.js';
import { noFindings, unsupported } from '../../../forwarder/feeds/formats/xml/findings.js';
import type { ReadRecord } from '../../../forwarder/feeds/formats/xml/results.js';

function record(number: number, row: string): ReadRecord {
  const found = { indicators: [], faults: [] };
  return { number, found, fault: 'no-indicator', context: [], fields: {}, row };
}

test('what is held is found by each of its ids, and is then no record', () => {
  const known = new KnownObservables();
  expect(known.hold(record(1, 'a'), ['a', 'object-a'], noFindings)).toBe(true);
  expect(known.hold(record(2, 'b'), [], noFindings)).toBe(true);
  expect(known.hold(record(3, 'c'), ['c'], unsupported('x'))).toBe(true);
  expect(known.use('object-a')).toBe(noFindings);
  expect(known.use('c')).toEqual(unsupported('x'));
  expect(known.use('d')).toBeUndefined();
  expect(known.unused().map(({ number }) => number)).toEqual([2]);
});

test('what is noted within another record is found, and that record stays', () => {
  const known = new KnownObservables();
  known.note('in', noFindings);
  known.hold(record(1, 'a'), ['a'], noFindings);
  known.note('a', unsupported('another of the same id'));
  expect(known.use('in')).toBe(noFindings);
  expect(known.unused()).toHaveLength(1);
  expect(known.use('a')).toBe(noFindings);
});

test('above the limit nothing more is kept, and what is there stays', () => {
  const known = new KnownObservables(1000);
  expect(known.hold(record(1, 'x'.repeat(500)), ['a'], noFindings)).toBe(true);
  expect(known.hold(record(2, 'x'.repeat(500)), ['b'], noFindings)).toBe(false);
  for (let n = 0; n < 10; n++) known.note(String(n), noFindings);
  expect(known.use('0')).toBe(noFindings);
  expect(known.use('9')).toBeUndefined();
  expect(known.use('b')).toBeUndefined();
  expect(known.use('a')).toBe(noFindings);
});
