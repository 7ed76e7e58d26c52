import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, describe, expect, test } from '@jest/globals';

import { startDetecting } from '../security/support/detecting.js';
import type { DetectingService } from '../security/support/detecting.js';
import { scaled, tier } from './rig/tier.js';

/**
 * More than can be looked at: the sender is slowed by TCP, nothing is lost, memory stays, and who comes
 * after it is served as before.
 */

const seconds = scaled({ fast: 4, full: 30 });
const longMs = 120_000;
let detecting: DetectingService | undefined;

afterEach(async () => {
  await detecting?.stop();
  detecting = undefined;
}, 30_000);

/** Sends over one connection as fast as it is taken; gives back how many events that were. */
async function sendAtFullSpeed(
  service: DetectingService,
  share: number,
): Promise<[number, number]> {
  const socket = await service.dial();
  const endsAt = performance.now() + seconds * 1000;
  let events = 0;
  let hits = 0;
  while (performance.now() < endsAt) {
    let text = '';
    for (let line = 0; line < 500; line += 1, events += 1) {
      const isHit = share > 0 && events % share === 0;
      if (isHit) hits += 1;
      text += `<13>Jul 10 10:10:10 host app: number ${events} src=192.0.2.7 user=someone url=http://${isHit ? 'x.evil.example' : 'www.example.com'}/some/path?with=query\n`;
    }
    if (!socket.write(text)) await once(socket, 'drain');
  }
  socket.end();
  await once(socket.resume(), 'close');
  return [events, hits];
}

/** Waits until a counter has come to what it must be; a wrong one is left to the test. */
async function arrived(service: DetectingService, series: string, due: number): Promise<void> {
  for (let look = 0; look < 600 && (await service.metric(series)) < due; look += 1) await sleep(50);
  expect(await service.metric(series)).toBe(due);
}

describe('a sender that is faster than the service', () => {
  test.each([
    ['of events that hold nothing', 0],
    ['of events one in a hundred of which is a detection', 100],
  ])(
    '%s: each is received, each detection counted, and memory stays',
    async (what, share) => {
      detecting = await startDetecting(
        'delivery: { collectors: ["tcp://127.0.0.1:9"], spool: false }\n',
      );
      const service = detecting;
      await service.send('nothing\n'.repeat(20_000));
      const before = await service.residentBytes();
      // The figures of the event loop begin anew when they are asked for.
      await service.metric('tf_nodejs_eventloop_lag_p99_seconds');
      const startedAt = performance.now();
      const [events, hits] = await sendAtFullSpeed(service, share);
      // Asked for first: it holds for the time since it was asked for before.
      const lag = await service.metric('tf_nodejs_eventloop_lag_p99_seconds');
      await arrived(service, 'tf_events_received_total', events + 20_000);
      const perSecond = (events / (performance.now() - startedAt)) * 1000;
      const grown = (await service.residentBytes()) - before;
      process.stderr.write(
        `overload ${what} (${tier}): ${Math.round(perSecond)} events a second, loop p99 ${(lag * 1000).toFixed(1)} ms, grown by ${(grown / 1e6).toFixed(0)} MB\n`,
      );
      expect(await service.metric('tf_events_received_total')).toBe(events + 20_000);
      expect(await service.metric('tf_events_total{outcome="matched"}')).toBe(hits);
      expect(grown).toBeLessThan(512 * 2 ** 20);
      await service.send('http://after.evil.example/\n');
      await arrived(service, 'tf_events_total{outcome="matched"}', hits + 1);
    },
    longMs,
  );
});
