import { afterEach, describe, expect, test } from '@jest/globals';

import { createDelivery } from '../../forwarder/delivery/index.js';
import type { DeliveryOptions } from '../../forwarder/delivery/index.js';
import { refusingUrl, startFakeCollector, until } from '../faults/fake-collector.js';
import type { FakeCollector, FakeCollectorOptions } from '../faults/fake-collector.js';
import { startFakeOutput } from '../faults/fake-output.js';
import { messageOf, numbersOf } from '../faults/messages.js';
import { deliveryTo } from './rig.js';
import type { DeliveryRig } from './rig.js';

const ending: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

async function collectorOf(options: Partial<FakeCollectorOptions> = {}): Promise<FakeCollector> {
  const collector = await startFakeCollector({ scheme: 'tcp', ...options });
  ending.push(() => collector.stop('reset'));
  return collector;
}

function rigOf(urls: readonly string[], options?: Partial<DeliveryOptions>): DeliveryRig {
  const rig = deliveryTo(urls, options);
  ending.unshift(() => rig.delivery.close(0));
  return rig;
}

function sendAll({ delivery }: DeliveryRig, from: number, end: number, length = 300): void {
  for (let number = from; number < end; number++) delivery.send(messageOf(number, length));
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('one collector', () => {
  test('10,000 messages arrive once, in order, and are accounted for', async () => {
    const collector = await collectorOf();
    const rig = rigOf([collector.url]);
    sendAll(rig, 0, 10_000);
    await collector.waitFor(10_000);
    expect(numbersOf(collector.lines)).toEqual(upTo(10_000));
    await until('the count', () => rig.delivery.waiting === 0);
    expect(rig.counters.total('tf_delivery_sent_total', { collector: collector.url })).toBe(10_000);
    expect(rig.unaccounted()).toBe(0);
    expect(rig.delivery.status()).toMatchObject({
      isConnected: true,
      collector: collector.url,
      waiting: 0,
      waitingBytes: 0,
    });
  });

  test('connects before the first message, and a loss while idle is noticed and mended', async () => {
    const collector = await collectorOf();
    const rig = rigOf([collector.url]);
    await until('connection', () => rig.delivery.status().isConnected);
    await collector.stop('reset');
    await until('loss', () => !rig.delivery.status().isConnected);
    const again = await collectorOf({ port: collector.port });
    await until('connection', () => rig.delivery.status().isConnected);
    sendAll(rig, 0, 3);
    await again.waitFor(3);
    expect(rig.log.lines.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['collector.connected', 'collector.lost']),
    );
  });

  test('messages wait while it is away, send() never waits, and all arrive later', async () => {
    const free = await refusingUrl('tcp');
    const rig = rigOf([free]);
    sendAll(rig, 0, 5000);
    expect(rig.delivery.waiting).toBe(5000);
    await until(
      'a few attempts',
      () => rig.counters.total('tf_delivery_connect_failures_total') > 3,
    );
    const { collectors, isConnected } = rig.delivery.status();
    expect(isConnected).toBe(false);
    expect(collectors[0]).toMatchObject({ url: free, isOpen: false });
    expect(collectors[0]?.lastError?.message).toBe('connection refused');
    expect(rig.log.lines.filter(({ code }) => code === 'collector.unreachable')).toHaveLength(1);
    const collector = await collectorOf({ port: Number(free.split(':').pop()) });
    await collector.waitFor(5000);
    expect(numbersOf(collector.lines)).toEqual(upTo(5000));
    expect(rig.unaccounted()).toBe(0);
  });

  test('a restart in the middle: order kept, nothing waits for ever, everything accounted for', async () => {
    const collector = await collectorOf({ behaviour: { kind: 'reset-after', bytes: 200_000 } });
    const rig = rigOf([collector.url]);
    sendAll(rig, 0, 20_000);
    await until('loss', () => rig.counters.total('tf_delivery_connections_lost_total') > 0);
    collector.behaviour = { kind: 'read' };
    await until('the rest', () => rig.delivery.waiting === 0);
    await until('the last', () => numbersOf(collector.lines).includes(19_999));
    expect(rig.unaccounted()).toBe(0);
    const numbers = numbersOf(collector.lines).filter((number) => !Number.isNaN(number));
    // Of each connection the messages come in order; the second goes on where the kernel stopped.
    const turns = numbers.filter((number, index) => number < (numbers[index - 1] ?? -1));
    expect(turns.length).toBeLessThanOrEqual(1);
  });

  test('accept and reset, again and again, backs off instead of spinning', async () => {
    const collector = await collectorOf({ behaviour: { kind: 'reset-on-accept' } });
    const rig = rigOf([collector.url], { timing: { backoffMinMs: 20, backoffMaxMs: 10_000 } });
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(collector.connections).toBeGreaterThan(1);
    expect(collector.connections).toBeLessThan(10);
    expect(rig.delivery.status().collectors[0]?.failures).toBeGreaterThan(1);
  });
});

