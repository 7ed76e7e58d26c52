import { expect, test } from '@jest/globals';

import type { CollectorDaemon } from '../support/collector-daemon.js';
import { rsyslogDaemon } from '../support/rsyslog.js';
import { syslogNgDaemon } from '../support/syslog-ng.js';
import { eventsAndNaive, EventSource, eventStream } from './rig/events.js';
import { createForwarder } from './rig/forwarder.js';
import { NaiveSender } from './rig/naive-sender.js';
import { describeWith } from './rig/needs.js';
import { nameOf } from './rig/numbered.js';
import { Oracle, verdictLine } from './rig/oracle.js';
import type { Verdict } from './rig/oracle.js';
import { windowMessages } from './rig/promises.js';
import { restarts } from './rig/restarts.js';
import type { Ending } from './rig/restarts.js';
import { noteResult } from './rig/results.js';
import { randomFrom, scaled, seeds } from './rig/tier.js';
import { hasArrived, naiveStream, readAll } from './rig/trial.js';

const events = scaled({ fast: 50_000, full: 300_000 });
const perSecond = 10_000;
const limitMs = 300_000;

/** The built service between events and a collector that is ended three times. */
async function throughRestarts(
  name: string,
  daemon: CollectorDaemon,
  ending: Ending,
  seed: number,
): Promise<{ delivery: Verdict; naive: Verdict; isAlive: boolean }> {
  const forwarder = await createForwarder(`tcp://127.0.0.1:${daemon.port}`);
  const naive = new NaiveSender(naiveStream, daemon.port);
  try {
    await daemon.start();
    await forwarder.start();
    const source = new EventSource(forwarder.jsaPort);
    await Promise.all([
      source.send({ count: events, perSecond }),
      naive.send(events, perSecond),
      restarts(daemon, ending, randomFrom(seed), () => forwarder.connected()),
    ]);
    await source.send({ count: 1, perSecond: 1000 });
    const isAlive = await hasArrived(daemon, nameOf(eventStream, events), 60_000);
    await source.close();
    const { exitCode, tookMs } = await forwarder.stop();
    await naive.close();
    expect(exitCode).toBe(0);
    const oracle = await readAll(daemon, new Oracle(eventsAndNaive()));
    const delivery = oracle.judge(eventStream, source.sent);
    const control = oracle.judge(naiveStream, naive.sent);
    noteResult({
      ...{ test: name, sender: 'service', result: verdictLine(delivery) },
      figures: { 'stopped after': `${(tookMs / 1000).toFixed(1)} s` },
    });
    noteResult({ test: name, sender: 'naive', result: verdictLine(control) });
    return { delivery, naive: control, isAlive };
  } finally {
    await naive.close(0);
    await forwarder.remove();
    await daemon.remove();
  }
}

describeWith(['rsyslogd', 'syslog-ng'], 'the service, from events to a collector', () => {
  const collectors = [
    { collector: 'rsyslog', make: () => rsyslogDaemon({ input: 'imptcp' }) },
    { collector: 'syslog-ng', make: () => syslogNgDaemon() },
  ] as const;
  // The fast tier has one ending for each collector; that of delivery alone has both.
  const endings = {
    rsyslog: scaled<readonly Ending[]>({ fast: ['SIGTERM'], full: ['SIGTERM', 'SIGKILL'] }),
    'syslog-ng': scaled<readonly Ending[]>({ fast: ['SIGKILL'], full: ['SIGTERM', 'SIGKILL'] }),
  };
  const cases = collectors.flatMap((collector) =>
    seeds.flatMap((seed) =>
      endings[collector.collector].map((ending) => ({ ...collector, ending, seed })),
    ),
  );

  test.each(cases)(
    '$collector ended three times by $ending, seed $seed: nothing lost',
    async ({ collector, make, ending, seed }) => {
      const name = `service: 3 × ${ending}, ${collector}, ${perSecond} events/s, seed ${seed}`;
      for (let attempt = 1; ; attempt++) {
        const { delivery, naive, isAlive } = await throughRestarts(
          ...([name, await make(), ending, seed + 100 * attempt] as const),
        );
        expect(delivery).toMatchObject({ lost: 0, firstLost: [], alien: 0 });
        expect(delivery.duplicates).toBeLessThanOrEqual(3 * 2 * windowMessages);
        expect(isAlive).toBe(true);
        // A run that cost the control nothing has tested nothing.
        if (naive.lost > 0) return;
        expect(attempt).toBeLessThan(3);
      }
    },
    limitMs,
  );
});
