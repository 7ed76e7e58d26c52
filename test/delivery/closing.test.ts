import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, describe, expect, test } from '@jest/globals';

import type { DeliveryOptions } from '../../forwarder/delivery/index.js';
import { startFakeCollector, until } from '../faults/fake-collector.js';
import type { Behaviour, FakeCollector } from '../faults/fake-collector.js';
import { messageOf, numbersOf } from '../faults/messages.js';
import { deliveryTo } from './rig.js';
import type { DeliveryRig } from './rig.js';

const ending: (() => Promise<unknown>)[] = [];
const longMs = 20_000;

afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

async function collectorOf(kind: 'keep-open' | 'stall'): Promise<FakeCollector> {
  const behaviour: Behaviour = { kind };
  const collector = await startFakeCollector({ scheme: 'tcp', behaviour });
  ending.push(() => collector.stop('reset'));
  return collector;
}

/** All collectors are of one group. */
function rigOf(
  collectors: readonly FakeCollector[],
  options: Partial<DeliveryOptions>,
): DeliveryRig {
  const rig = deliveryTo([], {
    collectors: collectors.map(({ url }) => ({ url, group: 'all' })),
    ...options,
  });
  ending.unshift(() => rig.delivery.close(0));
  return rig;
}

function sendAll({ delivery }: DeliveryRig, count: number, length: number): void {
  for (let number = 0; number < count; number++) delivery.send(messageOf(number, length));
}

const atRest = ({ delivery, counters }: DeliveryRig): number[] => [
  delivery.waiting,
  delivery.unconfirmed,
  counters.total('tf_delivery_dropped_total'),
];

/** Messages are sent, and the connection is being ended to prove that they were read. */
async function turningOver(proofMs: number): Promise<[DeliveryRig, FakeCollector]> {
  const collector = await collectorOf('keep-open');
  const rig = rigOf([collector], { replay: { confirmSeconds: 0.2 }, timing: { proofMs } });
  sendAll(rig, 10, 100);
  const { counters } = rig;
  await until('the end', () => counters.total('tf_delivery_turn_overs_total') === 1, longMs);
  return [rig, collector];
}

describe('close while a connection is being ended for a proof', () => {
  test('does not wait longer than its deadline', async () => {
    const [rig] = await turningOver(60_000);
    await rig.delivery.close(300);
    expect(rig.unaccounted()).toBe(0);
  }, 30_000);

  test('waits for the proof, and sends again what was not proven', async () => {
    const [rig, collector] = await turningOver(1000);
    await sleep(200);
    collector.behaviour = { kind: 'read' };
    await rig.delivery.close(longMs);
    expect(atRest(rig)).toEqual([0, 0, 0]);
    expect(new Set(numbersOf(collector.lines)).size).toBe(10);
    expect(rig.unaccounted()).toBe(0);
  }, 40_000);
});

test('the proof of a later connection proves nothing of an earlier one', async () => {
  const [one, other] = [await collectorOf('keep-open'), await collectorOf('stall')];
  const timing = { stallTimeoutMs: 60_000, proofMs: 200 };
  const rig = rigOf([one, other], { timing });
  const lane = () => rig.delivery.status().collectors[0];
  const isUp = (): boolean => rig.delivery.status().collectors.every(({ isOpen }) => isOpen);
  await until('both', isUp, longMs);
  sendAll(rig, 40_000, 1000);
  await until('one to wait for the other', () => rig.delivery.waiting === 0, longMs);
  await until('its reading', () => lane()?.lagBytes === 0, longMs);
  const closed = rig.delivery.close(longMs);
  await until('its end, which proves nothing', () => lane()?.isOpen === false, longMs);
  await sleep(400);
  const unproven = lane()?.unconfirmed ?? 0;
  expect(unproven).toBeGreaterThan(1000);
  // What the other one held goes by the first, over a connection that is proven in the end.
  one.behaviour = { kind: 'read' };
  await other.stop('reset');
  await closed;
  expect(one.connections).toBe(2);
  expect(new Set(numbersOf(one.lines)).size).toBe(40_000);
  expect(one.lines.length - 40_000).toBe(unproven);
  expect(atRest(rig)).toEqual([0, 0, 0]);
  expect(rig.unaccounted()).toBe(0);
}, 80_000);
