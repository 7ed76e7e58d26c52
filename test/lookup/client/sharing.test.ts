import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';

import type { Portal } from '../../../forwarder/lookup/index.js';
import { startTestPortal } from '../../portal/start-test-portal.js';
import type { TestPortal } from '../../portal/test-portal.js';
import { tlsObstacle } from '../../support/certificates.js';
import { ip, object, Opened, outcome } from './support.js';

const withTls = tlsObstacle === undefined ? describe : describe.skip;

withTls('many lookups at a time', () => {
  const opened = new Opened();
  let server: TestPortal;
  beforeAll(async () => {
    server = await startTestPortal();
  }, 60_000);
  afterEach(() => opened.closeAll());
  afterAll(() => server.close());

  const silent = (): void => {
    server.fail({ what: { kind: 'silence' } });
  };
  /** Resolves when so many requests came since. */
  async function came(since: number, requests: number): Promise<void> {
    while (server.requests.length - since < requests) await new Promise(setImmediate);
  }
  async function noneWaits(): Promise<void> {
    while (server.inFlight.now > 0) await new Promise(setImmediate);
  }
  const lookMany = (portal: Portal, many: number, from = 0) =>
    Promise.all(
      Array.from({ length: many }, (_, index) =>
        portal.lookup(object('ip', `198.51.100.${from + index}`), ['Zone']),
      ),
    );

  test('equal ones are one request; others are not', async () => {
    const portal = await opened.open(server);
    const before = server.requests.length;
    const results = await Promise.all([
      portal.lookup(ip, ['Zone', 'IpWhoIs']),
      portal.lookup({ ...ip, text: '192[.]0[.]2[.]1' }, ['Zone', 'IpWhoIs']),
      portal.lookup(ip, ['Zone']),
      portal.lookup(object('domain', '192.0.2.1'), ['Zone']),
    ]);
    expect(results.map(outcome)).toEqual(['report', 'report', 'report', 'report']);
    expect(server.requests.length - before).toBe(3);
    await portal.lookup(ip, ['Zone']);
    expect(server.requests.length - before).toBe(4);
  });

  test('who stops leaves the others their answer', async () => {
    const portal = await opened.open(server);
    const before = server.requests.length;
    server.fail({ what: { kind: 'delay', ms: 100 } });
    const stop = new AbortController();
    const [mine, yours] = [portal.lookup(ip, 'all', stop.signal), portal.lookup(ip, 'all')];
    await came(before, 1);
    stop.abort();
    expect(outcome(await mine)).toBe('stopped');
    expect(outcome(await yours)).toBe('report');
    expect(server.requests.length - before).toBe(1);
  });

  test('when all stop the request is broken off, and the next one is its own', async () => {
    const portal = await opened.open(server);
    const before = server.requests.length;
    silent();
    const stop = new AbortController();
    const all = [portal.lookup(ip, 'all', stop.signal), portal.lookup(ip, 'all', stop.signal)];
    await came(before, 1);
    stop.abort();
    const next = portal.lookup(ip, 'all');
    expect((await Promise.all(all)).map(outcome)).toEqual(['stopped', 'stopped']);
    expect(outcome(await next)).toBe('report');
    await noneWaits();
    expect(server.requests.length - before).toBe(2);
    expect(outcome(await portal.lookup(ip, 'all', stop.signal))).toBe('stopped');
    expect(server.requests.length - before).toBe(2);
  });

  test('between two tries too', async () => {
    const portal = await opened.open(server, { retryPauseMs: 600_000 });
    const before = server.requests.length;
    server.fail({ what: { kind: 'answer', status: 503 } });
    const stop = new AbortController();
    const result = portal.lookup(ip, 'all', stop.signal);
    await came(before, 1);
    await noneWaits();
    stop.abort();
    expect(outcome(await result)).toBe('stopped');
  });

  test('so many at a time, and no more', async () => {
    const slow = await startTestPortal({ delayMs: 20 });
    try {
      for (const maxConcurrent of [1, 3, 9]) {
        const portal = await opened.open(slow, { maxConcurrent });
        const before = slow.connections;
        const results = await lookMany(portal, 30);
        expect(new Set(results.map(outcome))).toEqual(new Set(['report']));
        expect(slow.inFlight.most).toBeLessThanOrEqual(maxConcurrent);
        expect(slow.connections - before).toBeLessThanOrEqual(2 * maxConcurrent);
      }
      // More than one pool of connections has.
      expect(slow.inFlight.most).toBeGreaterThan(4);
      expect(slow.requests).toHaveLength(90);
    } finally {
      await opened.closeAll();
      await slow.close();
    }
  }, 60_000);

  test('at the pace that was asked for', async () => {
    const portal = await opened.open(server, { requestsPerSecond: 50 });
    const before = server.requests.length;
    const began = performance.now();
    await lookMany(portal, 11);
    // Ten gaps of 20 ms; timers may be a millisecond early each.
    expect(performance.now() - began).toBeGreaterThanOrEqual(190);
    expect(server.requests.length - before).toBe(11);
  });

  test('closing stops what is out and what waits', async () => {
    const portal = await opened.open(server, { maxConcurrent: 1 });
    const before = server.requests.length;
    silent();
    const results = lookMany(portal, 3);
    await came(before, 1);
    await portal.close();
    expect((await results).map(outcome)).toEqual(['stopped', 'stopped', 'stopped']);
    expect(outcome(await portal.lookup(ip, 'all'))).toBe('stopped');
    await portal.close();
    await noneWaits();
    expect(server.requests.length - before).toBe(1);
  });

  test('the signal it was opened with stops it as well', async () => {
    const stop = new AbortController();
    const portal = await opened.open(server, { signal: stop.signal });
    const before = server.requests.length;
    silent();
    const result = portal.lookup(ip, 'all');
    await came(before, 1);
    stop.abort();
    expect(outcome(await result)).toBe('stopped');
    expect(outcome(await portal.lookup(ip, 'all'))).toBe('stopped');
    const late = await opened.open(server, { signal: stop.signal });
    expect(outcome(await late.lookup(ip, 'all'))).toBe('stopped');
  });
});
