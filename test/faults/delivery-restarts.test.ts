import { setTimeout as sleep } from 'node:timers/promises';

import { expect, test } from '@jest/globals';

import type { CollectorDaemon } from '../support/collector-daemon.js';
import { rsyslogDaemon } from '../support/rsyslog.js';
import { syslogNgDaemon } from '../support/syslog-ng.js';
import { describeWith } from './rig/needs.js';
import { expectNothingLost, windowMessages } from './rig/promises.js';
import { endAndStart, restarts } from './rig/restarts.js';
import { randomFrom, scaled, seeds } from './rig/tier.js';
import { runTrial, runTrialThatHurts } from './rig/trial.js';

const messages = 300_000;
const perSecond = 50_000;
const naive = { messages: messages / 5, perSecond: perSecond / 5 };
const limitMs = 300_000;

const collectors: readonly {
  readonly name: 'rsyslog' | 'syslog-ng';
  readonly make: () => Promise<CollectorDaemon>;
}[] = [
  { name: 'rsyslog', make: () => rsyslogDaemon({ input: 'imptcp' }) },
  { name: 'syslog-ng', make: () => syslogNgDaemon() },
];

for (const { name, make } of collectors) {
  const started = async (): Promise<CollectorDaemon> => {
    const daemon = await make();
    await daemon.start();
    return daemon;
  };

  describeWith([name === 'rsyslog' ? 'rsyslogd' : 'syslog-ng'], `${name} as the collector`, () => {
    test(
      'without a fault everything arrives once and in order',
      async () => {
        const daemon = await started();
        try {
          const { delivery, isAlive } = await runTrial({
            name: `no fault, ${name}`,
            ...{ daemon, messages: scaled({ fast: 60_000, full: 300_000 }), perSecond: 20_000 },
          });
          expect(delivery).toMatchObject({ lost: 0, duplicates: 0, alien: 0, cut: 0, steps: 0 });
          expect(isAlive).toBe(true);
        } finally {
          await daemon.remove();
        }
      },
      limitMs,
    );

    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      test.each(seeds.map((seed) => ({ seed })))(
        `ended three times by ${signal} and started again, seed $seed: nothing lost`,
        async ({ seed }) => {
          const trial = await runTrialThatHurts(async (attempt) => {
            const daemon = await started();
            return {
              name: `3 × ${signal}, ${name}, ${perSecond}/s, seed ${seed}`,
              ...{ daemon, messages, perSecond, naive },
              faults: ({ connected }) =>
                restarts(daemon, signal, randomFrom(seed + 100 * attempt), connected),
            };
          });
          // What one connection proved read a moment ago is carried on by the next, and may be lost with it.
          expectNothingLost(trial, 3 * 2 * windowMessages);
          expect(trial.naive.lost).toBeGreaterThan(0);
        },
        limitMs,
      );
    }
  });
}

describeWith(['rsyslogd'], 'a collector that was busy when it died', () => {
  const trialWith = (name: string, options: object) =>
    runTrialThatHurts(async () => {
      const daemon = await rsyslogDaemon({ input: 'imptcp' });
      await daemon.start();
      return {
        ...{ name, daemon, messages, perSecond, naive, settings: { options } },
        faults: async () => {
          await sleep(1000);
          daemon.stall();
          await sleep(2000);
          await endAndStart(daemon, 'SIGKILL');
        },
      };
    });

  test(
    'stalled for 2 s, then killed: nothing lost',
    async () => {
      const trial = await trialWith('stalled 2 s, then SIGKILL', {});
      expectNothingLost(trial, windowMessages);
      expect(trial.naive.lost).toBeGreaterThan(0);
    },
    limitMs,
  );

  test(
    'the same without a margin loses what the machine had taken and the program had not read',
    async () => {
      const options = { replay: { marginBytes: 0 } };
      const { delivery } = await trialWith('the same, margin 0 (must lose)', options);
      expect(delivery.lost).toBeGreaterThan(0);
      expect(delivery.alien).toBe(0);
    },
    limitMs,
  );
});
