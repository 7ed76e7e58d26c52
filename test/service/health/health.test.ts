import { createServer, Server as NetServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { afterEach, describe, expect, jest, test } from '@jest/globals';

import { startHealthServer } from '../../../forwarder/service/health/health.js';
import type { HealthServer } from '../../../forwarder/service/health/health.js';
import { statusPage } from '../../support/status-page.js';
import { silentLogger } from '../../../forwarder/telemetry/index.js';

const page = statusPage({ state: 'degraded' });
let server: HealthServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(reasons: readonly string[]): Promise<string> {
  server = await startHealthServer({
    host: '127.0.0.1',
    port: 0,
    readiness: () => ({ isReady: reasons.length === 0, reasons }),
    metrics: () => Promise.resolve('tf_up_seconds 1\n'),
    status: () => page,
    logger: silentLogger,
  });
  return `http://127.0.0.1:${server.address.port}`;
}

describe('health', () => {
  test('/livez answers as long as the process serves, ready or not', async () => {
    const base = await start(['feeds are loading']);
    expect((await fetch(`${base}/livez`)).status).toBe(200);
  });

  test('/readyz is 503 with the reasons, 200 when there are none', async () => {
    const waiting = await fetch(`${await start(['feeds are loading'])}/readyz`);
    expect(waiting.status).toBe(503);
    expect(await waiting.text()).toBe('not ready: feeds are loading\n');
    await server?.close();
    expect((await fetch(`${await start([])}/readyz?x=1`)).status).toBe(200);
  });

  test('/metrics serves the Prometheus text', async () => {
    const response = await fetch(`${await start([])}/metrics`);
    expect(response.headers.get('content-type')).toContain('version=0.0.4');
    expect(await response.text()).toBe('tf_up_seconds 1\n');
  });

  test('/status serves the page as JSON, degraded or not', async () => {
    const response = await fetch(`${await start([])}/status`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(await response.json()).toEqual(page);
  });

  test('unknown paths are 404, names of the prototype too; only GET and HEAD are answered', async () => {
    const base = await start([]);
    expect((await fetch(`${base}/nothing`)).status).toBe(404);
    expect((await fetch(`${base}/constructor`)).status).toBe(404);
    expect((await fetch(`${base}/livez`, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${base}/livez`, { method: 'HEAD' })).status).toBe(200);
  });

  test('a fault of its own is a 500 without detail, and in the log; it goes on', async () => {
    const errors: unknown[] = [];
    server = await startHealthServer({
      host: '127.0.0.1',
      port: 0,
      readiness: () => ({ isReady: true, reasons: [] }),
      metrics: () => Promise.reject(new Error('a fault with /inner/detail')),
      status: () => {
        throw new Error('another with /inner/detail');
      },
      logger: { ...silentLogger, error: (...entry) => errors.push(entry) },
    });
    for (const path of ['/metrics', '/status']) {
      const response = await fetch(`http://127.0.0.1:${server.address.port}${path}`);
      expect(response.status).toBe(500);
      expect(await response.text()).not.toContain('detail');
    }
    expect(errors).toHaveLength(2);
    expect((await fetch(`http://127.0.0.1:${server.address.port}/livez`)).status).toBe(200);
  });

  test('connections that cannot be accepted end nothing, and are said once', async () => {
    const warnings: string[] = [];
    const listen = jest.spyOn(NetServer.prototype, 'listen');
    server = await startHealthServer({
      host: '127.0.0.1',
      port: 0,
      readiness: () => ({ isReady: true, reasons: [] }),
      metrics: () => Promise.resolve(''),
      status: () => page,
      logger: { ...silentLogger, warn: (code) => warnings.push(code) },
    });
    const [opened] = listen.mock.contexts as NetServer[];
    listen.mockRestore();
    for (let count = 0; count < 3; count += 1) opened?.emit('error', new Error('accept EMFILE'));
    expect(warnings).toEqual(['http.accept_failed']);
    expect((await fetch(`http://127.0.0.1:${server.address.port}/livez`)).status).toBe(200);
  });

  test('an address in use is a TF_LISTEN error that names the setting', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(
      startHealthServer({
        host: '127.0.0.1',
        port,
        readiness: () => ({ isReady: true, reasons: [] }),
        metrics: () => Promise.resolve(''),
        status: () => page,
        logger: silentLogger,
      }),
    ).rejects.toMatchObject({ code: 'TF_LISTEN', where: 'http.listen' });
    other.close();
  });
});
