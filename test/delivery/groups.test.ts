import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, describe, expect, test } from '@jest/globals';

import type { DeliveryOptions } from '../../forwarder/delivery/index.js';
import { refusingUrl, startFakeCollector, until } from '../faults/fake-collector.js';
import type { FakeCollector, FakeCollectorOptions } from '../faults/fake-collector.js';
import { messageOf, numbersOf } from '../faults/messages.js';
import { deliveryTo } from './rig.js';
import type { DeliveryRig } from './rig.js';

const ending: (() => Promise<unknown>)[] = [];
const longMs = 20_000;

afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

async function collectorOf(options: Partial<FakeCollectorOptions> = {}): Promise<FakeCollector> {
  const collector = await startFakeCollector({ scheme: 'tcp', ...options });
  ending.push(() => collector.stop('reset'));
  return collector;
}

/** One array a group. */
function rigOf(
  groups: readonly (readonly string[])[],
  options: Partial<DeliveryOptions> = {},
): DeliveryRig {
  const collectors = groups.flatMap((urls, index) =>
    urls.map((url) => ({ url, group: `group-${index}` })),
  );
  const rig = deliveryTo([], { collectors, ...options });
  ending.unshift(() => rig.delivery.close(0));
  return rig;
}

function sendAll({ delivery }: DeliveryRig, from: number, end: number, length = 300): void {
  for (let number = from; number < end; number++) delivery.send(messageOf(number, length));
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const inOrder = (numbers: Iterable<number>): number[] =>
  [...new Set(numbers)].sort((one, other) => one - other);
const allOf = (...collectors: readonly FakeCollector[]): number[] =>
  inOrder(collectors.flatMap(({ lines }) => numbersOf(lines)));
const openLanes = (rig: DeliveryRig): number =>
  rig.delivery.status().collectors.filter(({ isOpen }) => isOpen).length;

describe('a group', () => {
  test('shares the messages: those that come one by one go to each in turn', async () => {
    const [one, other] = [await collectorOf(), await collectorOf()];
    const rig = rigOf([[one.url, other.url]]);
    await until('both', () => openLanes(rig) === 2, longMs);
    for (let number = 0; number < 40; number++) {
      sendAll(rig, number, number + 1);
      await until('its arrival', () => one.lines.length + other.lines.length > number, longMs);
      await sleep(5);
    }
    expect(allOf(one, other)).toEqual(upTo(40));
    expect(one.lines.length + other.lines.length).toBe(40);
    expect(Math.min(one.lines.length, other.lines.length)).toBeGreaterThanOrEqual(12);
    expect(rig.delivery.status().collectors.map(({ group }) => group)).toEqual([
      'group-0',
      'group-0',
    ]);
    expect(rig.unaccounted()).toBe(0);
  }, 40_000);

  test('many at once: each takes what it can, nothing twice, of each the order is kept', async () => {
    const [one, other] = [await collectorOf(), await collectorOf()];
    const rig = rigOf([[one.url, other.url]]);
    await until('both', () => openLanes(rig) === 2, longMs);
    sendAll(rig, 0, 20_000);
    await until('all', () => one.lines.length + other.lines.length >= 20_000, longMs);
    expect(allOf(one, other)).toEqual(upTo(20_000));
    for (const { lines } of [one, other]) {
      expect(lines.length).toBeGreaterThan(1000);
      expect(numbersOf(lines)).toEqual(inOrder(numbersOf(lines)));
    }
    expect(rig.counters.total('tf_delivery_sent_total')).toBe(20_000);
    expect(rig.unaccounted()).toBe(0);
  }, 40_000);

  test('one that is dead holds nothing up', async () => {
    const alive = await collectorOf();
    const rig = rigOf([[await refusingUrl('tcp'), alive.url]]);
    sendAll(rig, 0, 5000);
    await alive.waitFor(5000, longMs);
    expect(numbersOf(alive.lines)).toEqual(upTo(5000));
    expect(rig.delivery.status()).toMatchObject({ isConnected: true, collector: alive.url });
  }, 40_000);

  test('one that hangs holds up only what it took, and that goes by the other after it', async () => {
    const [hanging, alive] = [
      await collectorOf({ behaviour: { kind: 'stall' } }),
      await collectorOf(),
    ];
    const rig = rigOf([[hanging.url, alive.url]], { timing: { stallTimeoutMs: 300 } });
    await until('both', () => openLanes(rig) === 2, longMs);
    sendAll(rig, 0, 40_000, 1000);
    await until('all', () => allOf(alive).length === 40_000, longMs);
    expect(rig.counters.total('tf_delivery_connections_lost_total')).toBeGreaterThan(0);
    expect(rig.unaccounted()).toBe(0);
  }, 60_000);

  test('when one dies the others get what it has not confirmed', async () => {
    const [one, other] = [await collectorOf(), await collectorOf()];
    const rig = rigOf([[one.url, other.url]]);
    await until('both', () => openLanes(rig) === 2, longMs);
    sendAll(rig, 0, 10_000);
    await until('all', () => one.lines.length + other.lines.length >= 10_000, longMs);
    await one.stop('reset');
    await until('all by the other', () => allOf(other).length === 10_000, longMs);
    expect(rig.unaccounted()).toBe(0);
    const again = await collectorOf({ port: one.port });
    await until('its return', () => openLanes(rig) === 2, longMs);
    sendAll(rig, 10_000, 20_000);
    await until('the rest', () => allOf(again, other).length === 20_000, longMs);
    expect(rig.unaccounted()).toBe(0);
  }, 60_000);

  test('one that hung is spared while another one works, and needed at once when none does', async () => {
    const [hung, alive] = [
      await collectorOf({ behaviour: { kind: 'stall' } }),
      await collectorOf(),
    ];
    const timing = { stallTimeoutMs: 1000, stallPenaltyMs: 3_600_000, backoffMaxMs: 200 };
    const rig = rigOf([[hung.url, alive.url]], { timing });
    await until('both', () => openLanes(rig) === 2, longMs);
    sendAll(rig, 0, 40_000, 1000);
    await until('the loss', () => openLanes(rig) === 1, longMs);
    await until('all', () => allOf(alive).length === 40_000, longMs);
    const { connections } = hung;
    await sleep(500);
    expect(hung.connections).toBe(connections);
    hung.behaviour = { kind: 'read' };
    await alive.stop('reset');
    sendAll(rig, 40_000, 40_001);
    await until('its return', () => numbersOf(hung.lines).includes(40_000), longMs);
    expect(rig.unaccounted()).toBe(0);
  }, 80_000);
});

describe('groups', () => {
  test('the second stands in only when none of the first is left, and retires without a loss', async () => {
    const [one, other] = [await collectorOf(), await collectorOf()];
    const stand = await collectorOf();
    const rig = rigOf([[one.url, other.url], [stand.url]], { timing: { settleMs: 50 } });
    await until('both', () => openLanes(rig) === 2, longMs);
    await one.stop('reset');
    sendAll(rig, 0, 100);
    await until('the first group', () => allOf(other).length === 100, longMs);
    expect(stand.connections).toBe(0);
    await other.stop('reset');
    sendAll(rig, 100, 200);
    await until('the second group', () => allOf(stand).length === 200, longMs);
    const again = await collectorOf({ port: one.port });
    await until('the return', () => rig.delivery.status().collector === one.url, longMs);
    sendAll(rig, 200, 300);
    await until('the rest', () => allOf(again).length === 100, longMs);
    const retired = () => rig.delivery.status().collectors[2];
    await until('its end', () => retired()?.unconfirmed === 0, longMs);
    expect(numbersOf(again.lines)).toEqual(upTo(300).slice(200));
    expect([retired()?.isOpen, stand.openConnections]).toEqual([false, 0]);
    expect(rig.unaccounted()).toBe(0);
  }, 60_000);

  test('attempts are spaced: a dead group of two is not hammered', async () => {
    const timing = { backoffMinMs: 100, backoffMaxMs: 30_000 };
    const rig = rigOf([[await refusingUrl('tcp'), await refusingUrl('tcp')]], { timing });
    sendAll(rig, 0, 10);
    await sleep(1500);
    const attempts = rig.counters.total('tf_delivery_connect_failures_total');
    expect(attempts).toBeGreaterThan(2);
    expect(attempts).toBeLessThanOrEqual(12);
  });
});
