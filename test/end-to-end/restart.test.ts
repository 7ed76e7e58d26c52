import { once } from 'node:events';
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { readLeef } from '../support/leef.js';
import { freePort } from '../support/rsyslog.js';
import { spawnService, startService } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';

let folder: string;
let service: ServiceProcess | undefined;
let collector: Collector | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tf-restart-'));
  await writeFile(join(folder, 'feed.json'), '[{"mask":"bad.example"}]');
  await configure('');
});
afterEach(async () => {
  if (service !== undefined) await service.stop();
  service = undefined;
  await collector?.close();
  collector = undefined;
  await rm(folder, { recursive: true });
});

async function configure(text: string): Promise<void> {
  await writeFile(join(folder, 'forwarder.yaml'), `feeds: [{ path: feed.json }]\n${text}`);
}

async function startHere(...args: readonly string[]): Promise<ServiceProcess> {
  service = await startService(['--set', 'http=false', ...args], { cwd: folder });
  return service;
}

function statusEvents(text: string) {
  return text
    .split('\n')
    .filter((line) => line.includes('|KL_ALERT_'))
    .map(readLeef);
}

async function killHard(running: ServiceProcess): Promise<void> {
  running.signal('SIGKILL');
  for (let waited = 0; waited < 5_000; waited += 10) {
    try {
      process.kill(running.pid, 0);
    } catch {
      break;
    }
    await sleep(10);
  }
  service = undefined;
}

describe('a run that did not end in good order', () => {
  test('is reported at the next start, with since when; one that did is not', async () => {
    const first = await startHere();
    const killedAt = Date.now();
    await killHard(first);

    const second = await startHere();
    await second.until(() => second.stdout().includes('KL_ALERT_ServiceStarted'), 'start');
    const [unavailable, started] = statusEvents(second.stdout());
    expect(unavailable?.eventId).toBe('KL_ALERT_ServiceUnavailable');
    expect(unavailable?.attributes['reason']).toBe('the run before did not end in good order');
    const since = Date.parse(unavailable?.attributes['since'] ?? '');
    expect(since).toBeGreaterThan(killedAt - 60_000);
    expect(since).toBeLessThanOrEqual(killedAt + 1_000);
    expect(started?.eventId).toBe('KL_ALERT_ServiceStarted');
    expect(second.stderr()).toContain('service.was_cut_off');
    expect(await second.stop()).toBe(0);

    const third = await startHere();
    await third.until(() => third.stdout().includes('KL_ALERT_ServiceStarted'), 'start');
    expect(third.stdout()).not.toContain('KL_ALERT_ServiceUnavailable');
  }, 60_000);

  test('a second service with the same folder is not taken for it', async () => {
    const first = await startHere();
    const other = await startService(['--set', 'http=false'], { cwd: folder });
    await other.until(() => other.stdout().includes('KL_ALERT_ServiceStarted'), 'start');
    expect(other.stdout()).not.toContain('KL_ALERT_ServiceUnavailable');
    expect(await other.stop()).toBe(0);
    // The note is still that of the first.
    const note = await readFile(join(folder, 'var/state/running.json'), 'utf8');
    expect(JSON.parse(note)).toMatchObject({ pid: first.pid });
  }, 60_000);

  test('a start that fails takes nothing away: the next good one reports', async () => {
    const first = await startHere();
    const killedAt = Date.now();
    await killHard(first);
    const note = join(folder, 'var/state/running.json');
    // It was last seen an hour ago, and started before that.
    // Whole seconds: a file's time is kept as a fraction, and comes back a little off.
    const since = new Date(Math.floor(killedAt / 1000 - 3600) * 1000);
    await utimes(note, since, since);
    await writeFile(join(folder, 'feed.json'), '[{');
    await rm(join(folder, 'var/index'), { recursive: true });
    const failed = spawnService(folder);
    expect(await failed.ended).not.toBe(0);
    await writeFile(join(folder, 'feed.json'), '[{"mask":"bad.example"}]');
    const next = await startHere();
    await next.until(() => next.stdout().includes('KL_ALERT_ServiceStarted'), 'report');
    const [unavailable] = statusEvents(next.stdout());
    expect(unavailable?.eventId).toBe('KL_ALERT_ServiceUnavailable');
    // Not since the start that failed.
    expect(unavailable?.attributes['since']).toBe(since.toISOString());
    // It was told: another end without order begins when that run was last seen.
    await killHard(next);
    const last = await startHere();
    await last.until(() => last.stdout().includes('KL_ALERT_ServiceStarted'), 'start');
    const [again] = statusEvents(last.stdout());
    expect(Date.parse(again?.attributes['since'] ?? '')).toBeGreaterThan(killedAt - 60_000);
  }, 60_000);
});

