import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { Message } from '../../../forwarder/core/index.js';
import type { Entry } from '../../../forwarder/delivery/spool/index.js';
import { fuzzRuns } from '../../support/fuzz-runs.js';
import {
  allWritten,
  appendSome,
  entryOf,
  openTest,
  range,
  readAll,
  seqsOf,
  temporaryFolder,
  until,
} from './support.js';

const message: fc.Arbitrary<Message> = fc.record({
  id: fc.string({ unit: 'binary', maxLength: 20 }),
  kind: fc.constantFrom('detect', 'status', 'evaluation'),
  event: fc.string({ unit: 'binary', maxLength: 20 }),
  atMs: fc.double(),
  body: fc.oneof(
    { weight: 8, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('x', 'é', '☃', '🦊'), fc.integer({ min: 1000, max: 400_000 }))
        .map(([character, times]) => character.repeat(times)),
    },
  ),
});

type Step =
  | { readonly kind: 'append'; readonly messages: readonly Message[] }
  | { readonly kind: 'read'; readonly back: number; readonly count: number; readonly bytes: number }
  | { readonly kind: 'acknowledge'; readonly part: number }
  | { readonly kind: 'write' }
  | { readonly kind: 'restart' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      messages: fc.array(message, { minLength: 1, maxLength: 12 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('read' as const),
      back: fc.nat(40),
      count: fc.integer({ min: 1, max: 30 }),
      bytes: fc.integer({ min: 1, max: 5000 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('acknowledge' as const),
      part: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  { weight: 2, arbitrary: fc.constant<Step>({ kind: 'write' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'restart' }) },
);

describe('what is appended can be read back', () => {
  test('any text, any length, in any order of steps, over restarts: as a list would do', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const folder = temporaryFolder();
        let { spool, corrupt } = await openTest(folder);
        const model: Entry[] = [];
        let floor = 1;
        for (const one of steps) {
          switch (one.kind) {
            case 'append':
              for (const message of one.messages) {
                const entry = { seq: spool.nextSeq, message };
                expect(spool.append(entry)).toBe(true);
                model.push(entry);
              }
              break;
            case 'write':
              await allWritten(spool);
              break;
            case 'acknowledge':
              floor += Math.floor((spool.nextSeq - floor) * one.part);
              spool.acknowledge(floor);
              break;
            case 'read': {
              const from = Math.max(floor, spool.nextSeq - one.back);
              const written = spool.writtenSeq;
              const read = await spool.read(from, one.count, one.bytes);
              expect(read).toEqual(model.slice(from - 1, from - 1 + read.length));
              expect(read.length).toBeLessThanOrEqual(one.count);
              if (from < written) expect(read.length).toBeGreaterThan(0);
              break;
            }
            case 'restart':
              await spool.close();
              expect(corrupt()).toBe(0);
              ({ spool, corrupt } = await openTest(folder));
              break;
            default:
              one satisfies never;
          }
          expect([spool.firstSeq, spool.nextSeq]).toEqual([floor, model.length + 1]);
        }
        await allWritten(spool);
        expect(await readAll(spool)).toEqual(model.slice(floor - 1));
        expect(corrupt()).toBe(0);
        await spool.close();
      }),
      { numRuns: fuzzRuns(60) },
    );
  }, 60_000);

  test('it goes on where the run before ended', async () => {
    const folder = temporaryFolder();
    const before = await openTest(folder);
    appendSome(before.spool, 5);
    before.spool.acknowledge(4);
    await before.spool.close();
    const { spool } = await openTest(folder);
    expect([spool.firstSeq, spool.nextSeq, spool.writtenSeq]).toEqual([4, 6, 6]);
    expect(seqsOf(await readAll(spool))).toEqual([4, 5]);
    appendSome(spool, 1);
    await allWritten(spool);
    expect(seqsOf(await spool.read(6, 10, 1000))).toEqual([6]);
  });

  test('what is not written is not read; what is, comes in order and within the limits', async () => {
    const { spool } = await openTest(temporaryFolder());
    appendSome(spool, 300);
    expect(spool.writtenSeq).toBe(1);
    expect(spool.unwrittenBytes).toBeGreaterThan(0);
    expect(await spool.read(1, 10, 1000)).toEqual([]);
    await allWritten(spool);
    expect(spool.unwrittenBytes).toBe(0);
    expect(spool.segments).toBeGreaterThan(5);
    expect(seqsOf(await spool.read(1, 7, 1e6))).toEqual(range(1, 8));
    expect(seqsOf(await spool.read(250, 1000, 1))).toEqual([250]);
    expect(seqsOf(await spool.read(100, 1000, 1e9))).toEqual(range(100, 301));
    expect(await spool.read(301, 1000, 1e9)).toEqual([]);
  });

  test('a record larger than a segment has one of its own', async () => {
    const folder = temporaryFolder();
    const { spool } = await openTest(folder, { segmentBytes: 2 ** 20 });
    appendSome(spool, 3);
    appendSome(spool, 1, 5 * 2 ** 20);
    appendSome(spool, 3);
    await allWritten(spool);
    expect(spool.segments).toBe(3);
    await spool.close();
    const { spool: again, corrupt } = await openTest(folder);
    const read = await readAll(again);
    expect(read.map(({ seq }) => seq)).toEqual(range(1, 8));
    seqsOf([read[3]!], 5 * 2 ** 20);
    expect(corrupt()).toBe(0);
  });

  test('files whose messages are done are deleted, and nothing is left of a spool that is empty', async () => {
    const folder = temporaryFolder();
    const { spool } = await openTest(folder);
    appendSome(spool, 500);
    await allWritten(spool);
    const { bytes } = spool;
    spool.acknowledge(250);
    await until(() => spool.bytes < bytes * 0.6);
    expect(seqsOf(await readAll(spool))).toEqual(range(250, 501));
    spool.acknowledge(501);
    await until(() => spool.segments === 1);
    await spool.close();
    const again = await openTest(folder);
    expect([again.spool.firstSeq, again.spool.nextSeq]).toEqual([501, 501]);
    await until(() => again.spool.segments === 0);
    await again.spool.close();
    expect(readdirSync(folder)).toEqual(['checkpoint']);
  });

  test('its folder is for its owner only, and its files too', async () => {
    const folder = join(temporaryFolder(), 'var', 'spool');
    const { spool } = await openTest(folder);
    appendSome(spool, 50);
    await allWritten(spool);
    spool.acknowledge(2);
    await until(() => readdirSync(folder).includes('checkpoint'));
    expect(lstatSync(folder).mode & 0o777).toBe(0o700);
    const names = readdirSync(folder);
    expect(names).toContain('lock');
    for (const name of names) expect(lstatSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });

  test('a message out of its turn, and one after the end, is not taken', async () => {
    const { spool } = await openTest(temporaryFolder());
    appendSome(spool, 1);
    expect(spool.append(entryOf(spool.nextSeq + 1))).toBe(false);
    expect(spool.nextSeq).toBe(2);
    await spool.close();
    expect(spool.append(entryOf(2))).toBe(false);
    expect(await spool.read(1, 10, 1000)).toEqual([]);
  });
});
