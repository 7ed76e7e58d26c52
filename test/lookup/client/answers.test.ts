import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';

import type { LookupFailure } from '../../../forwarder/lookup/lookup-result.js';
import { startTestPortal } from '../../portal/start-test-portal.js';
import { unknownValues } from '../../portal/replies/index.js';
import type { PortalFault, TestPortal } from '../../portal/test-portal.js';
import { tlsObstacle } from '../../support/certificates.js';
import { failureOf, ip, noonMs, object, Opened, outcome } from './support.js';

const withTls = tlsObstacle === undefined ? describe : describe.skip;

withTls('answers of a portal', () => {
  const opened = new Opened();
  let server: TestPortal;
  beforeAll(async () => {
    server = await startTestPortal();
  }, 60_000);
  afterEach(() => opened.closeAll());
  afterAll(() => server.close());

  const status = (code: number, more: object = {}, times = 1): PortalFault => ({
    times,
    what: { kind: 'answer', status: code, ...more },
  });
  const requests = (): number => server.requests.length;

  test('a report, as it came', async () => {
    const portal = await opened.open(server, { clock: () => noonMs });
    expect(portal).toMatchObject({ name: 'tip', address: server.url });
    const result = await portal.lookup(ip, ['Zone', 'IpGeneralInfo']);
    expect(result).toMatchObject({ kind: 'report', from: 'portal', atMs: noonMs });
    const report = result.kind === 'report' ? result.report : {};
    const whole = server.replyFor('ip', '192.0.2.1');
    expect(Object.keys(report).sort()).toEqual(['IpGeneralInfo', 'LicenseInfo', 'Zone']);
    expect(report).toEqual({
      Zone: whole?.['Zone'],
      IpGeneralInfo: whole?.['IpGeneralInfo'],
      LicenseInfo: whole?.['LicenseInfo'],
    });
    expect(server.requests.at(-1)).toMatchObject({
      method: 'GET',
      rawPath: '/api/ip/192.0.2.1',
      authorisedBy: 'basic',
      certificateName: 'client',
    });
  });

  test('no results are an answer', async () => {
    const portal = await opened.open(server, { clock: () => noonMs });
    expect(await portal.lookup(object('domain', unknownValues.domain), 'all')).toEqual({
      kind: 'no-data',
      from: 'portal',
      atMs: noonMs,
    });
  });

  test('values arrive as they are', async () => {
    const portal = await opened.open(server);
    const values = [
      'http://a.example/b c?d=e&f=100%25#g',
      'тест.example/\u{1F600}/%2F',
      "a.example/!'()*;,+",
    ];
    for (const value of values) {
      expect(outcome(await portal.lookup(object('url', value), ['Zone']))).toBe('report');
      expect(server.requests.at(-1)).toMatchObject({
        value,
        isEncoded: true,
        query: { sections: 'Zone,LicenseInfo' },
      });
    }
  });

  test('what cannot be asked is not asked', async () => {
    const portal = await opened.open(server);
    const before = requests();
    const long = object('url', `a.example/${'b'.repeat(2000)}`);
    expect(failureOf(await portal.lookup(long, 'all'))).toEqual({
      kind: 'failed',
      failure: 'too-long',
      message: `${server.url}: the URL is 2012 characters long, percent-encoded; the portal takes 2000`,
      hint: 'look up its host instead, or the URL without its query',
    });
    expect(outcome(await portal.lookup(object('domain', '..'), 'all'))).toBe('bad-request');
    expect(requests()).toBe(before);
  });

  test.each<[number, LookupFailure, string]>([
    [400, 'bad-request', 'does not understand'],
    [401, 'unauthorised', 'does not accept the credentials'],
    [403, 'quota-exceeded', 'no more requests are allowed'],
    [414, 'too-long', 'the URL is too long'],
    [429, 'too-many-requests', 'asked too often'],
    [500, 'server-fault', 'a fault of the portal itself'],
    [503, 'server-fault', 'a fault of the portal itself'],
    [204, 'unexpected-answer', 'an answer the API does not know'],
    [418, 'unexpected-answer', 'an answer the API does not know'],
  ])('HTTP %i: %s', async (code, failure, message) => {
    const portal = await opened.open(server);
    const isPassing = code === 429 || code >= 500;
    const before = requests();
    server.fail(status(code, {}, isPassing ? 3 : 1));
    const result = failureOf(await portal.lookup(ip, 'all'));
    expect(result).toMatchObject({ failure, status: code });
    expect(result.message).toContain(`${server.url}: `);
    expect(result.message).toContain(message);
    expect(result.message).toContain(`(HTTP ${code})`);
    expect(result.hint.length).toBeGreaterThan(10);
    expect(requests() - before).toBe(isPassing ? 3 : 1);
  });

  test.each([
    ['no JSON', { body: '<html>sign in</html>' }],
    ['an empty body', { body: '' }],
    ['a list', { body: '[]' }],
    ['null', { body: 'null' }],
    ['cut JSON', { body: '{"Zone":"Red"' }],
    ['lists in lists without end', { body: `{"a":${'['.repeat(9000)}${']'.repeat(9000)}}` }],
  ])('200 with %s', async (_title, more) => {
    const portal = await opened.open(server);
    server.fail(status(200, more));
    const result = failureOf(await portal.lookup(ip, 'all'));
    expect(result).toMatchObject({ failure: 'unexpected-answer', status: 200 });
    expect(result.message).not.toContain('sign in');
  });

  test('an answer of more than 16 MiB is not read to its end', async () => {
    const portal = await opened.open(server);
    server.fail(status(200, { bodyBytes: 17 * 2 ** 20 }));
    expect(failureOf(await portal.lookup(ip, 'all'))).toMatchObject({
      failure: 'unexpected-answer',
      message: `${server.url}: the answer is larger than 16 MiB`,
    });
    server.fail(status(200, { bodyBytes: 15 * 2 ** 20 }));
    expect(outcome(await portal.lookup(ip, 'all'))).toBe('report');
  });

  test('redirects are told, not followed', async () => {
    const portal = await opened.open(server);
    const before = requests();
    server.fail({ what: { kind: 'redirect', to: '/login?next=x', status: 302 } });
    const result = failureOf(await portal.lookup(ip, 'all'));
    expect(result.failure).toBe('unexpected-answer');
    expect(result.message).toContain(`leads to ${server.url}/login?next=x`);
    expect(requests() - before).toBe(1);
  });

  test('a second try may succeed, after the pause that was asked for', async () => {
    const portal = await opened.open(server);
    const before = requests();
    server.fail(status(503));
    server.fail(status(429, { retryAfter: 1 }));
    expect(outcome(await portal.lookup(ip, 'all'))).toBe('report');
    const [, second, third] = server.requests.slice(before);
    expect(requests() - before).toBe(3);
    expect(third!.receivedAtMs - second!.receivedAtMs).toBeGreaterThanOrEqual(990);
  });

  test('a Retry-After that is too long ends it, and pauses the others', async () => {
    let nowMs = noonMs;
    const portal = await opened.open(server, { clock: () => nowMs });
    const before = requests();
    server.fail(status(503, { retryAfter: 120 }));
    expect(outcome(await portal.lookup(ip, 'all'))).toBe('server-fault');
    nowMs += 119_000;
    expect(failureOf(await portal.lookup(ip, 'all'))).toMatchObject({ failure: 'not-asked' });
    expect(requests() - before).toBe(1);
    nowMs += 1000;
    expect(outcome(await portal.lookup(ip, 'all'))).toBe('report');
  });

  test('after 401 nothing is asked until it is opened anew', async () => {
    const wrong = {
      username: 'tester@example.com',
      password: 'wrong',
      cert: server.clientCert.pemFile,
    };
    const portal = await opened.open(server, { credentials: wrong });
    const before = requests();
    const refused = failureOf(await portal.lookup(ip, 'all'));
    expect(refused).toMatchObject({ failure: 'unauthorised', status: 401 });
    expect(refused.hint).toContain('terms');
    const next = failureOf(await portal.lookup(object('ip', '192.0.2.2'), 'all'));
    expect(next).toMatchObject({ failure: 'not-asked', hint: refused.hint });
    expect(next.status).toBeUndefined();
    expect(requests() - before).toBe(1);
    const anew = await opened.open(server);
    expect(outcome(await anew.lookup(ip, 'all'))).toBe('report');
  });

  test('those that wait for their turn are not asked after 403 either', async () => {
    let nowMs = noonMs;
    const portal = await opened.open(server, { clock: () => nowMs, maxConcurrent: 1 });
    const before = requests();
    server.fail(status(403));
    const results = await Promise.all(
      ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map((value) =>
        portal.lookup(object('ip', value), 'all'),
      ),
    );
    expect(results.map(outcome)).toEqual(['quota-exceeded', 'not-asked', 'not-asked']);
    expect(requests() - before).toBe(1);
    nowMs += 15 * 60_000;
    expect(outcome(await portal.lookup(ip, 'all'))).toBe('report');
  });

  test('a token does without a certificate', async () => {
    const { token } = server.credentials;
    const portal = await opened.open(server, { credentials: { token } });
    expect(outcome(await portal.lookup(ip, 'all'))).toBe('report');
    expect(server.requests.at(-1)).toMatchObject({
      authorisedBy: 'token',
      certificateName: undefined,
    });
  });

  test('connections are kept, whatever the answer', async () => {
    const portal = await opened.open(server);
    const before = server.connections;
    for (const code of [400, 429, 503]) server.fail(status(code));
    expect(outcome(await portal.lookup(ip, 'all'))).toBe('bad-request');
    expect(outcome(await portal.lookup(ip, 'all'))).toBe('report');
    expect(outcome(await portal.lookup(object('ip', unknownValues.ip), 'all'))).toBe('no-data');
    expect(outcome(await portal.lookup(ip, ['Zone']))).toBe('report');
    // The pool opens a second one where a request comes in the very moment the first is set free.
    expect(server.connections - before).toBeLessThanOrEqual(2);
  });
});

