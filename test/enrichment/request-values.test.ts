import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { mostRequestValues, requestValues } from '../../forwarder/enrichment/index.js';
import { fuzzRuns } from '../support/fuzz-runs.js';

/** The three expressions of Tracer v0.3, in the order in which it asks them. */
const tracer = { hash: /hash=([^|]+)/g, ip: /ip=([^|]+)/g, url: /url=([^|]+)/g } as const;

function byTracer(line: string): { key: string; text: string }[] {
  return Object.entries(tracer).flatMap(([key, expression]) =>
    [...line.matchAll(expression)].map((match) => ({ key, text: match[1] ?? '' })),
  );
}

const piece = fc.oneof(
  fc.constantFrom('url=', 'ip=', 'hash=', 'srcip=', 'filehash=', '=', '|', '||', 'ur', 'l=', 'ha'),
  fc.constantFrom('192.0.2.1', 'http://a.example/?ip=1', 'é', '𐍈', ' '),
  fc.string({ maxLength: 4 }),
);
const line = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));

test('finds what the expressions of Tracer find', () => {
  fc.assert(
    fc.property(line, (text) => {
      const oneLine = text.replace(/[\r\n]/g, '');
      expect(requestValues(oneLine)).toEqual(byTracer(oneLine));
    }),
    { numRuns: fuzzRuns(1000) },
  );
});

test('a value ends with its line, which Tracer forgets', () => {
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const text = lines.map((one) => one.replace(/[\r\n]/g, '')).join('\r\n');
      const byLine = text.split(/[\r\n]+/).flatMap(byTracer);
      const inOrder = (['hash', 'ip', 'url'] as const).flatMap((wanted) =>
        byLine.filter(({ key }) => key === wanted),
      );
      expect(requestValues(text)).toEqual(inOrder);
    }),
    { numRuns: fuzzRuns(300) },
  );
});

test('the example of a request', () => {
  expect(requestValues('srcip=192.0.2.1|url=http://a.example/?ip=198.51.100.7|')).toEqual([
    { key: 'ip', text: '192.0.2.1' },
    { key: 'ip', text: '198.51.100.7' },
    { key: 'url', text: 'http://a.example/?ip=198.51.100.7' },
  ]);
  expect(requestValues('no indicators here')).toEqual([]);
  expect(requestValues('url=|ip=')).toEqual([]);
});

test('a line of nothing but values gives no more than the limit', () => {
  const values = requestValues('ip=a|'.repeat(200_000));
  expect(values).toHaveLength(mostRequestValues);
});

test('a megabyte of keys without a value is read once, not once a key', () => {
  expect(requestValues('url='.repeat(260_000))).toHaveLength(1);
  expect(requestValues('url=|'.repeat(200_000))).toEqual([]);
});
