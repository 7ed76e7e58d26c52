import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';

import { afterEach, expect, test } from '@jest/globals';

import { startCollector, type Collector } from '../../verification/collector.js';
import { describeWithTool } from '../support/tools.js';

const opened: Collector[] = [];

async function start(...args: Parameters<typeof startCollector>): Promise<Collector> {
  const collector = await startCollector(...args);
  opened.push(collector);
  return collector;
}

afterEach(async () => {
  for (const collector of opened.splice(0)) await collector.close();
});

async function lines(collector: Collector, count: number): Promise<readonly string[]> {
  const found: string[] = [];
  for (let attempt = 0; found.length < count && attempt < 50; attempt += 1) {
    await collector.waitForLine(200);
    found.push(...collector.take());
  }
  return found;
}

function portOf(collector: Collector): number {
  return Number(new URL(collector.url).port);
}

test('tcp: lines of several connections, an unfinished last one included', async () => {
  const collector = await start('tcp://127.0.0.1:0');
  for (const text of ['<1>one\n<1>tw', '<1>three\n']) {
    const socket = connect(portOf(collector), '127.0.0.1');
    socket.end(text);
    await once(socket, 'close');
  }
  expect([...(await lines(collector, 3))].sort()).toEqual(['<1>one', '<1>three', '<1>tw']);
  expect([collector.received, collector.discarded, collector.connections]).toEqual([3, 0, 2]);
});

test('udp: a datagram is a message', async () => {
  const collector = await start('udp://127.0.0.1:0');
  const socket = createSocket('udp4');
  socket.send('<1>one\n', portOf(collector), '127.0.0.1');
  socket.send('<1>two', portOf(collector), '127.0.0.1');
  expect([...(await lines(collector, 2))].sort()).toEqual(['<1>one', '<1>two']);
  socket.close();
});

test('IPv6 addresses stand in brackets', async () => {
  const collector = await start('tcp://[::1]:0');
  expect(collector.url).toMatch(/^tcp:\/\/\[::1\]:\d+$/);
});

test('waiting ends by time, by a line and by the signal', async () => {
  const collector = await start('udp://127.0.0.1:0');
  await collector.waitForLine(10);
  const abort = new AbortController();
  const waiting = collector.waitForLine(60_000, abort.signal);
  abort.abort();
  await waiting;
  await collector.waitForLine(60_000, abort.signal);
  expect(collector.take()).toEqual([]);
});

test('closing twice is safe and ends connections', async () => {
  const collector = await start('tcp://127.0.0.1:0');
  const socket = connect(portOf(collector), '127.0.0.1');
  await once(socket, 'connect');
  const ended = once(socket, 'close');
  socket.resume();
  await Promise.all([collector.close(), collector.close(), ended]);
});

test('a taken port is an error that says what to do', async () => {
  const first = await start('tcp://127.0.0.1:0');
  await expect(startCollector(first.url)).rejects.toMatchObject({
    code: 'TF_LISTEN',
    where: first.url,
    hint: expect.stringContaining('port 0'),
  });
});

test.each(['127.0.0.1:514', 'http://127.0.0.1:1', 'tcp://127.0.0.1', 'tcp://h:70000', 'tls://h:1'])(
  '%s is refused',
  async (url) => {
    await expect(startCollector(url)).rejects.toMatchObject({
      code: 'TF_USAGE',
      where: '--listen',
    });
  },
);

describeWithTool('openssl', 'a TLS listener', () => {
  test('takes lines from a client that trusts its certificate', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'verification-tls-'));
    try {
      const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
      const args = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout ${key} -out ${cert}`;
      expect(spawnSync('openssl', args.split(' ')).status).toBe(0);
      const tls = { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
      const collector = await start('tls://127.0.0.1:0', { tls });
      const socket = connectTls({
        host: '127.0.0.1',
        port: portOf(collector),
        ca: tls.cert,
        servername: 'localhost',
      });
      await once(socket, 'secureConnect');
      socket.end('<1>safe\n');
      expect(await lines(collector, 1)).toEqual(['<1>safe']);
      socket.destroy();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
