import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { machineFiles, type SpoolFiles } from '../../forwarder/delivery/spool/index.js';
import { startChild } from '../delivery/spool/child.js';
import { dice } from '../delivery/spool/dice.js';
import { faultyFiles, type FaultyFiles } from '../delivery/spool/faulty-files.js';
import {
  allWritten,
  appendSome,
  leaveOpen,
  openTest,
  range,
  readAll,
  seqsOf,
  temporaryFolder,
  until,
} from '../delivery/spool/support.js';
import { work, workloadOptions, type Ledger } from '../delivery/spool/workload.js';
import { scaled } from './rig/tier.js';

/** Opens what is left: everything that was reported written and not acknowledged must be there. */
async function expectNothingLost(folder: string, ledger: Ledger): Promise<void> {
  const { spool, corrupt } = await openTest(folder);
  const read = seqsOf(await readAll(spool));
  const due = range(ledger.acknowledged, ledger.written);
  const lost = due.filter((seq) => !read.includes(seq));
  expect({ lost, corrupt: corrupt() }).toEqual({ lost: [], corrupt: 0 });
  // Without gaps, and it goes on.
  expect(read).toEqual(range(spool.firstSeq, spool.nextSeq));
  expect(spool.nextSeq).toBeGreaterThanOrEqual(ledger.written);
  const first = spool.nextSeq;
  appendSome(spool, 20);
  await allWritten(spool);
  expect(seqsOf(await readAll(spool, first))).toEqual(range(first, first + 20));
  await spool.close();
}

/** Runs the workload until its end or the death of its files. */
async function run(folder: string, files: FaultyFiles, seed: number): Promise<Ledger> {
  const ledger: Ledger = { written: 1, acknowledged: 1 };
  let isDone = false;
  const whole = (async () => {
    const { spool } = await openTest(folder, workloadOptions(folder, files, ledger));
    leaveOpen(spool);
    await work(spool, ledger, seed);
  })().finally(() => (isDone = true));
  await Promise.race([whole, until(() => files.isDead || isDone)]);
  // As it stands now: the workload knows nothing of its death.
  const atTheEnd = { ...ledger };
  await files.bury();
  // Its process number is still in use: this test's.
  rmSync(join(folder, 'lock'), { force: true });
  return atTheEnd;
}

const operations = scaled({ fast: 90, full: 600 });
const kills = scaled({ fast: 8, full: 24 });
const moments = scaled({ fast: 60, full: 400 });

/** The first rounds die at the first of each of these, the others at any operation. */
const aims = [
  ...['write segment', 'sync segment', 'open segment', 'unlink segment'],
  ...['write checkpoint', 'sync checkpoint'],
];

describe('a process that ends', () => {
  test(`at each of ${operations} file operations: nothing that was reported written is lost`, async () => {
    const roll = dice(1);
    const died = new Map<string, number>();
    for (let round = 0; round < operations; round++) {
      const folder = join(temporaryFolder(), 'spool');
      const seed = roll(1000);
      const fatal = 1 + roll(250);
      const dies = (['before', 'after', 'within'] as const)[round % 3]!;
      const aim = aims[Math.floor(round / 3)];
      const files = faultyFiles(({ name, path, number }) => {
        const what = path.endsWith('.spool') ? 'segment' : path.replace(/.*\//, '').slice(0, 10);
        const place = `${name} ${what}`;
        if (aim === undefined ? number !== fatal : place !== aim) return undefined;
        died.set(place, (died.get(place) ?? 0) + 1);
        return { dies };
      });
      const ledger = await run(folder, files, seed);
      if (existsSync(folder)) await expectNothingLost(folder, ledger);
      rmSync(folder, { recursive: true, force: true });
    }
    expect([...died.keys()]).toEqual(expect.arrayContaining(aims));
    const deaths = [...died.values()].reduce((sum, times) => sum + times, 0);
    // Some rounds end before the operation they were to die at: how many there are depends on the clock.
    expect(deaths).toBeGreaterThan(operations * 0.5);
  }, 300_000);

  test(`killed by SIGKILL at ${kills} operations, each in a process of its own`, async () => {
    let killed = 0;
    let reported = 0;
    const step = 144 / kills;
    for (let fatal = 12; fatal < 12 + 144; fatal += step) {
      const folder = join(temporaryFolder(), 'spool');
      const child = startChild('crash-child.ts', [folder, String(fatal), String(fatal)]);
      let told = '';
      child.stdout.on('data', (bytes: Buffer) => (told += bytes.toString()));
      await once(child, 'close');
      if (child.signalCode === 'SIGKILL') killed++;
      const highest = (letter: string): number =>
        Math.max(
          1,
          ...[...told.matchAll(new RegExp(`^${letter} (\\d+)$`, 'gm'))].map(([, n]) => Number(n)),
        );
      const ledger = { written: highest('w'), acknowledged: highest('a') };
      reported += ledger.written - 1;
      await expectNothingLost(folder, ledger);
    }
    expect(killed).toBeGreaterThanOrEqual(Math.ceil(kills * 0.8));
    expect(reported).toBeGreaterThan(kills * 20);
  }, 300_000);
});

describe('a machine that loses its power', () => {
  /** Files that remember what was synced; cut() takes away the rest, as a bad moment would. */
  function forgetfulFiles(inner: SpoolFiles): SpoolFiles & { readonly cut: () => void } {
    const synced = new Map<string, Buffer>();
    return {
      ...inner,
      async open(path, how) {
        const file = await inner.open(path, how);
        if (how === 'create') synced.set(path, Buffer.alloc(0));
        return {
          ...file,
          async sync() {
            await file.sync();
            if (existsSync(path)) synced.set(path, readFileSync(path));
          },
        };
      },
      async unlink(path) {
        await inner.unlink(path);
        synced.delete(path);
      },
      cut() {
        for (const [path, bytes] of synced) {
          if (!existsSync(path)) continue;
          if (path.endsWith('.spool')) truncateSync(path, bytes.length);
          else writeFileSync(path, bytes);
        }
      },
    };
  }

  test(`at each of ${moments} moments: nothing that was synced is lost, and none deleted too early`, async () => {
    const roll = dice(2);
    let kept = 0;
    for (let round = 0; round < moments; round++) {
      const folder = join(temporaryFolder(), 'spool');
      const fatal = 20 + roll(250);
      const forgetful = forgetfulFiles(machineFiles);
      const files = faultyFiles(
        ({ number }) => (number === fatal ? { dies: 'before' } : undefined),
        forgetful,
      );
      const ledger: Ledger = { written: 1, acknowledged: 1 };
      let isDone = false;
      const whole = (async () => {
        // 0: reported written means synced.
        const options = { ...workloadOptions(folder, files, ledger), syncMs: 0 };
        const { spool } = await openTest(folder, options);
        leaveOpen(spool);
        await work(spool, ledger, roll(1000));
      })().finally(() => (isDone = true));
      await Promise.race([whole, until(() => files.isDead || isDone)]);
      const atTheEnd = { ...ledger };
      forgetful.cut();
      await files.bury();
      rmSync(join(folder, 'lock'), { force: true });
      await expectNothingLost(folder, atTheEnd);
      kept += atTheEnd.written - atTheEnd.acknowledged;
      rmSync(folder, { recursive: true, force: true });
    }
    expect(kept).toBeGreaterThan(moments * 5);
  }, 300_000);
});
