import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, describe, expect, test } from '@jest/globals';

import { readLeef } from '../support/leef.js';
import { startService } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';

let service: ServiceProcess | undefined;
const directories: string[] = [];
afterEach(async () => {
  await service?.stop();
  service = undefined;
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true });
});

const filling = 'proxy allowed https://host.clean.example/path and nothing else of note '.repeat(8);

/** Events of about 600 bytes; every 50th holds the indicator, and the user names its number. */
function eventsOf(count: number): Buffer {
  const lines = Array.from({ length: count }, (_, number) =>
    number % 50 === 49
      ? `url=http://evil.example/x\tusrName=user${number}\t${filling}`
      : `url=http://good.example/x\tusrName=user${number}\t${filling}`,
  );
  return Buffer.from(`${lines.join('\n')}\n`);
}

async function start(workers: number): Promise<ServiceProcess> {
  const directory = await mkdtemp(join(tmpdir(), 'tf-threads-'));
  directories.push(directory);
  await writeFile(join(directory, 'list.txt'), 'evil.example\n');
  await writeFile(
    join(directory, 'forwarder.yaml'),
    `feeds: [{ path: list.txt }]\nmatching: { workers: ${workers} }\n`,
  );
  return startService([], { cwd: directory });
}

async function metrics(port: number | undefined): Promise<(name: string) => number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return (name) =>
    text
      .split('\n')
      .filter((line) => line.startsWith(name))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

/** A thread takes a moment to start; how much a quick main thread has done by then is chance. */
async function untilThreadsScan({ jsaPort, httpPort }: ServiceProcess): Promise<void> {
  const clean = Buffer.from(`${filling}\n`.repeat(2000));
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const socket = connect(jsaPort, '127.0.0.1');
    await once(socket, 'connect');
    socket.resume();
    socket.end(clean);
    await once(socket, 'close');
    const total = await metrics(httpPort);
    if (total('tf_scan_batches_total') > 0) return;
    await sleep(50);
  }
  throw new Error('no thread has scanned anything');
}

function usersOf(output: string): (string | undefined)[] {
  return output
    .split('\n')
    .slice(0, -1)
    .map(readLeef)
    .filter(({ eventId }) => !eventId.startsWith('KL_ALERT_'))
    .map(({ attributes }) => attributes['usrName']);
}

describe.each([0, 2])('with %s scanning threads', (workers) => {
  test('one connection at full speed: everything is found, in order, and counted', async () => {
    service = await start(workers);
    if (workers > 0) await untilThreadsScan(service);
    const before = await metrics(service.httpPort);
    const count = 40_000;
    const socket = connect(service.jsaPort, '127.0.0.1');
    await once(socket, 'connect');
    socket.resume();
    socket.end(eventsOf(count));
    await once(socket, 'close');
    await service.until(() => usersOf(service!.stdout()).length === count / 50, 'all detections');
    const expected = Array.from({ length: count / 50 }, (_, hit) => `user${hit * 50 + 49}`);
    expect(usersOf(service.stdout())).toEqual(expected);
    const total = await metrics(service.httpPort);
    const since = (name: string): number => total(name) - before(name);
    expect(since('tf_events_received_total')).toBe(count);
    expect(since('tf_events_total{')).toBe(count);
    expect(since('tf_intake_lines_total')).toBe(count);
    expect(total('tf_scan_batches_total') > 0).toBe(workers > 0);
  });

  test('what was received is finished at a stop', async () => {
    service = await start(workers);
    const { jsaPort } = service;
    const connections = 8;
    const count = 5_000;
    const events = eventsOf(count);
    // All of it is in the hands of the operating system when the signal comes.
    await Promise.all(
      Array.from({ length: connections }, async () => {
        const socket = connect(jsaPort, '127.0.0.1');
        await once(socket, 'connect');
        socket.on('error', () => undefined);
        socket.resume();
        await new Promise((resolve) => socket.write(events, resolve));
      }),
    );
    expect(await service.stop()).toBe(0);
    expect(usersOf(service.stdout())).toHaveLength((connections * count) / 50);
  });
});
