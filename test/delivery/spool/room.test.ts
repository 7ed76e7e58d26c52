import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

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

function diskUse(folder: string): number {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.spool'))
    .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

describe('the limit of its size', () => {
  const maxBytes = 64 * 1024;
  const segmentBytes = 8 * 1024;

  test('dropOldest: the oldest go, their owner is told first, all the others are there', async () => {
    const folder = temporaryFolder();
    const told: { readonly below: number; readonly hadFiles: number }[] = [];
    const { spool, counters, corrupt } = await openTest(folder, {
      maxBytes,
      segmentBytes,
      events: {
        onEvicted: (below) => told.push({ below, hadFiles: readdirSync(folder).length }),
      },
    });
    for (let round = 0; round < 40; round++) {
      appendSome(spool, 50);
      await allWritten(spool);
      expect(diskUse(folder)).toBe(spool.bytes);
      expect(spool.bytes).toBeLessThanOrEqual(maxBytes);
    }
    const first = spool.firstSeq;
    expect(told.length).toBeGreaterThan(10);
    expect(told.at(-1)?.below).toBe(first);
    expect(counters.total('tf_spool_evicted_total')).toBe(first - 1);
    expect(spool.bytes).toBeGreaterThan(maxBytes - 2 * segmentBytes);
    expect(seqsOf(await readAll(spool))).toEqual(range(first, 2001));
    await spool.close();
    // Evicted ones are not taken for lost ones by the next run.
    const again = await openTest(folder, { maxBytes, segmentBytes });
    expect(again.spool.firstSeq).toBe(first);
    expect(seqsOf(await readAll(again.spool, 1))).toEqual(range(first, 2001));
    expect([corrupt(), again.corrupt()]).toEqual([0, 0]);
  });

  test('dropOldest: the only file goes too, if need be', async () => {
    const folder = temporaryFolder();
    const { spool, evicted } = await openTest(folder, { maxBytes: 40_000, segmentBytes: 2 ** 20 });
    appendSome(spool, 3, 8000);
    await allWritten(spool);
    appendSome(spool, 1, 15_000);
    await allWritten(spool);
    expect(spool.segments).toBe(1);
    expect(evicted.at(-1)).toBe(4);
    expect((await readAll(spool)).map(({ seq }) => seq)).toEqual([4]);
  });

  test('dropOldest: messages that are read while they are evicted are neither given nor counted', async () => {
    const { spool, corrupt } = await openTest(temporaryFolder(), { maxBytes, segmentBytes });
    appendSome(spool, 300);
    await allWritten(spool);
    const read: number[] = [];
    for (let from = spool.firstSeq; spool.nextSeq < 3000;) {
      const some = seqsOf(await spool.read(from, 10, 1e6));
      if (some.length === 0) break;
      expect(some[0]).toBeGreaterThanOrEqual(from);
      from = some.at(-1)! + 1;
      read.push(...some);
      appendSome(spool, 40);
      await allWritten(spool);
    }
    expect(read.length).toBeGreaterThan(300);
    expect(corrupt()).toBe(0);
  });

  test('dropNewest: the newest are refused, and taken again once there is room', async () => {
    const folder = temporaryFolder();
    const { spool, evicted } = await openTest(folder, {
      maxBytes,
      segmentBytes,
      whenFull: 'dropNewest',
    });
    let refused = 0;
    for (let number = 0; number < 2000; number++)
      if (!spool.append(entryOf(spool.nextSeq))) refused++;
    await allWritten(spool);
    const taken = spool.nextSeq - 1;
    expect(taken + refused).toBe(2000);
    expect(refused).toBeGreaterThan(1000);
    expect(spool.bytes).toBeLessThanOrEqual(maxBytes);
    expect(seqsOf(await readAll(spool))).toEqual(range(1, taken + 1));
    spool.acknowledge(taken >> 1);
    appendSome(spool, 20);
    await allWritten(spool);
    await until(() => spool.bytes <= maxBytes);
    expect(seqsOf(await readAll(spool))).toEqual(range(taken >> 1, taken + 21));
    expect(evicted).toEqual([]);
  });

  test('dropNewest: a single file that is full of what is done does not keep the next ones out', async () => {
    const { spool } = await openTest(temporaryFolder(), {
      maxBytes: 40_000,
      segmentBytes: 2 ** 20,
      whenFull: 'dropNewest',
    });
    for (const round of range(0, 10)) {
      while (spool.append(entryOf(spool.nextSeq, 1000)));
      await allWritten(spool);
      expect(spool.nextSeq).toBeGreaterThan(15 * (round + 1));
      spool.acknowledge(spool.nextSeq);
      expect(spool.append(entryOf(spool.nextSeq, 1000))).toBe(true);
      await allWritten(spool);
    }
    expect(spool.bytes).toBeLessThanOrEqual(60_000);
  });

  test.each(['dropOldest', 'dropNewest'] as const)(
    '%s: a message that is larger than all there is is refused, and nothing is deleted for it',
    async (whenFull) => {
      const { spool, evicted } = await openTest(temporaryFolder(), { maxBytes, whenFull });
      appendSome(spool, 10);
      expect(spool.append(entryOf(11, maxBytes))).toBe(false);
      appendSome(spool, 1);
      await allWritten(spool);
      expect(seqsOf(await readAll(spool))).toEqual(range(1, 12));
      expect(evicted).toEqual([]);
    },
  );
});
