import { setTimeout as sleep } from 'node:timers/promises';

import { expect, test } from '@jest/globals';

import type { CollectorDaemon } from '../support/collector-daemon.js';
import { rsyslogDaemon } from '../support/rsyslog.js';
import { NaiveSender } from './rig/naive-sender.js';
import { describeWith } from './rig/needs.js';
import { createNetwork } from './rig/network.js';
import { nameOf } from './rig/numbered.js';
import { verdictLine } from './rig/oracle.js';
import { expectNothingLost, windowMessages } from './rig/promises.js';
import { startFaultProxy } from './rig/proxy.js';
import { noteResult } from './rig/results.js';
import { startSender } from './rig/sender-process.js';
import { scaled } from './rig/tier.js';
import {
  deliveryStream,
  hasArrived,
  naiveStream,
  readAll,
  runTrial,
  totalOf,
} from './rig/trial.js';

const limitMs = 400_000;

async function withDaemon(body: (daemon: CollectorDaemon) => Promise<void>): Promise<void> {
  const daemon = await rsyslogDaemon({ input: 'imptcp' });
  try {
    await daemon.start();
    await body(daemon);
  } finally {
    await daemon.remove();
  }
}

describeWith(['rsyslogd'], 'connections that are cut on the way', () => {
  test(
    'reset every second: nothing lost, as many connections as resets',
    async () => {
      const resets = scaled({ fast: 4, full: 30 });
      await withDaemon(async (daemon) => {
        const proxy = await startFaultProxy(daemon.port);
        try {
          const trial = await runTrial({
            name: `${resets} resets, one a second`,
            ...{ daemon, via: { address: '127.0.0.1', port: proxy.port } },
            messages: scaled({ fast: 16_000, full: 100_000 }),
            perSecond: scaled({ fast: 4000, full: 3333 }),
            naive: { messages: resets * 4000, perSecond: 4000 },
            settings: { options: { timing: { backoffMaxMs: 400 } } },
            faults: async ({ connected }) => {
              for (let number = 0; number < resets; number++) {
                await sleep(1000);
                await connected();
                // What the proxy has taken and not passed on goes down with the connection.
                proxy.behaviour = { isStalled: true };
                await sleep(20);
                proxy.cut('reset');
                proxy.behaviour = {};
              }
            },
          });
          expectNothingLost(trial, windowMessages * resets);
          expect(trial.naive?.lost).toBeGreaterThan(0);
          expect(Math.abs(trial.connections - 1 - resets)).toBeLessThanOrEqual(1);
        } finally {
          await proxy.stop();
        }
      });
    },
    limitMs,
  );

  test(
    'cut in the middle of a line, again and again: nothing lost, nothing garbled',
    async () => {
      await withDaemon(async (daemon) => {
        const proxy = await startFaultProxy(daemon.port);
        proxy.behaviour = { resetAfterBytes: 300_007 };
        try {
          const trial = await runTrial({
            name: 'cut after 300,007 bytes each',
            ...{ daemon, via: { address: '127.0.0.1', port: proxy.port } },
            ...{ messages: 10_000, perSecond: 4000 },
            settings: {
              options: {
                replay: { marginBytes: 100_000 },
                timing: { backoffMinMs: 20, backoffMaxMs: 100 },
              },
            },
            faults: async () => {
              await sleep(4000);
              proxy.behaviour = {};
            },
          });
          expectNothingLost(trial, trial.connections * windowMessages);
          expect(trial.connections).toBeGreaterThan(3);
        } finally {
          await proxy.stop();
        }
      });
    },
    limitMs,
  );

  test(
    'closed when idle, then one event, again and again: each arrives',
    async () => {
      const repeats = scaled({ fast: 60, full: 200 });
      const idleCloseMs = scaled({ fast: 60, full: 2000 });
      await withDaemon(async (daemon) => {
        const proxy = await startFaultProxy(daemon.port);
        proxy.behaviour = { idleCloseMs };
        const sender = await startSender({
          stream: deliveryStream,
          collectors: [{ url: `tcp://127.0.0.1:${proxy.port}` }],
          options: { timing: { backoffMinMs: 10, backoffMaxMs: 50 } },
        });
        const naive = new NaiveSender(naiveStream, proxy.port, '127.0.0.1', { isBlind: true });
        try {
          for (let repeat = 0; repeat < repeats; repeat++) {
            await Promise.all([sender.send(1, 1000), naive.send(1, 1000)]);
            // From well before the close to well after it.
            await sleep(idleCloseMs - 10 + (repeat % 20) * 2);
          }
          const last = nameOf(deliveryStream, repeats - 1);
          const isAlive = await hasArrived(daemon, last, 10_000);
          await sender.close();
          await naive.close();
          const oracle = await readAll(daemon);
          const delivery = oracle.judge(deliveryStream, repeats);
          const control = oracle.judge(naiveStream, repeats);
          const test = `closed after ${idleCloseMs} ms idle, then one event`;
          noteResult({ test, sender: 'delivery', result: verdictLine(delivery) });
          noteResult({ test, sender: 'naive', result: verdictLine(control) });
          expect(delivery).toMatchObject({ lost: 0, firstLost: [], alien: 0 });
          expect(isAlive).toBe(true);
          expect(control.lost).toBeGreaterThan(0);
        } finally {
          await sender.kill();
          await naive.close(0);
          await proxy.stop();
        }
      });
    },
    limitMs * 2,
  );
});

