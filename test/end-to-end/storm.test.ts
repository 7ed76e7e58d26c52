import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { readLeef } from '../support/leef.js';
import type { ReadEvent } from '../support/leef.js';
import { startService } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';

/** TF_STORM_COPIES=1000000 TF_STORM_WINDOW=60: the whole storm. */
const copies = Number(process.env['TF_STORM_COPIES'] ?? 50_000);
const windowSeconds = Number(process.env['TF_STORM_WINDOW'] ?? 2);
const line = '<13>Jul 10 10:10:14 proxy squid: GET http://fakess123.nu/x usrName=alice\n';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'tf-storm-'));
});
afterEach(() => rm(cwd, { recursive: true }));

test(`${copies} copies of one event: a handful of messages whose counts add up`, async () => {
  const collector = await startCollector();
  const service = await start(collector.port, [
    'profile=calm',
    `storm.windowSeconds=${windowSeconds}`,
    'leef.messageId=true',
  ]);
  try {
    await send(service.jsaPort, line, copies);
    await until(async () => (await numbers(service)).received >= copies, 120_000);
    const before = await numbers(service);
    expect(before).toMatchObject({ received: copies, detections: copies });
    // Exact before the end, too: sent + told of + waiting.
    expect(before.sent + before.suppressed).toBe(copies);
    expect(before.summarised + before.waiting).toBe(before.suppressed);
    expect(await service.stop()).toBe(0);
  } finally {
    await service.stop();
    collector.close();
  }
  const events = collector.events();
  expect(events.length).toBeLessThanOrEqual(61);
  const detections = events.filter(({ eventId }) => eventId === 'KL_Malicious_URL');
  const countOf = ({ attributes }: ReadEvent) => Number(attributes['count'] ?? 1);
  expect(detections.reduce((sum, event) => sum + countOf(event), 0)).toBe(copies);
  const summaries = detections.filter(({ attributes }) => attributes['count'] !== undefined);
  expect(summaries.length).toBeGreaterThan(0);
  for (const { attributes } of summaries) {
    expect(attributes['matchedIndicator']).toBe('http://fakess123.nu/x');
    expect(attributes['firstTime']).toMatch(/^\d{13}$/);
    expect(Number(attributes['lastTime'])).toBeGreaterThanOrEqual(Number(attributes['firstTime']));
  }
  expect(detections[0]?.attributes).not.toHaveProperty('count');
  expect(new Set(events.map(({ attributes }) => attributes['msgId'])).size).toBe(events.length);
}, 300_000);

test('under parity every copy is a message of its own, each with another id', async () => {
  const collector = await startCollector();
  const service = await start(collector.port, [
    'leef.messageId=true',
    'storm.breaker.minDetections=100',
  ]);
  try {
    await send(service.jsaPort, line, 2000);
    await until(() => collector.events().length >= 2002, 20_000);
    expect(await service.stop()).toBe(0);
  } finally {
    await service.stop();
    collector.close();
  }
  const events = collector.events();
  const detections = events.filter(({ eventId }) => eventId === 'KL_Malicious_URL');
  expect(detections).toHaveLength(2000);
  expect(new Set(events.map(({ attributes }) => attributes['msgId'])).size).toBe(events.length);
  const alarms = events.filter(({ eventId }) => eventId === 'KL_ALERT_LoopDetected');
  expect(alarms.map(({ attributes }) => [attributes['layer'], attributes['log_source']])).toEqual([
    ['breaker', 'proxy'],
  ]);
}, 60_000);

test('an open window outlives a reload, and the new settings count', async () => {
  const collector = await startCollector();
  const configured = (storm: string) =>
    writeFile(
      join(cwd, 'forwarder.yaml'),
      `profile: calm\nfeeds: [{ path: "package:verification/feeds/*.json" }]\nstorm: ${storm}\n`,
    );
  await configured('{ windowSeconds: 60 }');
  const service = await start(collector.port, []);
  try {
    await send(service.jsaPort, line, 5);
    await until(() => collector.events().length >= 2, 10_000);
    await configured('{ windowSeconds: 2, countOnly: [{ name: bob, pattern: "usrName=bob" }] }');
    service.signal('SIGHUP');
    await until(() => service.stderr().includes('configuration reloaded'), 10_000);
    await until(() => summariesOf(collector.events()).length > 0, 10_000);
    expect(summariesOf(collector.events())).toEqual(['4']);
    await send(service.jsaPort, line.replace('alice', 'bob'), 7);
    await until(async () => (await numbers(service)).detections >= 12, 10_000);
    const { suppressed, sent, countOnly } = await numbers(service);
    expect({ suppressed, sent, countOnly }).toEqual({ suppressed: 11, sent: 1, countOnly: 7 });
  } finally {
    await service.stop();
    collector.close();
  }
  expect(summariesOf(collector.events())).toEqual(['4']);
}, 60_000);

function summariesOf(events: readonly ReadEvent[]): readonly string[] {
  return events.flatMap(({ attributes }) => attributes['count'] ?? []);
}

function start(port: number, settings: readonly string[]): Promise<ServiceProcess> {
  const all = [`delivery.collectors=tcp://127.0.0.1:${port}`, 'delivery.spool=false', ...settings];
  return startService(
    all.flatMap((setting) => ['--set', setting]),
    { cwd },
  );
}

interface Collector {
  readonly port: number;
  readonly events: () => readonly ReadEvent[];
  close(): void;
}

async function startCollector(): Promise<Collector> {
  let text = '';
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setEncoding('utf8').on('data', (part: string) => (text += part));
    socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    events: () => text.split('\n').slice(0, -1).map(readLeef),
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function numbers(service: ServiceProcess) {
  const text = await (await fetch(`http://127.0.0.1:${service.httpPort}/metrics`)).text();
  const sumOf = (start: string): number =>
    text
      .split('\n')
      .filter((row) => row.startsWith(start))
      .reduce((sum, row) => sum + Number(row.split(' ').at(-1)), 0);
  return {
    received: sumOf('tf_events_received_total'),
    detections: sumOf('tf_detections_total'),
    sent: sumOf('tf_messages_rendered_total{kind="detect"}'),
    suppressed: sumOf('tf_detections_suppressed_total'),
    countOnly: sumOf('tf_detections_count_only_total{rule="bob"}'),
    summarised: sumOf('tf_detections_summarised_total'),
    waiting: sumOf('tf_detections_waiting'),
  };
}

async function send(port: number, text: string, times: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.resume();
  const some = text.repeat(Math.min(times, 1000));
  for (let left = times; left > 0; left -= 1000) {
    const part = left >= 1000 ? some : text.repeat(left);
    if (!socket.write(part)) await once(socket, 'drain');
  }
  socket.end();
  await once(socket, 'close');
}

async function until(isTrue: () => boolean | Promise<boolean>, withinMs: number): Promise<void> {
  const endMs = Date.now() + withinMs;
  while (!(await isTrue())) {
    if (Date.now() > endMs) throw new Error(`not within ${withinMs} ms`);
    await sleep(50);
  }
}
