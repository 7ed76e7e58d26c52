import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, describe, expect, test } from '@jest/globals';

import type { Message } from '../../forwarder/core/index.js';
import { openSpool, SpoolRelay } from '../../forwarder/delivery/index.js';
import type { CollectorOptions, DeliveryOptions } from '../../forwarder/delivery/index.js';
import { refusingUrl, startFakeCollector, until } from '../faults/fake-collector.js';
import type { FakeCollector, FakeCollectorOptions } from '../faults/fake-collector.js';
import { messageOf, numbersOf, testCounters, testLogger } from '../faults/messages.js';
import { deliveryTo } from './rig.js';
import type { DeliveryRig } from './rig.js';

/** Delivery to collectors of different dialects, over real sockets. */
const ending: (() => Promise<unknown>)[] = [];
const folder = mkdtempSync(join(tmpdir(), 'tf-delivery-dialects-'));
const longMs = 60_000;

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

function rigOf(
  collectors: readonly CollectorOptions[],
  options: Partial<DeliveryOptions> = {},
): DeliveryRig {
  const rig = deliveryTo([], { collectors, ...options });
  ending.unshift(() => rig.delivery.close(0));
  return rig;
}

const arcsightOf = (number: number): string => `CEF:0|ü|n=${number}`.padEnd(200, 'y');
const kumaOf = (number: number): string => `category=☃|n=${number}`.padEnd(330, 'z');

function translated(number: number): Message {
  const variants = { arcsight: arcsightOf(number), kuma: kumaOf(number) };
  return { ...messageOf(number, 300), variants };
}

