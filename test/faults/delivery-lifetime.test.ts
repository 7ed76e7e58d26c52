import { setTimeout as sleep } from 'node:timers/promises';

import { expect, test } from '@jest/globals';

import { rsyslogDaemon } from '../support/rsyslog.js';
import { detectionIdentifier, EventSource, eventStream } from './rig/events.js';
import { sampleOf } from './rig/figures.js';
import { createForwarder, numbersInSpool } from './rig/forwarder.js';
import { describeWith } from './rig/needs.js';
import { nameOf } from './rig/numbered.js';
import { Oracle, verdictLine } from './rig/oracle.js';
import { startFaultProxy } from './rig/proxy.js';
import { noteResult } from './rig/results.js';
import { randomFrom, scaled, seeds } from './rig/tier.js';
import { hasArrived, readAll } from './rig/trial.js';

const limitMs = 400_000;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** Nothing waits any more, on disk or in memory. */
const isDrained = (sum: (name: string) => number): boolean => sum('tf_delivery_waiting') === 0;

describeWith(['rsyslogd'], 'the service is stopped under load', () => {
  test.each([
    { collector: 'up', isUp: true },
    { collector: 'down', isUp: false },
  ])(
    'SIGTERM at 20,000 events/s with the collector $collector: all that was accepted arrives',
    async ({ collector, isUp }) => {
      const daemon = await rsyslogDaemon({ input: 'imptcp' });
      const forwarder = await createForwarder(`tcp://127.0.0.1:${daemon.port}`);
      try {
        if (isUp) await daemon.start();
        await forwarder.start();
        const source = new EventSource(forwarder.jsaPort);
        const sending = source.send({ count: 200_000, perSecond: 20_000, oneIn: 4 });
        await sleep(3000);
        const taken = (await forwarder.metrics()).get('tf_delivery_messages_total') ?? 0;
        const { exitCode, tookMs } = await forwarder.stop();
        await source.close(0);
        await sending;
        const kept = await numbersInSpool(forwarder.spoolDirectory);
        if (!isUp) await daemon.start();
        const startMs = await forwarder.start();
        expect(await forwarder.until(isDrained, 60_000)).toBe(true);
        const next = await forwarder.stop();
        const oracle = await readAll(daemon, new Oracle(detectionIdentifier()));
        // Events come in order over one connection: what was accepted is the begin of it. Before the
        // stop at least `taken` were, one of which told of the start.
        const accepted = Math.max(taken - 1, highest(oracle, source.sent) + 1);
        const verdict = oracle.judge(eventStream, source.sent, (number) => number < accepted);
        noteResult({
          test: `SIGTERM of the service at 20,000 events/s, collector ${collector}`,
          sender: 'service',
          result: verdictLine(verdict),
          figures: {
            'exit code': String(exitCode),
            'stopped after': seconds(tookMs),
            'kept on disk': kept.size,
            'started again in': seconds(startMs),
          },
        });
        expect([exitCode, next.exitCode]).toEqual([0, 0]);
        expect(verdict).toMatchObject({ lost: 0, firstLost: [], alien: 0 });
        expect(taken).toBeGreaterThan(1000);
        for (const number of kept) expect(oracle.has(eventStream, number)).toBe(true);
        // The promise is 10 s; this machine may be busy.
        expect(tookMs).toBeLessThan(13_000);
      } finally {
        await forwarder.remove();
        await daemon.remove();
      }
    },
    limitMs,
  );

  test.each(seeds.map((seed) => ({ seed })))(
    'killed again and again at random moments, seed $seed: what was in the spool arrives',
    async ({ seed }) => {
      const kills = scaled({ fast: 4, full: 10 });
      const random = randomFrom(seed);
      const daemon = await rsyslogDaemon({ input: 'imptcp' });
      const forwarder = await createForwarder(`tcp://127.0.0.1:${daemon.port}`);
      const source = new EventSource(forwarder.jsaPort);
      try {
        const due = new Set<number>();
        const starts: number[] = [];
        for (let kill = 0; kill < kills; kill++) {
          // Every other time the collector is away, and everything stays in the spool.
          if (kill % 2 === 0) await daemon.end('SIGTERM');
          else await daemon.start();
          starts.push(await forwarder.start());
          const sending = source.send({ count: 10_000, perSecond: 5000 });
          await sleep(400 + random() * 1200);
          await forwarder.kill();
          await sending;
          for (const number of await numbersInSpool(forwarder.spoolDirectory)) due.add(number);
        }
        await source.close(0);
        if (!daemon.isRunning) await daemon.start();
        starts.push(await forwarder.start());
        expect(await forwarder.until(isDrained, 60_000)).toBe(true);
        await forwarder.stop();
        const oracle = await readAll(daemon, new Oracle(detectionIdentifier()));
        const verdict = oracle.judge(eventStream, source.sent, (number) => due.has(number));
        noteResult({
          test: `${kills} × SIGKILL of the service at 5,000 events/s, seed ${seed}`,
          sender: 'service',
          result: verdictLine(verdict),
          figures: { 'longest start': seconds(Math.max(...starts)) },
        });
        expect(due.size).toBeGreaterThan(kills * 200);
        expect(verdict).toMatchObject({ lost: 0, firstLost: [], alien: 0 });
      } finally {
        await source.close(0);
        await forwarder.remove();
        await daemon.remove();
      }
    },
    limitMs,
  );
});