describe('the limits of the queue', () => {
  test('of messages: the oldest go, counted, said once a minute', async () => {
    let now = 0;
    const rig = rigOf([await refusingUrl('tcp')], { maxQueueMessages: 100, clock: () => now });
    sendAll(rig, 0, 250);
    expect(rig.delivery.waiting).toBe(100);
    expect(rig.counters.total('tf_delivery_dropped_total', { reason: 'queue_full' })).toBe(150);
    const said = (): string[] =>
      rig.log.lines.filter(({ code }) => code === 'delivery.dropped').map(({ message }) => message);
    expect(said()).toHaveLength(1);
    now = 61_000;
    sendAll(rig, 250, 251);
    expect(said()).toHaveLength(2);
    expect(said()[1]).toMatch(/^150 messages dropped: the queue was full/);
    const [url = ''] = rig.delivery.status().collectors.map((lane) => lane.url);
    const collector = await collectorOf({ port: Number(url.split(':').pop()) });
    await collector.waitFor(100);
    expect(numbersOf(collector.lines)).toEqual(upTo(251).slice(151));
    await until('rest', () => rig.delivery.waiting === 0);
    expect(rig.unaccounted()).toBe(0);
  });

  test('of bytes: held, a message larger than all of it too', async () => {
    const rig = rigOf([await refusingUrl('tcp')], { maxQueueBytes: 10_000 });
    sendAll(rig, 0, 1000, 244);
    expect(rig.delivery.waiting).toBe(20);
    expect(rig.delivery.status().waitingBytes).toBe(10_000);
    rig.delivery.send(messageOf(1000, 20_000));
    expect(rig.delivery.waiting).toBe(0);
    expect(rig.unaccounted()).toBe(0);
  });

  test('hold while a collector that never reads is connected', async () => {
    const collector = await collectorOf({ behaviour: { kind: 'stall' } });
    const rig = rigOf([collector.url], {
      maxQueueMessages: 5000,
      maxQueueBytes: 4_000_000,
      timing: { stallTimeoutMs: 20_000 },
    });
    await until('connection', () => rig.delivery.status().isConnected);
    for (let burst = 0; burst < 40; burst++) {
      sendAll(rig, burst * 5000, (burst + 1) * 5000, 500);
      expect(rig.delivery.waiting).toBeLessThanOrEqual(5000);
      expect(rig.delivery.status().waitingBytes).toBeLessThanOrEqual(4_000_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await rig.delivery.close(50);
    expect(rig.counters.total('tf_delivery_messages_total')).toBe(200_000);
    expect(rig.delivery.waiting).toBe(0);
    expect(rig.unaccounted()).toBe(0);
  });
});

describe('UDP', () => {
  test('a message over 1,000 bytes is sent and counted, one over a datagram dropped', async () => {
    const collector = await collectorOf({ scheme: 'udp' });
    const rig = rigOf([collector.url]);
    rig.delivery.send(messageOf(0, 2000));
    rig.delivery.send(messageOf(1, 70_000));
    rig.delivery.send(messageOf(2));
    await collector.waitFor(2);
    expect(numbersOf(collector.lines)).toEqual([0, 2]);
    await until('the count', () => rig.delivery.waiting === 0);
    expect(rig.counters.total('tf_delivery_oversized_total')).toBe(2);
    expect(rig.counters.total('tf_delivery_dropped_total', { reason: 'too_long' })).toBe(1);
    expect(rig.unaccounted()).toBe(0);
  });
});

describe('several collectors', () => {
  test('the first that can be reached is used; the preferred one again once it holds', async () => {
    const preferredUrl = await refusingUrl('tcp');
    const second = await collectorOf();
    const rig = rigOf([preferredUrl, second.url]);
    sendAll(rig, 0, 100);
    await second.waitFor(100);
    expect(rig.delivery.status().collector).toBe(second.url);
    const preferred = await collectorOf({ port: Number(preferredUrl.split(':').pop()) });
    await until('the return', () => rig.delivery.status().collector === preferredUrl);
    sendAll(rig, 100, 200);
    await preferred.waitFor(100);
    expect(numbersOf(second.lines)).toEqual(upTo(100));
    expect(numbersOf(preferred.lines)).toEqual(upTo(200).slice(100));
    expect(rig.counters.total('tf_delivery_connections_lost_total')).toBe(0);
    expect(rig.unaccounted()).toBe(0);
  });

  test('when the one in use dies the next takes over and gets what is not confirmed', async () => {
    const first = await collectorOf();
    const second = await collectorOf();
    const rig = rigOf([first.url, second.url]);
    sendAll(rig, 0, 100);
    await first.waitFor(100);
    await first.stop('reset');
    await until('the change', () => rig.delivery.status().collector === second.url);
    sendAll(rig, 100, 200);
    await second.waitFor(200);
    expect(numbersOf(second.lines)).toEqual(upTo(200));
    expect(rig.counters.total('tf_delivery_resent_total', { collector: second.url })).toBe(100);
    expect(rig.unaccounted()).toBe(0);
  });

  test('without assurance the next gets what was not taken', async () => {
    const first = await collectorOf();
    const second = await collectorOf();
    const collectors = [first, second].map(({ url }) => ({ url, assured: false }));
    const rig = rigOf([], { collectors });
    sendAll(rig, 0, 100);
    await first.waitFor(100);
    await first.stop('reset');
    await until('the change', () => rig.delivery.status().collector === second.url);
    sendAll(rig, 100, 200);
    await second.waitFor(100);
    expect(numbersOf(second.lines)).toEqual(upTo(200).slice(100));
    expect(rig.counters.total('tf_delivery_resent_total')).toBe(0);
    expect(rig.unaccounted()).toBe(0);
  });

  test('a preferred one that accepts and resets is never gone back to', async () => {
    const flapping = await collectorOf({ behaviour: { kind: 'reset-on-accept' } });
    const second = await collectorOf();
    const rig = rigOf([flapping.url, second.url]);
    await until('second', () => rig.delivery.status().collector === second.url);
    for (let number = 0; number < 40; number++) {
      sendAll(rig, number, number + 1);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await second.waitFor(40);
    expect(numbersOf(second.lines)).toEqual(upTo(40));
    expect(flapping.connections).toBeGreaterThan(1);
    expect(second.connections).toBe(1);
  });

  test('one that stalls is left for the next', async () => {
    const stalled = await collectorOf({ behaviour: { kind: 'stall' } });
    const second = await collectorOf();
    const rig = rigOf([stalled.url, second.url], { timing: { stallTimeoutMs: 100 } });
    sendAll(rig, 0, 20_000, 1000);
    await until('the rest', () => rig.delivery.waiting === 0, 15_000);
    await until('the last', () => numbersOf(second.lines).includes(19_999), 15_000);
    expect(new Set(numbersOf(second.lines)).size).toBe(20_000);
    expect(rig.unaccounted()).toBe(0);
  }, 40_000);
});

describe('close', () => {
  test('sends what waits', async () => {
    const collector = await collectorOf();
    const rig = rigOf([collector.url]);
    sendAll(rig, 0, 5000);
    await rig.delivery.close(3000);
    await collector.waitFor(5000);
    expect(rig.counters.total('tf_delivery_sent_total')).toBe(5000);
    expect(rig.unaccounted()).toBe(0);
  });

  test('with no collector ends at its deadline; the rest is counted; later messages too', async () => {
    const rig = rigOf([await refusingUrl('tcp')]);
    sendAll(rig, 0, 10);
    const startedAt = performance.now();
    await Promise.all([rig.delivery.close(100), rig.delivery.close(100)]);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(95);
    expect(rig.counters.total('tf_delivery_dropped_total', { reason: 'shutdown' })).toBe(10);
    sendAll(rig, 10, 11);
    expect(rig.counters.total('tf_delivery_dropped_total', { reason: 'shutdown' })).toBe(11);
    expect(rig.delivery.waiting).toBe(0);
    expect(rig.unaccounted()).toBe(0);
  });

  test('with nothing waiting and no collector ends at once', async () => {
    const rig = rigOf([await refusingUrl('tcp')]);
    const closed = rig.delivery.close(60_000);
    await expect(closed).resolves.toBeUndefined();
  });

  test('does not sit out a long back-off: a collector that is back gets the rest', async () => {
    const url = await refusingUrl('tcp');
    const rig = rigOf([url], { timing: { backoffMinMs: 60_000, backoffMaxMs: 60_000 } });
    sendAll(rig, 0, 10);
    await until('failure', () => rig.counters.total('tf_delivery_connect_failures_total') > 0);
    const collector = await collectorOf({ port: Number(url.split(':').pop()) });
    await rig.delivery.close(4000);
    await collector.waitFor(10);
    expect(rig.counters.total('tf_delivery_sent_total')).toBe(10);
  });
});

describe('standard output', () => {
  test('gets the lines when no collector is configured', async () => {
    const { peer, output } = startFakeOutput({ kind: 'read' });
    const rig = rigOf([], { output });
    sendAll(rig, 0, 1000);
    await peer.waitFor(1000);
    expect(numbersOf(peer.lines)).toEqual(upTo(1000));
    expect(rig.delivery.status().collector).toBe('stdout:');
    await rig.delivery.close(1000);
    expect(rig.unaccounted()).toBe(0);
  });

  test('a closed pipe is no crash: messages are kept, then counted', async () => {
    const { output } = startFakeOutput({ kind: 'reset-after', bytes: 10 });
    const rig = rigOf([], { output });
    sendAll(rig, 0, 10);
    await until('loss', () => rig.counters.total('tf_delivery_connections_lost_total') > 0);
    await until('refusal', () => rig.counters.total('tf_delivery_connect_failures_total') > 0);
    expect(rig.delivery.status().collectors[0]?.lastError?.message).toBe(
      'standard output is closed',
    );
    await rig.delivery.close(20);
    expect(rig.counters.total('tf_delivery_dropped_total', { reason: 'shutdown' })).toBe(10);
    expect(rig.unaccounted()).toBe(0);
  });

  test('a reader that stalls stops nothing but the output', async () => {
    const { output } = startFakeOutput({ kind: 'stall' });
    const rig = rigOf([], { output, maxQueueMessages: 1000 });
    sendAll(rig, 0, 5000);
    await new Promise((resolve) => setTimeout(resolve, 20));
    sendAll(rig, 5000, 6000);
    expect(rig.delivery.waiting).toBe(1000);
    await rig.delivery.close(20);
    expect(rig.unaccounted()).toBe(0);
  });
});

describe('options that cannot work', () => {
  test.each([
    [{ facility: 0 }, 'delivery.facility'],
    [{ facility: 24 }, 'delivery.facility'],
    [{ severity: 0 }, 'delivery.severity'],
    [{ collectors: [{ url: 'tcp://a' }, { url: 'siem' }] }, 'delivery.collectors[1].url'],
  ])('%j', (changed, where) => {
    const { log: logger, counters } = deliveryToNowhere;
    const options: DeliveryOptions = {
      collectors: [],
      identifier: 'x',
      facility: 16,
      severity: 6,
      maxQueueBytes: 1000,
      maxQueueMessages: 1000,
      counters,
      logger,
      clock: Date.now,
      ...changed,
    };
    expect(() => createDelivery(options)).toThrow(
      expect.objectContaining({ code: 'TF_CONFIG', where }),
    );
  });
});

const deliveryToNowhere = deliveryTo([], { output: startFakeOutput({ kind: 'read' }).output });
ending.push(() => deliveryToNowhere.delivery.close(0));
