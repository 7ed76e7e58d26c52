import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectByTls } from 'node:tls';

import { expect, test } from '@jest/globals';

import { createAuthority } from '../support/certificates.js';
import { rsyslogDaemon } from '../support/rsyslog.js';
import { describeWith } from './rig/needs.js';
import { createNetwork } from './rig/network.js';
import { findName } from './rig/numbered.js';
import { verdictLine } from './rig/oracle.js';
import { expectNothingLost, windowMessages } from './rig/promises.js';
import { restarts } from './rig/restarts.js';
import { noteResult } from './rig/results.js';
import { startSender } from './rig/sender-process.js';
import { randomFrom, scaled } from './rig/tier.js';
import { deliveryStream, readAll, runTrialThatHurts } from './rig/trial.js';

const limitMs = 300_000;

describeWith(['rsyslogd', 'openssl'], 'TLS', () => {
  test(
    'a collector by TLS, killed three times: nothing lost',
    async () => {
      const authority = createAuthority('rig');
      try {
        const { certFile, keyFile } = authority.issue({ name: 'rsyslog', names: 'IP:127.0.0.1' });
        const tls = { ca: authority.certFile, cert: certFile, key: keyFile };
        const perSecond = 20_000;
        const trial = await runTrialThatHurts(async (attempt) => {
          const daemon = await rsyslogDaemon({ tls });
          await daemon.start();
          return {
            name: `TLS: 3 × SIGKILL, rsyslog, ${perSecond}/s`,
            ...{ daemon, perSecond, messages: 100_000 },
            settings: {
              collectors: [{ url: `tls://127.0.0.1:${daemon.port}`, ca: authority.certFile }],
            },
            naive: {
              ...{ messages: 50_000, perSecond: 10_000 },
              open: () =>
                connectByTls({ host: '127.0.0.1', port: daemon.port, ca: authority.cert }),
            },
            faults: ({ connected }) => restarts(daemon, 'SIGKILL', randomFrom(attempt), connected),
          };
        });
        expectNothingLost(trial, 3 * windowMessages);
        expect(trial.naive.lost).toBeGreaterThan(0);
      } finally {
        authority.remove();
      }
    },
    limitMs,
  );
});

describeWith(['rsyslogd'], 'UDP', () => {
  test(
    'a collector by UDP that is away for a while: best effort, no crash, and no message twice',
    async () => {
      const daemon = await rsyslogDaemon({ input: 'imudp' });
      const sender = await startSender({
        stream: deliveryStream,
        collectors: [{ url: `udp://127.0.0.1:${daemon.port}` }],
      });
      try {
        await daemon.start();
        const awaySeconds = scaled({ fast: 2, full: 5 });
        const messages = (awaySeconds + 4) * 1000;
        const sending = sender.send(messages, 1000);
        await sleep(1500);
        await daemon.end('SIGTERM');
        await sleep(awaySeconds * 1000);
        await daemon.start();
        await sending;
        const state = await sender.close();
        const verdict = (await readAll(daemon)).judge(deliveryStream, messages);
        noteResult({
          test: `UDP, away for ${awaySeconds} s (best effort: losses are not known)`,
          sender: 'delivery',
          result: verdictLine(verdict),
        });
        expect(state.sent).toBe(messages);
        expect(verdict).toMatchObject({ duplicates: 0, alien: 0 });
        // Before and after the outage datagrams arrive; during it none can.
        expect(verdict.arrived).toBeGreaterThan(1000);
        expect(verdict.lost).toBeGreaterThan(awaySeconds * 500);
      } finally {
        await sender.kill();
        await daemon.remove();
      }
    },
    limitMs,
  );
});

describeWith(['networks'], 'several collectors', () => {
  /** A collector in this process that notes when each message came. */
  const startClock = async () => {
    const arrivedAtMs = new Map<number, number>();
    const server = createServer((socket) => {
      let rest = '';
      socket.on('error', () => undefined);
      socket.setEncoding('latin1').on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          const number = findName(line)?.number;
          if (number !== undefined && !arrivedAtMs.has(number)) {
            arrivedAtMs.set(number, performance.now());
          }
        }
      });
      socket.on('end', () => socket.end());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { arrivedAtMs, server, port: (server.address() as AddressInfo).port };
  };

  /** The 99th percentile of how much later than the quickest message the others came, in ms. */
  const lateness = (arrivedAtMs: ReadonlyMap<number, number>, perSecond: number): number => {
    const delays = [...arrivedAtMs].map(([number, atMs]) => atMs - (number * 1000) / perSecond);
    const sorted = delays.sort((one, other) => one - other);
    return (sorted[Math.floor(sorted.length * 0.99)] ?? NaN) - (sorted[0] ?? NaN);
  };

  test.each(['fail-over', 'one group'] as const)(
    'one of two that is never reached slows the other one not at all (%s)',
    async (how) => {
      const network = createNetwork();
      network.swallow();
      const perSecond = 5000;
      const messages = scaled({ fast: 12_500, full: 100_000 });
      const dead = `tcp://${network.address}:10514`;
      const run = async (urls: (port: number) => readonly string[]): Promise<number> => {
        const { arrivedAtMs, server, port } = await startClock();
        const group = how === 'one group' ? { group: 'site' } : {};
        const sender = await startSender({
          stream: deliveryStream,
          collectors: urls(port).map((url) => ({ url, ...group })),
        });
        try {
          await sender.connected();
          await sender.send(messages, perSecond);
          await sender.until(({ waiting }) => waiting === 0, 20_000);
          await sleep(200);
          expect(arrivedAtMs.size).toBe(messages);
          return lateness(arrivedAtMs, perSecond);
        } finally {
          await sender.close(2000);
          await sender.kill();
          server.close();
        }
      };
      try {
        const alone = await run((port) => [`tcp://127.0.0.1:${port}`]);
        const beside = await run((port) => [dead, `tcp://127.0.0.1:${port}`]);
        noteResult({
          test: `one of two collectors dead, ${how}`,
          sender: 'delivery',
          result: `sent ${messages}, lost 0; p99 ${beside.toFixed(1)} ms, alone ${alone.toFixed(1)} ms`,
        });
      } finally {
        network.remove();
      }
    },
    limitMs,
  );
});
