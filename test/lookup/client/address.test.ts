import { inspect } from 'node:util';

import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';

import { startTestPortal } from '../../portal/start-test-portal.js';
import type { TestPortal } from '../../portal/test-portal.js';
import { tlsObstacle } from '../../support/certificates.js';
import { ip, Opened, outcome } from './support.js';

const withTls = tlsObstacle === undefined ? describe : describe.skip;

withTls('the portal that was opened', () => {
  const opened = new Opened();
  let server: TestPortal;
  beforeAll(async () => {
    server = await startTestPortal();
  }, 60_000);
  afterAll(() => server.close());
  afterEach(() => opened.closeAll());

  test.each(['', '/', '/api', '/api/', '/?a=b#c'])('its address may end with %j', async (end) => {
    const portal = await opened.open(server, { url: `${server.url}${end}` });
    expect(portal.address).toBe(server.url);
    expect(outcome(await portal.lookup(ip, 'all'))).toBe('report');
  });

  test('its address may have a path before the API', async () => {
    const portal = await opened.open(server, { url: `${server.url}/gateway/` });
    expect(portal.address).toBe(`${server.url}/gateway`);
    await portal.lookup(ip, 'all');
    expect(server.requests.at(-1)?.rawPath).toBe('/gateway/api/ip/192.0.2.1');
  });

  test('its secrets are seen nowhere', async () => {
    const { username, password } = server.credentials;
    const { encryptedPemFile: cert, passphrase } = server.clientCert;
    const proxy = `http://proxy-user:proxy-word@127.0.0.1:1`;
    const credentials = { username, password, cert, passphrase };
    const portal = await opened.open(server, { credentials });
    const away = await opened.open(server, { credentials, proxy });
    const results = [await portal.lookup(ip, 'all'), await away.lookup(ip, 'all')];
    for (const status of [401, 400, 500]) {
      server.fail({ times: status === 500 ? 3 : 1, what: { kind: 'answer', status } });
      const another = await opened.open(server, { credentials });
      results.push(await another.lookup(ip, 'all'));
    }
    expect(results.map(outcome)).toEqual([
      'report',
      'unreachable',
      'unauthorised',
      'bad-request',
      'server-fault',
    ]);
    const all =
      inspect([portal, away, results], { depth: 20, showHidden: true }) +
      JSON.stringify([portal, results]);
    const basic = Buffer.from(`${username}:${password}`).toString('base64');
    for (const secret of [password, passphrase, basic, 'proxy-word', 'PRIVATE KEY']) {
      expect(all).not.toContain(secret);
    }
  });
});
