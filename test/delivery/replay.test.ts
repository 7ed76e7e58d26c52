import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, afterEach, describe, expect, test } from '@jest/globals';

import { openSpool, SpoolRelay } from '../../forwarder/delivery/index.js';
import type { DeliveryAlarm, DeliveryOptions } from '../../forwarder/delivery/index.js';
import { refusingUrl, startFakeCollector, until } from '../faults/fake-collector.js';
import type { FakeCollector, FakeCollectorOptions } from '../faults/fake-collector.js';
import { messageOf, numbersOf, testCounters, testLogger } from '../faults/messages.js';
import { deliveryTo } from './rig.js';
import type { DeliveryRig } from './rig.js';

const ending: (() => Promise<unknown>)[] = [];
const folder = mkdtempSync(join(tmpdir(), 'tf-replay-'));
const longMs = 20_000;

afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function collectorOf(options: Partial<FakeCollectorOptions> = {}): Promise<FakeCollector> {
  const collector = await startFakeCollector({ scheme: 'tcp', ...options });
  ending.push(() => collector.stop('reset'));
  return collector;
}

function rigOf(url: string, options: Partial<DeliveryOptions> = {}): DeliveryRig {
  const rig = deliveryTo([url], options);
  ending.unshift(() => rig.delivery.close(0));
  return rig;
}