function sendAll({ delivery }: DeliveryRig, from: number, end: number): void {
  for (let number = from; number < end; number++) delivery.send(translated(number));
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const withHeader = /^<134>\w{3} [ \d]\d \d\d:\d\d:\d\d KL_Threat_Feed_Service_V2 /;
/** The lines as they are to be, by the numbers found on them. */
const inArcsight = (lines: readonly string[]): string[] => numbersOf(lines).map(arcsightOf);
const inKuma = (lines: readonly string[]): string[] => numbersOf(lines).map(kumaOf);
const texts = (lines: readonly string[]): string[] =>
  lines.map((line) => {
    expect(line).toMatch(withHeader);
    return line.replace(withHeader, '');
  });
/** Where two lists begin to differ; -1 when they do not. */
const firstOther = (lines: readonly string[], due: readonly string[]): number =>
  lines.length === due.length
    ? lines.findIndex((line, index) => line !== due[index])
    : Math.min(lines.length, due.length);
const missing = ({ counters }: DeliveryRig): number =>
  counters.total('tf_delivery_dialect_missing_total');

describe('fail-over between dialects', () => {
  test('the second gets all the first has not confirmed in its own dialect, in order', async () => {
    const [first, second] = [await collectorOf(), await collectorOf()];
    const rig = rigOf([
      { url: first.url, dialect: 'arcsight', header: 'none' },
      { url: second.url, dialect: 'kuma' },
    ]);
    sendAll(rig, 0, 2000);
    await first.waitFor(2000, longMs);
    expect(first.lines).toEqual(upTo(2000).map(arcsightOf));
    await first.stop('reset');
    await until('the change', () => rig.delivery.status().collector === second.url, longMs);
    sendAll(rig, 2000, 4000);
    await second.waitFor(4000, longMs);
    expect(texts(second.lines)).toEqual(upTo(4000).map(kumaOf));
    expect(rig.counters.total('tf_delivery_resent_total', { collector: second.url })).toBe(2000);
    expect([missing(rig), rig.unaccounted()]).toEqual([0, 0]);
  }, 120_000);

  test('the first dies in the middle of a flood: nothing is lost, nothing changes its order', async () => {
    const first = await collectorOf({ behaviour: { kind: 'reset-after', bytes: 400_000 } });
    const second = await collectorOf();
    const rig = rigOf(
      [
        { url: first.url, dialect: 'kuma', header: 'none' },
        { url: second.url, dialect: 'arcsight', header: 'none' },
      ],
      { timing: { stableMs: 60_000, backoffMinMs: 60_000, backoffMaxMs: 60_000 } },
    );
    sendAll(rig, 0, 20_000);
    await second.waitFor(20_000, longMs);
    expect(firstOther(second.lines, upTo(20_000).map(arcsightOf))).toBe(-1);
    expect(first.lines.length).toBeGreaterThan(1000);
    expect(firstOther(first.lines, upTo(first.lines.length).map(kumaOf))).toBe(-1);
    expect(first.connections).toBe(1);
    expect(rig.unaccounted()).toBe(0);
  }, 120_000);

  test('back at the first one, what follows is in its dialect again', async () => {
    const url = await refusingUrl('tcp');
    const second = await collectorOf();
    const rig = rigOf(
      [
        { url, dialect: 'arcsight', header: 'none' },
        { url: second.url, header: 'none' },
      ],
      { timing: { settleMs: 20 } },
    );
    sendAll(rig, 0, 100);
    await second.waitFor(100, longMs);
    expect(second.lines).toEqual(upTo(100).map((number) => messageOf(number, 300).body));
    const first = await collectorOf({ port: Number(url.split(':').pop()) });
    await until('the return', () => rig.delivery.status().collector === url, longMs);
    sendAll(rig, 100, 200);
    await first.waitFor(100, longMs);
    expect(first.lines).toEqual(upTo(200).slice(100).map(arcsightOf));
    expect(rig.unaccounted()).toBe(0);
  }, 120_000);

  test('what is sent again to the same collector has the same bytes', async () => {
    const collector = await collectorOf();
    const rig = rigOf([{ url: collector.url, dialect: 'arcsight' }]);
    sendAll(rig, 0, 200);
    await collector.waitFor(200, longMs);
    await collector.stop('reset');
    const again = await collectorOf({ port: collector.port });
    await again.waitFor(200, longMs);
    expect(again.lines).toEqual(collector.lines);
    expect(texts(again.lines)).toEqual(upTo(200).map(arcsightOf));
  }, 120_000);

  test('a group of two dialects: each collector gets its share in its own', async () => {
    const [one, other] = [await collectorOf(), await collectorOf({ scheme: 'udp' })];
    const rig = rigOf([
      { url: one.url, dialect: 'arcsight', header: 'none', group: 'g' },
      { url: other.url, dialect: 'kuma', header: 'none', group: 'g' },
    ]);
    const open = (): boolean => rig.delivery.status().collectors.every(({ isOpen }) => isOpen);
    await until('both', open, longMs);
    let sent = 0;
    const done = (): number => one.lines.length + other.lines.length;
    // One by one they take turns.
    while (sent < 400 && Math.min(one.lines.length, other.lines.length) < 5) {
      sendAll(rig, sent, ++sent);
      await until('its arrival', () => done() === sent, longMs);
    }
    expect(Math.min(one.lines.length, other.lines.length)).toBe(5);
    expect(one.lines).toEqual(inArcsight(one.lines));
    expect(other.lines).toEqual(inKuma(other.lines));
    const all = [...numbersOf(one.lines), ...numbersOf(other.lines)];
    expect(all.sort((left, right) => left - right)).toEqual(upTo(sent));
  }, 120_000);
});

describe('limits', () => {
  test('a line is judged by what its collector gets', async () => {
    const collector = await collectorOf({ scheme: 'udp' });
    const rig = rigOf([{ url: collector.url, dialect: 'short', header: 'none' }]);
    const of = (number: number, bodyLength: number, short: string): Message => ({
      ...messageOf(number, bodyLength),
      variants: { short, long: 'l'.repeat(70_000) },
    });
    rig.delivery.send(of(0, 70_000, '|n=0'));
    rig.delivery.send(of(1, 100, '|n=1'.padEnd(70_000, 'x')));
    rig.delivery.send(of(2, 100, '|n=2'.padEnd(1000, 'x')));
    rig.delivery.send(of(3, 100, '|n=3'.padEnd(999, 'x') + 'é'));
    rig.delivery.send(messageOf(4, 1000));
    rig.delivery.send(messageOf(5, 70_000));
    await collector.waitFor(4, longMs);
    await until('the end', () => rig.delivery.waiting === 0, longMs);
    expect(numbersOf(collector.lines)).toEqual([0, 2, 3, 4]);
    // 1 and 5 are dropped; 3 has a byte too many; 4 comes behind a header.
    expect(rig.counters.total('tf_delivery_oversized_total')).toBe(4);
    expect(rig.counters.total('tf_delivery_dropped_total', { reason: 'too_long' })).toBe(2);
    expect(missing(rig)).toBe(1);
    expect(rig.unaccounted()).toBe(0);
  }, 120_000);

  test('what waits counts all its texts against the limit of memory', async () => {
    const url = await refusingUrl('tcp');
    const rig = rigOf([{ url }], { maxQueueBytes: 50_000 });
    rig.delivery.send(messageOf(0, 300));
    expect(rig.delivery.status().waitingBytes).toBe(300 + 256);
    const variants = { one: 'é'.repeat(500), other: 'x'.repeat(700) };
    rig.delivery.send({ ...messageOf(1, 300), variants });
    const bytes = 300 + 256 + 1000 + 64 + 700 + 64;
    expect(rig.delivery.status().waitingBytes).toBe(300 + 256 + bytes);
    for (let number = 2; number < 100; number++) {
      rig.delivery.send({ ...messageOf(number, 300), variants });
    }
    expect(rig.delivery.waiting).toBe(Math.floor(50_000 / bytes));
    expect(rig.unaccounted()).toBe(0);
  });
});

describe('over a restart', () => {
  let number = 0;
  const newFolder = (): string => join(folder, `spool-${number++}`);
  const spooled = async (
    directory: string,
    collectors: readonly CollectorOptions[],
  ): Promise<DeliveryRig> => {
    const events = new SpoolRelay();
    const spool = await openSpool({
      ...{ directory, maxBytes: 2 ** 28, segmentBytes: 2 ** 20, whenFull: 'dropOldest' },
      ...{ syncMs: 0, counters: testCounters(), logger: testLogger(), clock: Date.now, events },
    });
    return rigOf(collectors, { maxQueueMessages: 100, spool: { spool, events } });
  };

  test('messages that waited on disk go out in the dialect of whoever takes them', async () => {
    const directory = newFolder();
    const url = await refusingUrl('tcp');
    const before = await spooled(directory, [{ url, dialect: 'arcsight', header: 'none' }]);
    sendAll(before, 0, 3000);
    await before.delivery.close(50);
    expect([before.delivery.waiting, before.unaccounted()]).toEqual([3000, 0]);
    const [dead, alive] = [await refusingUrl('tcp'), await collectorOf()];
    const rig = await spooled(directory, [
      { url: dead, dialect: 'arcsight', header: 'none' },
      { url: alive.url, dialect: 'kuma' },
    ]);
    expect(rig.delivery.status().restored).toBe(3000);
    sendAll(rig, 3000, 3100);
    await alive.waitFor(3100, longMs);
    expect(texts(alive.lines)).toEqual(upTo(3100).map(kumaOf));
    await rig.delivery.close(10_000);
    expect([missing(rig), rig.delivery.waiting, rig.unaccounted()]).toEqual([0, 0, 0]);
  }, 120_000);

  test('a change of which dialect is body: each collector gets its own of old and new messages', async () => {
    const directory = newFolder();
    const url = await refusingUrl('tcp');
    const before = await spooled(directory, [{ url, header: 'syslog' }]);
    sendAll(before, 0, 100);
    await before.delivery.close(50);
    const collector = await collectorOf();
    const rig = await spooled(directory, [
      { url: collector.url, dialect: 'arcsight', header: 'none', takesBody: true },
    ]);
    for (let at = 100; at < 200; at++) {
      const variants = { leef: messageOf(at).body };
      rig.delivery.send({ ...messageOf(at), body: arcsightOf(at), variants });
    }
    await collector.waitFor(200, longMs);
    expect(collector.lines).toEqual(upTo(200).map(arcsightOf));
    expect([missing(rig), rig.unaccounted()]).toEqual([0, 0]);
  }, 120_000);

  test('those without the dialect of a changed configuration go as they are, and are counted', async () => {
    const directory = newFolder();
    const before = await spooled(directory, [{ url: await refusingUrl('tcp') }]);
    for (let at = 0; at < 50; at++) before.delivery.send(messageOf(at, 300));
    sendAll(before, 50, 60);
    await before.delivery.close(50);
    const collector = await collectorOf();
    const wording = { dialect: 'arcsight', header: 'none' } as const;
    const rig = await spooled(directory, [{ url: collector.url, ...wording }]);
    sendAll(rig, 60, 70);
    await collector.waitFor(70, longMs);
    expect(texts(collector.lines.slice(0, 50))).toEqual(
      upTo(50).map((at) => messageOf(at, 300).body),
    );
    expect(collector.lines.slice(50)).toEqual(upTo(70).slice(50).map(arcsightOf));
    expect(missing(rig)).toBe(50);
    await rig.delivery.close(10_000);
    expect(rig.unaccounted()).toBe(0);
  }, 120_000);
});