describe('the end by a signal', () => {
  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)(
    'a second %s ends it at once, with %i',
    async (signal, exitCode) => {
      // A collector that is away keeps the first one waiting.
      const away = await freePort();
      const running = await startHere(
        ...[
          '--set',
          `delivery.collectors=tcp://127.0.0.1:${away}`,
          '--set',
          'delivery.spool=false',
        ],
      );
      await send(running.jsaPort, 'http://bad.example/\n');
      running.signal(signal);
      await running.until(() => running.stderr().includes('service.stopping'), 'the first signal');
      running.signal(signal);
      expect(await running.stop()).toBe(exitCode);
      service = undefined;
    },
    40_000,
  );

  test('a stop takes no longer than service.stopSeconds, whatever waits', async () => {
    const away = await freePort();
    const running = await startHere(
      ...['--set', `delivery.collectors=tcp://127.0.0.1:${away}`, '--set', 'delivery.spool=false'],
      ...['--set', 'service.stopSeconds=2'],
    );
    await send(running.jsaPort, 'http://bad.example/\n');
    const before = performance.now();
    expect(await running.stop()).toBe(0);
    // Well below the default of ten seconds; the process itself takes a moment to go.
    expect(performance.now() - before).toBeLessThan(8_000);
    service = undefined;
  }, 40_000);
});

describe('SIGTERM under 20,000 events a second', () => {
  test('what the machine had taken is finished and delivered', async () => {
    collector = await startCollector();
    const running = await startHere(
      ...['--set', `delivery.collectors=tcp://127.0.0.1:${collector.port}`],
    );
    const sender = await sendMany(running.jsaPort);
    await sleep(1_500);
    const due = await sender.takenByPeer();
    running.signal('SIGTERM');
    expect(await running.stop()).toBe(0);
    service = undefined;
    await sender.stop();
    // The service is gone: what is still on its way is in the buffers of this process.
    const arrived = collector;
    for (let waited = 0; waited < 10_000; waited += 50) {
      if (arrived.numbers().some((number) => number >= lastMatching(due))) break;
      await sleep(50);
    }
    expect(due).toBeGreaterThan(5_000);
    expectAllUpTo(collector.numbers(), due);
  }, 60_000);

  test('with the collector away it is in the spool, and delivered by the next run', async () => {
    const port = await freePort();
    const collectors = ['--set', `delivery.collectors=tcp://127.0.0.1:${port}`];
    const running = await startHere(...collectors);
    const sender = await sendMany(running.jsaPort);
    await sleep(1_500);
    const due = await sender.takenByPeer();
    running.signal('SIGTERM');
    expect(await running.stop()).toBe(0);
    await sender.stop();
    collector = await startCollector(port);
    const next = await startHere(...collectors);
    const arrived = collector;
    await next.until(
      () => arrived.numbers().some((number) => number >= lastMatching(due)),
      'messages of the run before',
    );
    await sleep(300);
    expectAllUpTo(collector.numbers(), due);
  }, 60_000);
});

/** Every tenth event holds an indicator and its number. */
const matchingEvery = 10;

function lastMatching(due: number): number {
  return Math.floor((due - 1) / matchingEvery) * matchingEvery;
}

/** Every matching event of the first `due` has arrived, and of those after it none is left out. */
function expectAllUpTo(numbers: readonly number[], due: number): void {
  const arrived = new Set(numbers);
  const last = Math.max(lastMatching(due), ...arrived);
  const lost: number[] = [];
  for (let number = 0; number <= last; number += matchingEvery) {
    if (!arrived.has(number)) lost.push(number);
  }
  expect(lost).toEqual([]);
}

async function send(port: number, text: string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.end(text);
  socket.resume();
  await once(socket, 'close');
}

interface Sender {
  /** How many events the machine of the service has acknowledged wholly. */
  takenByPeer(): Promise<number>;
  stop(): Promise<void>;
}

/** Sends numbered events of equal length, 20,000 a second, until it is stopped or cut off. */
async function sendMany(port: number): Promise<Sender> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => undefined).resume();
  // Not once(): it would reject when the service cuts the connection off, as it may.
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      resolve();
    });
  });
  const lineOf = (number: number): string => {
    const url = number % matchingEvery === 0 ? 'http://bad.example/' : 'http://fine.example';
    return `<13>proxy squid: GET ${url} usrName=u${String(number).padStart(8, '0')}\n`;
  };
  const lineBytes = lineOf(0).length;
  let number = 0;
  const begun = performance.now();
  const timer = setInterval(() => {
    const due = Math.min(number + 2_000, Math.floor((performance.now() - begun) * 20));
    let text = '';
    while (number < due) {
      text += lineOf(number);
      number += 1;
    }
    if (text !== '') socket.write(text);
  }, 5);
  return {
    async takenByPeer() {
      const waiting = (await unacknowledged(socket)) + socket.writableLength;
      return Math.floor((socket.bytesWritten - waiting) / lineBytes);
    },
    async stop() {
      clearInterval(timer);
      socket.destroy();
      await closed;
    },
  };
}

/** Bytes that the peer's machine has not acknowledged: tx_queue of proc(5). */
async function unacknowledged(socket: Socket): Promise<number> {
  const table = await readFile('/proc/self/net/tcp', 'latin1');
  const portText = (socket.localPort ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const row = table
    .split('\n')
    .map((each) => each.trim().split(/\s+/))
    .find((fields) => fields[1]?.endsWith(`:${portText}`) === true && fields[3] === '01');
  return Number.parseInt(row?.[4]?.split(':')[0] ?? '0', 16);
}

interface Collector {
  readonly port: number;
  numbers(): readonly number[];
  close(): Promise<void>;
}

async function startCollector(port = 0): Promise<Collector> {
  let text = '';
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    numbers: () => [...text.matchAll(/usrName=u(\d{8})/g)].map(([, number]) => Number(number)),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
