import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { Enricher } from '../../../forwarder/enrichment/index.js';
import { areCheckedAnswers } from '../../../forwarder/enrichment/enrichers/read-reply.js';
import { askEnricher, makeEnricher } from '../../../forwarder/enrichment/enrichers/run-enricher.js';
import { fuzzRuns } from '../../support/fuzz-runs.js';
import { asks } from './support.js';

const ask = (enrich: () => unknown): ReturnType<typeof askEnricher> =>
  askEnricher({ enrich } as Enricher, 7, asks('a'));

const many = (length: number, make: (index: number) => unknown): unknown[] =>
  Array.from({ length }, (_, index) => make(index));

const self: { fields: Record<string, unknown> } = { fields: {} };
self.fields['self'] = self;

test.each([
  ['null', () => null],
  ['undefined', () => undefined],
  ['an empty list', () => []],
  ['a promise of nothing', () => Promise.resolve()],
])('%s says that nothing is known', async (_what, enrich) => {
  expect(await ask(enrich)).toEqual({ kind: 'answers', id: 7, answers: [] });
});

test('an answer, a list of them and a promise are checked and flattened', async () => {
  const answer = { matched: 'a', category: 'B.c_d-1', fields: { n: 1, o: { p: [true, 2] } } };
  const context = [
    ['n', '1'],
    ['o/p', 'true, 2'],
  ];
  for (const reply of [answer, [answer], Promise.resolve([answer])]) {
    expect(await ask(() => reply)).toEqual({
      kind: 'answers',
      id: 7,
      answers: [{ matched: 'a', category: 'B.c_d-1', context }],
    });
  }
});

test.each<[string, () => unknown, string]>([
  ['a text', () => 'x', 'an answer is no object'],
  ['a function', () => () => 1, 'an answer is no object'],
  ['a list of lists', () => [[]], 'an answer is no object'],
  ['no fields', () => ({ matched: 'a' }), 'fields is no object'],
  ['fields that are a list', () => ({ fields: [1] }), 'fields is no object'],
  ['a number as matched', () => ({ matched: 1, fields: {} }), 'matched is no text'],
  ['words as category', () => ({ category: 'a b', fields: {} }), 'category is no word of letters'],
  ['101 answers', () => many(101, () => ({ fields: {} })), 'it has more than 100 answers'],
  [
    '201 fields',
    () => ({ fields: Object.fromEntries(many(201, (n) => n).map((n) => [`f${String(n)}`, n])) }),
    'an answer has more than 200 fields',
  ],
  ['much text', () => ({ fields: { a: 'ä'.repeat(33_000) } }), 'it has more than 65536 bytes'],
  [
    'much text together',
    () => many(100, () => ({ fields: { a: 'x'.repeat(700) } })),
    'it has more than 65536 bytes',
  ],
  ['an object within itself', () => self, 'objects more than 16 deep'],
  [
    'a getter that throws',
    () => ({
      get fields(): never {
        throw new Error('no getter');
      },
    }),
    'no getter',
  ],
])('%s is a bad answer', async (_what, enrich, why) => {
  const message = await ask(enrich);
  expect(message).toMatchObject({ kind: 'failed', id: 7, reason: 'bad_answer' });
  expect(message.kind === 'failed' && message.why).toContain(why);
});

const trap = {
  toString() {
    throw new Error('trap');
  },
};

test.each<[string, unknown, RegExp]>([
  ['an error', new Error('out of order'), /^out of order/],
  ['nothing', undefined, /undefined/],
  ['a long text', 'x'.repeat(9999), /^x{500}$/],
  ['something without a text', trap, /without a text/],
])('throwing %s is an error', async (_what, thrown, why) => {
  const message = await ask(() => {
    throw thrown as Error;
  });
  expect(message).toMatchObject({ kind: 'failed', id: 7, reason: 'error' });
  expect(message.kind === 'failed' && message.why).toMatch(why);
});

test.each<[string, unknown, RegExp]>([
  ['no default export', undefined, /default export is no function/],
  ['another default export', 3, /default export is no function/],
  ['a function that gives nothing back', () => undefined, /no object with a function enrich/],
  ['an enricher without enrich', () => ({}), /no object with a function enrich/],
  ['an enrich that is no function', () => ({ enrich: 3 }), /enrich is no function/],
])('%s makes no enricher', async (_what, made, why) => {
  await expect(makeEnricher({ default: made }, {})).rejects.toThrow(why);
});

test('whatever a module gives back is checked answers or a failure', async () => {
  const answer = fc.record(
    {
      matched: fc.anything(),
      category: fc.anything(),
      fields: fc.oneof(fc.anything(), fc.object()),
    },
    { requiredKeys: [] },
  );
  const reply = fc.oneof(fc.anything(), answer, fc.array(answer));
  await fc.assert(
    fc.asyncProperty(reply, async (given) => {
      const message = await ask(() => given);
      if (message.kind !== 'answers') expect(message.kind).toBe('failed');
      else expect(areCheckedAnswers(structuredClone(message.answers))).toBe(true);
    }),
    { numRuns: fuzzRuns(200) },
  );
});
