import { afterAll, expect, jest, test } from '@jest/globals';

import { asks, createBench, patientMs } from './support.js';

jest.setTimeout(patientMs);

const bench = createBench();
afterAll(() => bench.close());

const echo = bench.module(
  'echo',
  `export default async (options) => ({
    enrich: async (input) => ({ fields: { options, ...input } }),
  });`,
);

test('a module gets its options and the event as plain data, and its answer comes back flat', async () => {
  const enrichers = await bench.start([{ module: echo, name: 'Echo', options: { a: [1, 2] } }]);
  expect(enrichers.isOn).toBe(true);
  const answer = await enrichers.enrich({
    values: { RE_USERNAME: 'anna' },
    observables: [{ kind: 'ip', text: '192.0.2.001', value: '192.0.2.1' }],
    request: [{ key: 'hash', text: 'AB' }],
    text: 'hash=AB',
  });
  expect(answer).toEqual([
    {
      source: 'Echo',
      category: 'Echo',
      value: { key: 'hash', text: 'AB' },
      context: [
        ['options/a', '1, 2'],
        ['values/RE_USERNAME', 'anna'],
        ['text', 'hash=AB'],
      ],
    },
  ]);
  expect(bench.outcome('answered', 'Echo')).toBe(1);
  expect(bench.metrics.total('tf_enrichment_answers_total', { source: 'Echo' })).toBe(1);
});

test('an answer says what it matched, and under what category', async () => {
  const module = bench.module(
    'matched',
    `export default () => ({
      enrich: ({ text }) => text.split(' ').map((matched) =>
        matched === 'none' ? { fields: {} } : { matched, category: 'Own', fields: {} }),
    });`,
  );
  const enrichers = await bench.start([{ module, category: 'Usual' }]);
  const found = await enrichers.enrich({
    values: {},
    observables: [
      { kind: 'domain', text: 'a.example', value: 'a.example' },
      { kind: 'md5', text: 'AB', value: 'ab' },
    ],
    request: [{ key: 'ip', text: '192.0.2.1' }],
    text: 'none a.example AB other',
  });
  expect(found.map(({ category, value }) => [category, value])).toEqual([
    ['Usual', { key: 'ip', text: '192.0.2.1' }],
    ['Own', { key: 'url', text: 'a.example' }],
    ['Own', { key: 'hash', text: 'AB' }],
    ['Own', { key: 'ip', text: 'other' }],
  ]);
  const [bare] = await enrichers.enrich({ values: {}, observables: [], request: [], text: 'none' });
  expect(bare?.value).toEqual({ key: 'url', text: '' });
});

test('several enrichers answer in their order, and one that waits is asked again meanwhile', async () => {
  const module = bench.module(
    'pairs',
    `let waiting = [];
    export default (name) => ({
      enrich: ({ text }) => new Promise((resolve) => {
        waiting.push(() => resolve({ fields: { name, text } }));
        if (waiting.length === 2) { for (const go of waiting.reverse()) go(); waiting = []; }
      }),
    });`,
  );
  const enrichers = await bench.start([
    { module, name: 'first', options: 1 },
    { module, name: 'second', options: 2 },
  ]);
  const found = await Promise.all([enrichers.enrich(asks('a')), enrichers.enrich(asks('b'))]);
  expect(found.map((one) => one.map(({ source, context }) => [source, context[1]?.[1]]))).toEqual([
    [
      ['first', 'url=a'],
      ['second', 'url=a'],
    ],
    [
      ['first', 'url=b'],
      ['second', 'url=b'],
    ],
  ]);
});

test.each([
  ['a throw at the start', '\nthrow new Error("no key");', /no key \(file:.*bad\.mjs:2:/],
  ['an exit at the start', 'process.exit(3);', /it ended with code 3/],
])('a module with %s is refused, with its path', async (_what, code, message) => {
  const module = bench.module('bad', code);
  await expect(bench.start([{ module, name: 'Bad' }])).rejects.toMatchObject({
    code: 'TF_CONFIG',
    where: module,
    message: expect.stringMatching(message) as unknown,
  });
});

test('a module that is not loaded in time is refused', async () => {
  const module = bench.module('busy', 'for (;;);');
  await expect(bench.start([{ module }], { startMs: 1000 })).rejects.toMatchObject({
    code: 'TF_CONFIG',
    where: module,
    message: expect.stringMatching(/not loaded within 1000 ms/) as unknown,
  });
});

test('without enrichers there is nothing to wait for', async () => {
  const enrichers = await bench.start([]);
  expect(enrichers.isOn).toBe(false);
  expect(await enrichers.enrich(asks('a'))).toEqual([]);
});
