import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect, test } from '@jest/globals';

import { freePort } from '../support/collector-daemon.js';
import { readLeef } from '../support/leef.js';
import type { ReadEvent } from '../support/leef.js';
import { loopingRsyslog } from '../support/looping-rsyslog.js';
import type { LoopForm } from '../support/looping-rsyslog.js';
import { startService } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';
import { describeWithTool } from '../support/tools.js';

const seeds = 1000;

interface LoopRig {
  readonly service: ServiceProcess;
  /** What the collector got of each event type. */
  readonly events: () => readonly ReadEvent[];
  readonly detections: () => readonly ReadEvent[];
  readonly alarms: () => readonly ReadEvent[];
  /** A sum of the service's numbers. */
  readonly metric: (start: string) => Promise<number>;
}

/** A service whose messages come back to it, while `work` goes on. */
async function inLoop(
  form: LoopForm,
  settings: readonly string[],
  work: (rig: LoopRig) => Promise<void>,
): Promise<void> {
  const state = await mkdtemp(join(tmpdir(), 'tf-loop-'));
  const jsaPort = await freePort();
  const collector = await loopingRsyslog(form, jsaPort);
  await collector.start();
  const service = await startService(
    [
      `intake.jsa.listen=127.0.0.1:${jsaPort}`,
      `delivery.collectors=tcp://127.0.0.1:${collector.port}`,
      `state.directory=${state}`,
      'delivery.spool=false',
      ...settings,
    ].flatMap((setting) => ['--set', setting]),
    { cwd: state },
  );
  const events = () => collector.lines().map(readLeef);
  const ofEvent = (start: string) => () =>
    events().filter(({ eventId }) => eventId.startsWith(start));
  try {
    await work({
      service,
      events,
      detections: () => events().filter(({ eventId }) => !eventId.startsWith('KL_ALERT_')),
      alarms: ofEvent('KL_ALERT_LoopDetected'),
      async metric(start) {
        const answer = await fetch(`http://127.0.0.1:${service.httpPort}/metrics`);
        const lines = (await answer.text()).split('\n').filter((line) => line.startsWith(start));
        return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
      },
    });
  } finally {
    await service.stop();
    await collector.remove();
    await rm(state, { recursive: true });
  }
}

describeWithTool('rsyslogd', 'with a routing rule that sends our messages back', () => {
  test.each([
    ['payload', 'source', []],
    ['json', 'source', []],
    ['renamed', 'token', ['leef.loopToken=true']],
  ] as const)(
    `%s: ${seeds} events lead to ${seeds} detections, and the loop is told of by its %s`,
    async (form, layer, settings) => {
      // The seeds themselves are not to look like a storm.
      const all = ['storm.breaker.minDetections=100000', ...settings];
      await inLoop(form, all, async ({ service, detections, alarms, metric }) => {
        await send(service.jsaPort, seedLines());
        await until(() => alarms().length > 0 && detections().length > 0, 30_000);
        const atOf = (event: ReadEvent | undefined) => Number(event?.attributes['devTime']);
        expect(atOf(alarms()[0]) - atOf(detections()[0])).toBeLessThan(5000 * busyness());
        // Every message has come back when as many were dropped as were sent.
        const isQuiet = async () =>
          (await metric('tf_events_total{outcome="looped"}')) >= seeds + 1 &&
          detections().length >= seeds;
        await until(isQuiet, 40_000);
        await sleep(500);

        const users = detections().map(({ attributes }) => attributes['usrName'] ?? '');
        expect(users.sort()).toEqual(seedUsers().sort());
        expect(await metric('tf_events_total{outcome="matched"}')).toBe(seeds);
        expect(await metric(`tf_loops_detected_total{layer="${layer}"}`)).toBeGreaterThan(seeds);
        expect(alarms().length).toBe(1);
        const [alarm] = alarms();
        const expected = form === 'renamed' ? ['canary', 'token'] : ['source'];
        expect(expected).toContain(alarm?.attributes['layer']);
        expect(alarm?.attributes).toMatchObject({ peer: '127.0.0.1' });
      });
    },
    120_000,
  );

  test('the probe of the start is enough to find out', async () => {
    await inLoop('renamed', ['leef.loopToken=true'], async ({ alarms, metric, detections }) => {
      await until(() => alarms().length > 0, 20_000);
      expect(alarms()[0]?.attributes).toMatchObject({
        layer: 'canary',
        log_source: 'relay1',
        seen: 'the probe came back',
      });
      expect(await metric('tf_loops_detected_total{layer="canary"}')).toBe(1);
      expect(detections()).toEqual([]);
    });
  }, 60_000);

  test('without any guard it grows; the circuit breaker tells of it, and under calm ends it', async () => {
    const unguarded = ['intake.jsa.loopGuard=false', 'storm.breaker.minDetections=2000'];
    await inLoop('payload', unguarded, async ({ service, detections, alarms }) => {
      await send(service.jsaPort, seedLines());
      await until(() => alarms().length > 0, 20_000);
      expect(alarms()[0]?.attributes).toMatchObject({
        layer: 'breaker',
        log_source: 'KL_Threat_Feed_Service_V2',
      });
      expect(detections().length).toBeGreaterThan(seeds * 1.5);
    });
    const calm = [...unguarded, 'profile=calm', 'storm.windowSeconds=30'];
    await inLoop('payload', calm, async ({ service, detections, alarms, metric }) => {
      await send(service.jsaPort, seedLines());
      const held = () => metric('tf_detections_suppressed_total{reason="window"}');
      await until(async () => (await held()) > 990, 20_000);
      await sleep(1000);
      // The first of them, and of those that came back by our own log source.
      expect(detections().length).toBeLessThan(10);
      expect(alarms()).toEqual([]);
    });
  }, 90_000);
});

/** How many times as long things take because others want the processors, too. */
function busyness(): number {
  return Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
}

function seedUsers(): string[] {
  return Array.from({ length: seeds }, (_, number) => `user${number}`);
}

function seedLines(): readonly string[] {
  return seedUsers().map(
    (user) => `<13>Jul 10 10:10:14 proxy squid: GET http://fakess123.nu/x usrName=${user}`,
  );
}

async function send(port: number, lines: readonly string[]): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.end(lines.map((line) => `${line}\n`).join(''));
  socket.resume();
  await once(socket, 'close');
}

async function until(isTrue: () => boolean | Promise<boolean>, withinMs: number): Promise<void> {
  const endMs = Date.now() + withinMs;
  while (!(await isTrue())) {
    if (Date.now() > endMs) throw new Error(`not within ${withinMs} ms`);
    await sleep(50);
  }
}
