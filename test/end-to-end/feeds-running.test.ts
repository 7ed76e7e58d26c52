import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { startWebServer, text, type WebServer } from '../support/https-server.js';
import { runCli, startService, type ServiceProcess } from '../support/service-process.js';

let directory: string;
let server: WebServer;
let service: ServiceProcess;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tf-running-'));
  server = await startWebServer();
  server.on('/remote.txt', text('first.example\n'));
  await writeFile(join(directory, 'own.txt'), 'bad.example\n');
  await writeFile(
    join(directory, 'forwarder.yaml'),
    `feeds: [own.txt, { url: "${server.url('/remote.txt')}", every: never }]\n`,
  );
  const env = { NO_PROXY: '*' };
  expect((await runCli(['feeds', 'update'], { cwd: directory, env })).exitCode).toBe(0);
  service = await startService([], { cwd: directory, env });
});
afterAll(async () => {
  await service.stop();
  await server.close();
  await rm(directory, { recursive: true });
});

const cli = async (...args: readonly string[]): Promise<void> => {
  const env = { NO_PROXY: '*' };
  const { exitCode, stderr } = await runCli(['feeds', ...args], { cwd: directory, env });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
};

let sent = 0;
/** Sends events about a host until the service reports one. */
async function detects(host: string): Promise<void> {
  const socket = connect(service.jsaPort, '127.0.0.1');
  await once(socket, 'connect');
  const name = `run${(sent += 1)}.${host}`;
  const timer = setInterval(() => socket.write(`url=http://${name}/\n`), 100);
  await service.until(() => service.stdout().includes(name), `detection of ${name}`);
  clearInterval(timer);
  socket.destroy();
}

test('an update is taken in by itself', async () => {
  await detects('first.example');
  server.on('/remote.txt', text('second.example\n'));
  await cli('update', 'remote');
  await detects('second.example');
}, 30_000);

test('a feed that is added, and an index that is pinned and released, come with a reload', async () => {
  await cli('compile', '--save', 'before');
  await writeFile(join(directory, 'more.txt'), 'more.example\n');
  await cli('add', 'more.txt');
  service.signal('SIGHUP');
  await detects('more.example');

  await writeFile(join(directory, 'own.txt'), 'other.example\n');
  await detects('other.example');
  await cli('load', 'before');
  service.signal('SIGHUP');
  await detects('bad.example');

  await cli('load', '--release');
  service.signal('SIGHUP');
  await detects('other.example');
}, 60_000);