withTls('answers of OpenTIP', () => {
  const opened = new Opened();
  let server: TestPortal;
  beforeAll(async () => {
    server = await startTestPortal({ openTip: true });
  }, 60_000);
  afterEach(() => opened.closeAll());
  afterAll(() => server.close());

  test('a report of all it has, whatever sections are named', async () => {
    const portal = await opened.open(server, { isOpenTip: true });
    const result = await portal.lookup(ip, ['Zone']);
    expect(result.kind === 'report' && result.report).toEqual(server.replyFor('ip', '192.0.2.1'));
    expect(server.requests.at(-1)).toMatchObject({
      rawPath: '/api/v1/search/ip',
      rawQuery: 'request=192.0.2.1',
      authorisedBy: 'token',
      isEncoded: true,
    });
  });

  test('a bare host is asked for as the domain it is', async () => {
    const portal = await opened.open(server, { isOpenTip: true });
    expect(outcome(await portal.lookup(object('url', 'http://a.example/'), 'all'))).toBe('report');
    expect(server.requests.at(-1)).toMatchObject({ kind: 'domain', value: 'a.example' });
    const value = 'http://a.example/b?c=d&e=100%#f';
    expect(outcome(await portal.lookup(object('url', value), 'all'))).toBe('report');
    expect(server.requests.at(-1)).toMatchObject({ kind: 'url', value, isEncoded: true });
  });

  test('an old token', async () => {
    const portal = await opened.open(server, { isOpenTip: true, credentials: { token: 'old' } });
    const result = failureOf(await portal.lookup(ip, 'all'));
    expect(result).toMatchObject({ failure: 'unauthorised', status: 401 });
    expect(result.hint).toContain('https://opentip.kaspersky.com/token');
  });
});
