import { once } from 'node:events';
import { connect } from 'node:net';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { tlsObstacle } from '../support/certificates.js';
import { startTestPortal } from './start-test-portal.js';
import { ask, type Received } from './support.js';
import type { TestPortal } from './test-portal.js';

const describeTls = tlsObstacle === undefined ? describe : describe.skip;

// Starting one starts openssl a dozen times.
jest.setTimeout(60_000);

let portal: TestPortal;
beforeAll(async () => {
  if (tlsObstacle === undefined) portal = await startTestPortal();
});
afterAll(() => (tlsObstacle === undefined ? portal.close() : undefined));

const lookup = (name: string, signal?: AbortSignal): Promise<Received> =>
  ask(portal, `/api/domain/${name}`, { as: 'token', ...(signal === undefined ? {} : { signal }) });

describeTls('faults that a test asks for', () => {
  it('answers as asked for: of the matching requests those, and no others', async () => {
    const what = { kind: 'answer', status: 429, retryAfter: 7, body: '<html>' } as const;
    portal.fail({ path: /^\/api\/domain\/b\.example$/, after: 1, times: 2, what });
    const received = [];
    for (const name of ['a', 'b', 'b', 'b', 'b']) received.push(await lookup(`${name}.example`));
    expect(received.map(({ status }) => status)).toEqual([200, 200, 429, 429, 200]);
    expect(received[2]).toMatchObject({ headers: { 'retry-after': '7' }, text: '<html>' });
  });

  it('sends a body as long as asked for', async () => {
    const bodyBytes = 3_000_001;
    portal.fail({ what: { kind: 'answer', status: 200, bodyBytes } });
    const { text, json, headers } = await lookup('a.example');
    expect(text).toHaveLength(bodyBytes);
    expect(json?.['Zone']).toMatch(/^A+$/);
    expect(headers).not.toHaveProperty('content-length');
  });

  it('redirects', async () => {
    portal.fail({ what: { kind: 'redirect', to: 'https://127.0.0.1:1/x' } });
    expect(await lookup('a.example')).toMatchObject({
      status: 302,
      headers: { location: 'https://127.0.0.1:1/x' },
    });
  });

  it.each(['before-headers', 'after-headers', 'in-body'] as const)(
    'cuts the connection %s',
    async (where) => {
      portal.fail({ what: { kind: 'cut', where } });
      const message = where === 'before-headers' ? 'socket hang up' : 'aborted';
      await expect(lookup('a.example')).rejects.toMatchObject({ code: 'ECONNRESET', message });
      expect(portal.requests.at(-1)?.status).toBe(0);
    },
  );

  it('says nothing until the client goes, and counts who waits', async () => {
    portal.fail({ times: 3, what: { kind: 'silence' } });
    const stop = new AbortController();
    const before = portal.requests.length;
    const waiting = ['a', 'b', 'c'].map((name) => lookup(`${name}.example`, stop.signal));
    const all = Promise.allSettled(waiting);
    while (portal.requests.length < before + 3) await turn();
    expect(portal.inFlight.now).toBe(3);
    expect(portal.inFlight.most).toBeGreaterThanOrEqual(3);
    stop.abort();
    for (const { status } of await all) expect(status).toBe('rejected');
    while (portal.inFlight.now > 0) await turn();
  });

  it('answers late, and as usual', async () => {
    portal.fail({ what: { kind: 'delay', ms: 5 } });
    expect((await lookup('a.example')).json).toEqual(portal.replyFor('domain', 'a.example'));
  });
});

/** Lets the server go on. */
function turn(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}

describeTls('close', () => {
  it('ends silent requests, delays and handshakes', async () => {
    const other = await startTestPortal({ delayMs: 3_600_000 });
    other.fail({ path: /silent/, what: { kind: 'silence' } });
    const port = Number(new URL(other.url).port);
    const idle = connect(port, '127.0.0.1').on('error', () => undefined);
    await once(idle, 'connect');
    const all = Promise.allSettled(
      ['silent', 'late'].map((name) => ask(other, `/api/domain/${name}.example`, { as: 'token' })),
    );
    while (other.requests.length < 2) await turn();
    const closed = once(idle, 'close');
    await Promise.all([other.close(), closed]);
    for (const { status } of await all) expect(status).toBe('rejected');
  });
});