describeWith(['rsyslogd', 'networks'], 'a network that fails', () => {
  test.each(scaled({ fast: [12], full: [12, 120] }).map((seconds) => ({ seconds })))(
    'packets vanish for $seconds s: noticed in time, nothing lost',
    async ({ seconds }) => {
      const network = createNetwork();
      const daemon = await rsyslogDaemon({ input: 'imptcp', port: 10_514, ...network });
      try {
        await daemon.start();
        const perSecond = scaled({ fast: 4000, full: 10_000 });
        let attemptAfterMs = NaN;
        const trial = await runTrial({
          name: `black hole for ${seconds} s`,
          ...{ daemon, perSecond },
          messages: scaled({ fast: 60_000, full: Math.max(200_000, (seconds + 8) * perSecond) }),
          faults: async (sender) => {
            await sleep(2000);
            const beganAtMs = Date.now();
            const losses = totalOf(sender.state, 'tf_delivery_connections_lost_total');
            network.swallow();
            const noticed = sender
              .until(
                (state) => totalOf(state, 'tf_delivery_connections_lost_total') > losses,
                60_000,
              )
              .then(() => (attemptAfterMs = Date.now() - beganAtMs));
            await sleep(seconds * 1000);
            network.heal();
            await noticed;
          },
        });
        noteResult({
          test: `black hole for ${seconds} s`,
          sender: 'delivery',
          result: `given up, and tried anew, ${(attemptAfterMs / 1000).toFixed(1)} s after the hole began`,
        });
        expectNothingLost(trial, windowMessages * 2);
        // Stall time is 5 s; twice that is the promise, and this machine may be busy.
        expect(attemptAfterMs).toBeLessThan(15_000);
      } finally {
        await daemon.remove();
        network.remove();
      }
    },
    limitMs,
  );

  test(
    'every packet is answered by a reset for a second: nothing lost',
    async () => {
      const network = createNetwork();
      const daemon = await rsyslogDaemon({ input: 'imptcp', port: 10_514, ...network });
      try {
        await daemon.start();
        const trial = await runTrial({
          name: 'resets by a firewall for 1 s',
          ...{ daemon, perSecond: 10_000 },
          messages: scaled({ fast: 40_000, full: 100_000 }),
          naive: { messages: 40_000, perSecond: 10_000 },
          faults: async () => {
            await sleep(1500);
            network.reset();
            await sleep(1000);
            network.heal();
          },
        });
        expectNothingLost(trial, windowMessages * 2);
        expect(trial.naive?.lost).toBeGreaterThan(0);
      } finally {
        await daemon.remove();
        network.remove();
      }
    },
    limitMs,
  );
});
