import { afterAll, expect, jest, test } from '@jest/globals';

import type { Enrichers } from '../../../forwarder/enrichment/index.js';
import { asks, createBench, patientMs, until, type LogLine } from './support.js';

jest.setTimeout(patientMs);

const bench = createBench();
afterAll(() => bench.close());

/** Does what the event's text says; `ok` is answered. */
const module = bench.module(
  'faulty',
  `import { parentPort } from 'node:worker_threads';
  const faults = {
    throws: () => { throw new Error('out of order'); },
    text: () => 'x',
    hangs: () => { for (;;); },
    exits: () => process.exit(5),
    'throws later': () => { setTimeout(() => { throw new Error('aside'); }); return new Promise(() => {}); },
    'rejects aside': () => { Promise.reject(new Error('aside')); return new Promise(() => {}); },
    'takes all memory': () => { const all = []; for (;;) all.push(new Array(1e6).fill(1.5)); },
    never: () => new Promise(() => {}),
    prints: () => { console.log('to stdout'); console.error('to stderr'); return { fields: {} }; },
    'writes to the service': () => {
      for (const one of [null, 7, 'x', {}, { kind: 'answers' }, { kind: 'answers', id: 1, answers: [3] },
        { kind: 'failed', id: 1, why: {}, reason: {} }, { kind: 'ready' }, { kind: 'other' }])
        parentPort.postMessage(one);
      return { fields: {} };
    },
  };
  export default () => ({ enrich: ({ text }) => (faults[text.trim()] ?? (() => ({ fields: { text } })))() });`,
);

const input = (text: string) => ({ ...asks('a'), text });
const quick = { heapMiB: 64, hangMs: 300, backoffMinMs: 10, backoffMaxMs: 20 };

async function answers(enrichers: Enrichers): Promise<boolean> {
  return (await enrichers.enrich(input('ok'))).length === 1;
}

function lastFailure(): LogLine | undefined {
  return bench.log.findLast(({ code }) => code === 'enrichment.enricher_failed');
}

test.each([
  ['throws', 'error', /out of order \(file:.*faulty\.mjs:3/],
  ['text', 'bad_answer', /no object/],
])('an event for which it %s costs its own answer only', async (text, outcome, why) => {
  const enrichers = await shared();
  const before = bench.outcome(outcome, 'Shared');
  const found = await Promise.all(['ok', text, 'ok'].map((one) => enrichers.enrich(input(one))));
  expect(found.map(({ length }) => length)).toEqual([1, 0, 1]);
  expect(bench.outcome(outcome, 'Shared')).toBe(before + 1);
  expect(lastFailure()?.message).toMatch(why);
});

let sharedOne: Promise<Enrichers> | undefined;
function shared(): Promise<Enrichers> {
  sharedOne ??= bench.start([{ module, name: 'Shared' }]);
  return sharedOne;
}

test('what it prints goes to the log, not to the standard output of the service', async () => {
  const enrichers = await shared();
  expect(await enrichers.enrich(input('prints'))).toHaveLength(1);
  const said = (text: string): boolean =>
    bench.log.some(({ code, message }) => code === 'enrichment.output' && message.includes(text));
  await until(() => said('to stdout') && said('to stderr'));
});

test('what it writes to the service past its answer is no answer', async () => {
  const enrichers = await shared();
  expect(await enrichers.enrich(input('writes to the service'))).toHaveLength(1);
  expect(await answers(enrichers)).toBe(true);
});

test('one that ends its thread is started again, each time; events under way are answered without it', async () => {
  const enrichers = await bench.start([{ module, name: 'Ends' }], quick);
  const ways = ['exits', 'throws later', 'rejects aside', 'takes all memory'];
  for (const [index, way] of ways.entries()) {
    const both = [enrichers.enrich(input('never')), enrichers.enrich(input(way))];
    expect(await Promise.all(both)).toEqual([[], []]);
    const crashed = bench.outcome('crashed', 'Ends');
    expect(crashed).toBeGreaterThanOrEqual(2 * (index + 1));
    await until(() => answers(enrichers));
    expect(bench.metrics.total('tf_enrichment_restarts_total', { enricher: 'Ends' })).toBe(
      index + 1,
    );
  }
  const ends = bench.log.filter(({ code }) => code === 'enrichment.enricher_ended');
  expect(ends.map(({ message }) => message.replace(/.*ms: (?:Error: )?/, ''))).toEqual([
    'it ended with code 5',
    'aside',
    'aside',
    expect.stringMatching(/memory limit/),
  ]);
});

test('one that hangs is ended and started again', async () => {
  const enrichers = await bench.start([{ module, name: 'hangs', timeoutMs: 300 }], quick);
  expect(await enrichers.enrich(input('hangs'))).toEqual([]);
  expect(bench.outcome('timeout', 'hangs')).toBe(1);
  await until(() => answers(enrichers));
  const restarts = bench.metrics.total('tf_enrichment_restarts_total', { enricher: 'hangs' });
  expect(restarts).toBeGreaterThanOrEqual(1);
  const ended = bench.log.find(({ message }) => /enricher hangs ended/.test(message));
  expect(ended?.message).toMatch(/is started again in 10 ms: it did nothing for 300 ms/);
});

test('one that only waits too long is not ended', async () => {
  const hangMs = 2000;
  const enrichers = await bench.start([{ module, name: 'slow', timeoutMs: 100 }], { hangMs });
  const endMs = performance.now() + 1.2 * hangMs;
  let asked = 0;
  for (; performance.now() < endMs; asked++) {
    expect(await enrichers.enrich(input('never'))).toEqual([]);
  }
  expect(bench.outcome('timeout', 'slow')).toBe(asked);
  expect(bench.metrics.total('tf_enrichment_restarts_total', { enricher: 'slow' })).toBe(0);
});

test('more events than may wait are answered at once', async () => {
  const enrichers = await bench.start([{ module, name: 'full' }], quick);
  const waiting = Array.from({ length: 1000 }, () => enrichers.enrich(input('never')));
  expect(await enrichers.enrich(input('ok'))).toEqual([]);
  expect(bench.outcome('queue_full', 'full')).toBe(1);
  await enrichers.close();
  expect((await Promise.all(waiting)).flat()).toEqual([]);
  expect(await enrichers.enrich(input('ok'))).toEqual([]);
  expect(bench.outcome('stopped', 'full')).toBe(1001);
});

test('long events wait in smaller numbers: their text is bounded', async () => {
  const enrichers = await bench.start([{ module, name: 'long' }], quick);
  const long = input(`never${' '.repeat(9_000_000)}`);
  const waiting = Array.from({ length: 4 }, () => enrichers.enrich(long));
  expect(await waiting[3]).toEqual([]);
  expect(bench.outcome('queue_full', 'long')).toBe(1);
  await enrichers.close();
  expect(await Promise.all(waiting)).toEqual([[], [], [], []]);
  expect(bench.outcome('stopped', 'long')).toBe(3);
});