function sendAll({ delivery }: DeliveryRig, from: number, end: number): void {
  for (let number = from; number < end; number++) delivery.send(messageOf(number, 300));
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const allDone = (rig: DeliveryRig) => (): boolean =>
  rig.delivery.waiting === 0 && rig.delivery.unconfirmed === 0;

describe('what confirms a message', () => {
  test('distance: more than the margin acknowledged after it', async () => {
    const collector = await collectorOf();
    const rig = rigOf(collector.url, { replay: { marginBytes: 50_000, confirmSeconds: 0 } });
    sendAll(rig, 0, 1000);
    await collector.waitFor(1000);
    await until('progress', () => rig.counters.total('tf_delivery_acknowledged_total') > 0, longMs);
    await sleep(300);
    const { unconfirmed: left } = rig.delivery;
    expect(left * 340).toBeGreaterThanOrEqual(50_000);
    expect(rig.unaccounted()).toBe(0);
    const [lane] = rig.delivery.status().collectors;
    expect(lane).toMatchObject({ assurance: 'assured', unconfirmed: left, lagBytes: 0 });
    expect(lane?.acknowledgedBytes).toBe(lane?.sentBytes);
  });

  test('a quiet link: the connection is ended in good order, and nothing is sent twice', async () => {
    const collector = await collectorOf();
    const timing = { settleMs: 20 };
    const rig = rigOf(collector.url, { replay: { confirmSeconds: 0.1 }, timing });
    sendAll(rig, 0, 20);
    await until('the proof', allDone(rig), longMs);
    sendAll(rig, 20, 25);
    await until('the proof', allDone(rig), longMs);
    expect(numbersOf(collector.lines)).toEqual(upTo(25));
    expect(rig.counters.total('tf_delivery_turn_overs_total')).toBeGreaterThanOrEqual(2);
    expect(rig.counters.total('tf_delivery_resent_total')).toBe(0);
    expect(rig.counters.total('tf_delivery_connections_lost_total')).toBe(0);
    expect(rig.unaccounted()).toBe(0);
  });

  test('read a moment before that end: sent again when the next connection is lost, too', async () => {
    const collector = await collectorOf();
    const timing = { settleMs: 60_000 };
    const rig = rigOf(collector.url, { replay: { confirmSeconds: 0.1 }, timing });
    sendAll(rig, 0, 20);
    const { counters } = rig;
    await until('the end', () => counters.total('tf_delivery_turn_overs_total') > 0, longMs);
    await until('the next', () => counters.total('tf_delivery_connections_total') > 1, longMs);
    await sleep(300);
    // Proven once: nothing asks for another proof, and nothing is sent again.
    expect(counters.total('tf_delivery_turn_overs_total')).toBe(1);
    expect([rig.delivery.unconfirmed, collector.lines.length]).toEqual([20, 20]);
    await collector.stop('reset');
    const again = await collectorOf({ port: collector.port });
    await again.waitFor(20, longMs);
    expect(numbersOf(again.lines)).toEqual(upTo(20));
    expect(rig.unaccounted()).toBe(0);
  });

  test.each([
    [0, 'is confirmed when it has settled', 0],
    [60_000, 'is sent again when it was read a moment ago', 20],
  ])('settleMs %i: what a collector read that ends by itself %s', async (settleMs, _, resent) => {
    const collector = await collectorOf();
    const rig = rigOf(collector.url, { timing: { settleMs } });
    sendAll(rig, 0, 20);
    await collector.waitFor(20);
    await collector.stop('end');
    await until('the loss', () => !rig.delivery.status().isConnected, longMs);
    await until('the decision', () => rig.delivery.unconfirmed === 0, longMs);
    expect(rig.delivery.waiting).toBe(resent);
    const again = await collectorOf({ port: collector.port });
    sendAll(rig, 20, 21);
    await again.waitFor(resent + 1, longMs);
    expect(rig.counters.total('tf_delivery_resent_total')).toBe(resent);
    expect(rig.unaccounted()).toBe(0);
  });

  test('a collector that never ends its side is asked twice, and not for ever', async () => {
    const collector = await collectorOf({ behaviour: { kind: 'keep-open' } });
    const rig = rigOf(collector.url, {
      replay: { confirmSeconds: 0.1 },
      timing: { proofMs: 50 },
    });
    sendAll(rig, 0, 10);
    const isSaid = (): boolean => rig.log.lines.some(({ code }) => code === 'collector.no_proof');
    await until('the word', isSaid, longMs);
    await collector.waitFor(30, longMs);
    await sleep(400);
    expect(rig.counters.total('tf_delivery_turn_overs_total')).toBe(2);
    expect(collector.lines).toHaveLength(30);
    expect(rig.delivery.unconfirmed).toBe(10);
    expect(rig.unaccounted()).toBe(0);
  });
});

describe('close', () => {
  test('proves what was read, and does not wait for it to settle', async () => {
    const collector = await collectorOf();
    const rig = rigOf(collector.url, { timing: { settleMs: 60_000 } });
    sendAll(rig, 0, 1000);
    await rig.delivery.close(10_000);
    expect(numbersOf(collector.lines)).toEqual(upTo(1000));
    expect(rig.counters.total('tf_delivery_acknowledged_total')).toBe(1000);
    expect([rig.delivery.waiting, rig.delivery.unconfirmed]).toEqual([0, 0]);
    expect(rig.counters.total('tf_delivery_dropped_total')).toBe(0);
  });

  test('a collector that resets in the end gets it again within the deadline', async () => {
    const first = await collectorOf({ behaviour: { kind: 'reset-after', bytes: 1 } });
    const rig = rigOf(first.url);
    await until('connection', () => rig.delivery.status().isConnected);
    sendAll(rig, 0, 100);
    const closed = rig.delivery.close(10_000);
    await until('loss', () => first.connections > 0 && first.lines.length > 0, longMs);
    first.behaviour = { kind: 'read' };
    await closed;
    expect(new Set(numbersOf(first.lines).filter((number) => !Number.isNaN(number))).size).toBe(
      100,
    );
    expect([rig.delivery.waiting, rig.delivery.unconfirmed]).toEqual([0, 0]);
    expect(rig.unaccounted()).toBe(0);
  });

  test('one that reads nothing: over at the deadline, everything accounted for', async () => {
    const collector = await collectorOf({ behaviour: { kind: 'stall' } });
    const rig = rigOf(collector.url, { timing: { stallTimeoutMs: 30_000 } });
    sendAll(rig, 0, 50_000);
    await until('some sent', () => rig.delivery.unconfirmed > 0, longMs);
    const startedAt = performance.now();
    await rig.delivery.close(300);
    expect(performance.now() - startedAt).toBeLessThan(5000);
    expect(rig.delivery.waiting).toBe(0);
    expect(rig.counters.total('tf_delivery_dropped_total', { reason: 'shutdown' })).toBeGreaterThan(
      0,
    );
    expect(rig.unaccounted()).toBe(0);
  });
});

describe('with a spool on disk', () => {
  let number = 0;
  const spooled = async (
    directory: string,
    url: string,
    options: Partial<DeliveryOptions> = {},
    maxBytes = 2 ** 30,
  ): Promise<DeliveryRig> => {
    const events = new SpoolRelay();
    const spool = await openSpool({
      ...{ directory, maxBytes, segmentBytes: maxBytes / 16, whenFull: 'dropOldest', syncMs: 0 },
      ...{ counters: testCounters(), logger: testLogger(), clock: Date.now, events },
    });
    return rigOf(url, { ...options, spool: { spool, events } });
  };
  const newFolder = (): string => join(folder, `spool-${number++}`);

  test('what no collector took is there in the next run, and goes first', async () => {
    const directory = newFolder();
    const url = await refusingUrl('tcp');
    const before = await spooled(directory, url, { maxQueueMessages: 100 });
    sendAll(before, 0, 5000);
    await before.delivery.close(50);
    expect(before.delivery.waiting).toBe(5000);
    expect(before.counters.total('tf_delivery_dropped_total')).toBe(0);
    expect(before.unaccounted()).toBe(0);
    const collector = await collectorOf({ port: Number(url.split(':').pop()) });
    const rig = await spooled(directory, url, { maxQueueMessages: 100 });
    sendAll(rig, 5000, 6000);
    await collector.waitFor(6000, longMs);
    expect(numbersOf(collector.lines)).toEqual(upTo(6000));
    expect(rig.delivery.status().restored).toBe(5000);
    await rig.delivery.close(10_000);
    expect([rig.delivery.waiting, rig.delivery.unconfirmed]).toEqual([0, 0]);
    expect(rig.unaccounted()).toBe(0);
    const last = await spooled(directory, url);
    expect(last.delivery.status().restored).toBe(0);
  }, 60_000);

  test('what was sent and not proven at the end is sent again by the next run', async () => {
    const directory = newFolder();
    const collector = await collectorOf({ behaviour: { kind: 'keep-open' } });
    const before = await spooled(directory, collector.url, { timing: { proofMs: 50 } });
    sendAll(before, 0, 100);
    await collector.waitFor(100, longMs);
    await before.delivery.close(300);
    expect([before.delivery.waiting, before.delivery.unconfirmed]).toEqual([100, 0]);
    expect(before.unaccounted()).toBe(0);
    collector.behaviour = { kind: 'read' };
    const rig = await spooled(directory, collector.url);
    await collector.waitFor(200, longMs);
    await rig.delivery.close(10_000);
    expect(numbersOf(collector.lines)).toEqual([...upTo(100), ...upTo(100)]);
    expect(rig.unaccounted()).toBe(0);
  }, 60_000);

  test('an outage that is longer than the spool: the oldest go, exactly counted, with an alarm', async () => {
    const url = await refusingUrl('tcp');
    const alarms: DeliveryAlarm[] = [];
    const options = {
      maxQueueMessages: 500,
      onAlarm: (alarm: DeliveryAlarm) => alarms.push(alarm),
    };
    const rig = await spooled(newFolder(), url, options, 2 ** 20);
    for (let burst = 0; burst < 20; burst++) {
      sendAll(rig, burst * 500, (burst + 1) * 500);
      await sleep(5);
    }
    const dropped = (): number =>
      rig.counters.total('tf_delivery_dropped_total', { reason: 'spool_full' });
    await until('the spool to be full', () => dropped() > 1000, longMs);
    expect(rig.unaccounted()).toBe(0);
    await until('the alarm', () => alarms.length > 0);
    expect(alarms).toEqual([{ kind: 'spool_full', messages: expect.any(Number) }]);
    const collector = await collectorOf({ port: Number(url.split(':').pop()) });
    await until('the rest', () => rig.delivery.waiting === 0, longMs);
    await until('the last', () => numbersOf(collector.lines).includes(9999), longMs);
    expect(numbersOf(collector.lines)).toEqual(upTo(10_000).slice(dropped()));
    expect(rig.unaccounted()).toBe(0);
  }, 60_000);
});