describeWith(['rsyslogd'], 'a collector that reads slowly', () => {
  test(
    'events are taken as fast as ever, memory does not grow, and all arrives in the end',
    async () => {
      const lastSeconds = scaled({ fast: 6, full: 60 });
      const perSecond = 5000;
      const daemon = await rsyslogDaemon({ input: 'imptcp' });
      await daemon.start();
      const proxy = await startFaultProxy(daemon.port);
      const forwarder = await createForwarder(`tcp://127.0.0.1:${proxy.port}`, {
        'delivery.queue.maxBytes': '16MiB',
      });
      try {
        await forwarder.start();
        const source = new EventSource(forwarder.jsaPort);
        await source.send({ count: 3 * perSecond, perSecond });
        const before = sampleOf(forwarder.process.pid).residentBytes;
        proxy.behaviour = { bytesPerSecond: 50_000 };
        let peak = 0;
        const watch = setInterval(() => {
          peak = Math.max(peak, sampleOf(forwarder.process.pid).residentBytes);
        }, 100);
        await source.send({ count: lastSeconds * perSecond, perSecond });
        await sleep(500);
        clearInterval(watch);
        const lines = (await forwarder.metrics()).get('tf_intake_lines_total') ?? 0;
        const behind = source.events - lines;
        proxy.behaviour = {};
        const beganAtMs = Date.now();
        // What was written may still lie in the proxy and in the buffers of this machine.
        const last = nameOf(eventStream, source.sent - 1);
        const isEmpty =
          (await forwarder.until(isDrained, 120_000)) && (await hasArrived(daemon, last, 60_000));
        const drainedMs = Date.now() - beganAtMs;
        await source.close();
        await forwarder.stop();
        const oracle = await readAll(daemon, new Oracle(detectionIdentifier()));
        const verdict = oracle.judge(eventStream, source.sent);
        const grown = Math.round((peak - before) / 2 ** 20);
        noteResult({
          test: `50 kB/s read for ${lastSeconds} s, ${perSecond} events/s`,
          sender: 'service',
          result: verdictLine(verdict),
          figures: {
            'events not taken at its end': behind,
            'memory grew by': `${grown} MiB`,
            'drained after': seconds(drainedMs),
          },
        });
        expect(verdict).toMatchObject({ lost: 0, firstLost: [], alien: 0 });
        expect(isEmpty).toBe(true);
        expect(behind).toBeLessThan(0.02 * source.events);
        // The promise is 64 MiB; garbage that is not collected yet comes on top.
        expect(grown).toBeLessThan(128);
      } finally {
        await forwarder.remove();
        await proxy.stop();
        await daemon.remove();
      }
    },
    limitMs,
  );
});

/** The highest number that arrived; -1 when none did. */
function highest(oracle: Oracle, sent: number): number {
  let number = sent - 1;
  while (number >= 0 && !oracle.has(eventStream, number)) number--;
  return number;
}
