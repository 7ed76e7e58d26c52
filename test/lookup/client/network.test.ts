import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createServer, type AddressInfo } from 'node:net';

import { startTestPortal } from '../../portal/start-test-portal.js';
import type { FaultPlace, TestPortal } from '../../portal/test-portal.js';
import { tlsObstacle } from '../../support/certificates.js';
import { startProxyServer } from '../../support/https-server-proxy.js';
import { failureOf, ip, Opened, outcome } from './support.js';

const withTls = tlsObstacle === undefined ? describe : describe.skip;
const places: readonly FaultPlace[] = ['before-headers', 'after-headers', 'in-body'];

withTls('what a network can do', () => {
  const opened = new Opened();
  let server: TestPortal;
  beforeAll(async () => {
    server = await startTestPortal();
  }, 60_000);
  afterEach(() => opened.closeAll());
  afterAll(() => server.close());

  test.each(places)('cut %s once: tried again', async (where) => {
    const portal = await opened.open(server);
    const before = server.requests.length;
    server.fail({ what: { kind: 'cut', where } });
    expect(outcome(await portal.lookup(ip, 'all'))).toBe('report');
    expect(server.requests.length - before).toBe(2);
  });

  test.each(places)('cut %s each time: unreachable after three tries', async (where) => {
    const portal = await opened.open(server);
    const before = server.requests.length;
    server.fail({ times: 3, what: { kind: 'cut', where } });
    const result = failureOf(await portal.lookup(ip, 'all'));
    expect(result).toMatchObject({ failure: 'unreachable' });
    expect(result.message).toContain(server.url);
    expect(result.hint).toContain('lookup.cert');
    expect(server.requests.length - before).toBe(3);
    expect(outcome(await portal.lookup(ip, 'all'))).toBe('report');
  });

  test.each(places)('silence %s: asked once', async (where) => {
    const portal = await opened.open(server, { timeoutMs: 200 });
    const before = server.requests.length;
    server.fail({ what: { kind: 'silence', where } });
    const result = failureOf(await portal.lookup(ip, 'all'));
    expect(result).toMatchObject({ failure: 'unreachable' });
    expect(result.hint).toContain('lookup.timeoutSeconds');
    expect(server.requests.length - before).toBe(1);
  });

  test('nobody listens there', async () => {
    const place = createServer();
    await new Promise<void>((done) => place.listen(0, '127.0.0.1', done));
    const { port } = place.address() as AddressInfo;
    await new Promise((done) => place.close(done));
    const portal = await opened.open(server, { url: `https://127.0.0.1:${port}` });
    const result = failureOf(await portal.lookup(ip, 'all'));
    expect(result).toMatchObject({ failure: 'unreachable' });
    expect(result.message).toBe(`https://127.0.0.1:${port}: the server refuses the connection`);
  });

  test('through a proxy that knows us, and one that does not', async () => {
    const proxy = await startProxyServer('user:secret-word');
    try {
      const there = `127.0.0.1:${proxy.port}`;
      const known = await opened.open(server, { proxy: `http://user:secret-word@${there}` });
      expect(outcome(await known.lookup(ip, 'all'))).toBe('report');
      expect(proxy.passed).toEqual([`CONNECT ${server.url.slice('https://'.length)}`]);
      expect(server.requests.at(-1)?.headers['proxy-authorization']).toBeUndefined();
      const unknown = await opened.open(server, { proxy: `http://user:wrong-word@${there}` });
      const refused = failureOf(await unknown.lookup(ip, 'all'));
      expect(refused).toMatchObject({ failure: 'unreachable' });
      expect(refused.message).toContain('407');
      expect(JSON.stringify(refused)).not.toContain('wrong-word');
    } finally {
      await proxy.close();
    }
  });
});
