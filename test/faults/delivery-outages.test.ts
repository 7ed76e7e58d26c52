import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect, test } from '@jest/globals';

import { rsyslogDaemon } from '../support/rsyslog.js';
import { describeWith } from './rig/needs.js';
import { verdictLine } from './rig/oracle.js';
import { expectNothingLost, windowMessages } from './rig/promises.js';
import { noteResult } from './rig/results.js';
import { startSender } from './rig/sender-process.js';
import { createSmallDisk } from './rig/small-disk.js';
import { scaled } from './rig/tier.js';
import { deliveryStream, readAll, runTrial, totalOf, unaccounted } from './rig/trial.js';

const limitMs = 400_000;
const megabyte = 2 ** 20;

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tf-outage-'));
  try {
    await body(join(folder, 'spool'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

describeWith(['rsyslogd'], 'a collector that is away for long', () => {
  test(
    'everything waits on disk, memory does not grow, and attempts to connect are few',
    async () => {
      const awaySeconds = scaled({ fast: 6, full: 60 });
      const perSecond = scaled({ fast: 5000, full: 2000 });
      const messages = scaled({ fast: 50_000, full: 200_000 });
      const daemon = await rsyslogDaemon({ input: 'imptcp' });
      try {
        await inFolder(async (directory) => {
          await daemon.start();
          let [before, after, attempts] = [0, 0, 0];
          const trial = await runTrial({
            name: `away for ${awaySeconds} s, ${perSecond}/s`,
            ...{ daemon, messages, perSecond },
            settings: {
              options: { maxQueueBytes: 8 * megabyte, maxQueueMessages: 100_000 },
              spool: {
                directory,
                ...{ maxBytes: 1024 * megabyte, segmentBytes: 16 * megabyte },
                whenFull: 'dropOldest',
              },
            },
            faults: async (sender) => {
              const attemptsOf = (): number =>
                totalOf(sender.state, 'tf_delivery_connect_failures_total');
              await sleep(2500);
              before = sender.peakBytes;
              await daemon.end('SIGTERM');
              const failed = attemptsOf();
              await sleep(awaySeconds * 1000);
              after = sender.peakBytes;
              attempts = attemptsOf() - failed;
              await daemon.start();
            },
          });
          const grown = Math.round((after - before) / megabyte);
          noteResult({
            test: `away for ${awaySeconds} s, ${perSecond}/s`,
            sender: 'delivery',
            result: `memory grew by ${grown} MiB, ${attempts} attempts to connect`,
          });
          expectNothingLost(trial, windowMessages);
          expect(after - before).toBeLessThan(64 * megabyte);
          expect(attempts).toBeGreaterThan(0);
          expect(attempts).toBeLessThanOrEqual(Math.max(awaySeconds, 10));
        });
      } finally {
        await daemon.remove();
      }
    },
    limitMs,
  );

  test.each(['dropOldest', 'dropNewest'] as const)(
    'a spool that is full: what was dropped and what arrived add up (%s)',
    async (whenFull) => {
      const maxBytes = scaled({ fast: 4, full: 64 }) * megabyte;
      const segmentBytes = scaled({ fast: 256 * 1024, full: 8 * megabyte });
      const messages = scaled({ fast: 50_000, full: 1_200_000 });
      const daemon = await rsyslogDaemon({ input: 'imptcp' });
      try {
        await inFolder(async (directory) => {
          const sender = await startSender({
            stream: deliveryStream,
            collectors: [{ url: `tcp://127.0.0.1:${daemon.port}` }],
            options: {
              ...{ maxQueueBytes: megabyte, maxQueueMessages: 10_000 },
              timing: { backoffMaxMs: 1000 },
            },
            spool: { directory, maxBytes, segmentBytes, whenFull },
          });
          try {
            let largest = 0;
            const watch = setInterval(() => {
              void bytesIn(directory).then((bytes) => (largest = Math.max(largest, bytes)));
            }, 50);
            await sender.send(messages, 20_000);
            clearInterval(watch);
            await daemon.start();
            expect(await sender.until(({ waiting }) => waiting === 0, 60_000)).toBe(true);
            const state = await sender.close();
            const oracle = await readAll(daemon);
            const verdict = oracle.judge(deliveryStream, messages);
            const dropped = Object.entries(state.counters).filter(([name]) =>
              name.startsWith('tf_delivery_dropped_total'),
            );
            const full = dropped.find(([name]) => name.endsWith(' spool_full'))?.[1] ?? 0;
            noteResult({
              test: `spool of ${maxBytes / megabyte} MiB overflows, ${whenFull}`,
              sender: 'delivery',
              result: verdictLine(verdict),
              figures: {
                'dropped as spool_full': full,
                'most on disk': `${(largest / megabyte).toFixed(1)} MiB`,
              },
            });
            expect(dropped.filter(([, value]) => value > 0)).toHaveLength(1);
            expect(full).toBeGreaterThan(0);
            expect(verdict.lost).toBe(full);
            expect(verdict.alien).toBe(0);
            expect(unaccounted(state)).toBe(0);
            expect(largest).toBeGreaterThan(maxBytes / 2);
            expect(largest).toBeLessThanOrEqual(maxBytes + segmentBytes);
            // The oldest or the newest: which end of the numbers is missing.
            expect(oracle.has(deliveryStream, messages - 1)).toBe(whenFull === 'dropOldest');
            expect(oracle.has(deliveryStream, 0)).toBe(whenFull === 'dropNewest');
          } finally {
            await sender.kill();
          }
        });
      } finally {
        await daemon.remove();
      }
    },
    limitMs,
  );
});

describeWith(['rsyslogd', 'root'], 'a disk that is full', () => {
  test(
    'what it cannot take waits in memory, and all arrives',
    async () => {
      const daemon = await rsyslogDaemon({ input: 'imptcp' });
      const disk = createSmallDisk(4 * megabyte);
      const sender = await startSender({
        stream: deliveryStream,
        collectors: [{ url: `tcp://127.0.0.1:${daemon.port}` }],
        options: {
          ...{ maxQueueBytes: 256 * megabyte, maxQueueMessages: 1_000_000 },
          timing: { backoffMaxMs: 1000 },
        },
        spool: {
          directory: join(disk.folder, 'spool'),
          ...{ maxBytes: 64 * megabyte, segmentBytes: 512 * 1024, whenFull: 'dropOldest' },
        },
      });
      try {
        const messages = 40_000;
        await sender.send(messages, 20_000);
        expect(await sender.until(({ isSpoolHealthy }) => !isSpoolHealthy, 5000)).toBe(true);
        await daemon.start();
        expect(await sender.until(({ waiting }) => waiting === 0, 60_000)).toBe(true);
        await sender.send(1, 1000);
        const state = await sender.close();
        const oracle = await readAll(daemon);
        const verdict = oracle.judge(deliveryStream, messages + 1);
        noteResult({
          test: 'spool on a disk of 4 MiB that is full',
          sender: 'delivery',
          result: verdictLine(verdict),
          figures: { dropped: totalOf(state, 'tf_delivery_dropped_total') },
        });
        expect(verdict).toMatchObject({ lost: 0, firstLost: [], alien: 0 });
        expect(unaccounted(state)).toBe(0);
      } finally {
        await sender.kill();
        disk.remove();
        await daemon.remove();
      }
    },
    limitMs,
  );
});
