import { readFileSync } from 'node:fs';

import { afterEach, describe, expect, it, jest } from '@jest/globals';

import { tlsObstacle } from '../support/certificates.js';
import { sectionNames, unknownValues } from './replies/index.js';
import { startTestPortal } from './start-test-portal.js';
import { ask, certificate } from './support.js';
import type { TestPortal, TestPortalOptions } from './test-portal.js';

const describeTls = tlsObstacle === undefined ? describe : describe.skip;
const url = (value: string): string => `/api/url/${encodeURIComponent(value)}`;

// Starting one starts openssl a dozen times.
jest.setTimeout(60_000);

let portal: TestPortal;
async function start(options: TestPortalOptions = {}): Promise<void> {
  portal = await startTestPortal(options);
}
afterEach(() => portal.close());

describeTls('who may ask', () => {
  it('takes certificate with name and password, or a token alone; 401 for all else', async () => {
    await start();
    const wrong = certificate(portal.wrongClientCert.pemFile);
    const { username } = portal.credentials;
    const statuses = [
      await ask(portal, '/api/domain/a.example'),
      await ask(portal, '/api/domain/a.example', { as: 'token' }),
      await ask(portal, '/api/domain/a.example', { cert: undefined, key: undefined }),
      await ask(portal, '/api/domain/a.example', wrong),
      await ask(portal, '/api/domain/a.example', { auth: `${username}:wrong` }),
      await ask(portal, '/api/domain/a.example', { as: 'api-key' }),
      await ask(portal, '/api/domain/a.example', { as: 'nobody' }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([200, 200, 401, 401, 401, 401, 401]);
    expect(portal.requests.map(({ authorisedBy }) => authorisedBy)).toEqual([
      ...['basic', 'token'],
      ...Array.from({ length: 5 }, () => undefined),
    ]);
    expect(portal.requests.map(({ certificateName }) => certificateName)).toEqual([
      ...['client', undefined, undefined, 'stranger', 'client', undefined, undefined],
    ]);
    expect(JSON.stringify(portal.requests)).not.toContain(portal.credentials.token);
    expect(portal.dayRequests).toBe(2);
  });

  it('ends the handshake without a certificate of its authority where it is to', async () => {
    await start({ demandsCertificate: 'tls' });
    await expect(ask(portal, '/api/ip/192.0.2.1', { as: 'token' })).rejects.toThrow();
    const wrong = certificate(portal.wrongClientCert.pemFile);
    await expect(ask(portal, '/api/ip/192.0.2.1', wrong)).rejects.toThrow();
    expect(portal.requests).toHaveLength(0);
    const { p12File, encryptedPemFile, passphrase } = portal.clientCert;
    const pem = readFileSync(encryptedPemFile);
    for (const given of [
      { pfx: readFileSync(p12File), passphrase },
      { cert: pem, key: pem, passphrase },
    ]) {
      const { auth } = basic();
      const { status } = await ask(portal, '/api/ip/192.0.2.1', { as: 'nobody', auth, ...given });
      expect(status).toBe(200);
    }
  });

  it('asks for no certificate where it is not to, and shows an expired one where it is to', async () => {
    await start({ demandsCertificate: 'none', isCertificateExpired: true });
    await expect(ask(portal, '/api/ip/192.0.2.1')).rejects.toMatchObject({
      code: 'CERT_HAS_EXPIRED',
    });
    const { status } = await ask(portal, '/api/ip/192.0.2.1', {
      ...{ as: 'nobody', ...basic(), rejectUnauthorized: false },
    });
    expect(status).toBe(200);
  });
});

describeTls('what it answers', () => {
  it('gives the whole reply, the sections asked for, as many rows as asked for', async () => {
    await start({ quota: 9 });
    const md5 = 'FEAF2058298C1E174C2B79AFFC7CF4DF';
    const whole = await ask(portal, `/api/hash/${md5}`);
    expect(whole.json).toEqual(portal.replyFor('hash', md5));
    expect(Object.keys(whole.json ?? {})).toEqual(sectionNames('hash'));
    expect(whole.json?.['LicenseInfo']).toMatchObject({ DayRequests: 1, DayQuota: 9 });
    const some = await ask(portal, `/api/hash/${md5}?sections=FileNames,Zone&count=2`);
    const all = portal.replyFor('hash', md5)?.['FileNames'] as readonly unknown[];
    expect(all.length).toBeGreaterThan(2);
    expect(some.json).toEqual({ Zone: whole.json?.['Zone'], FileNames: all.slice(0, 2) });
  });

  it('refuses what is wrong with the status of its own', async () => {
    await start();
    const statusOf = async (path: string): Promise<number> => (await ask(portal, path)).status;
    expect(await statusOf('/api/ip/192.0.2.1?sections=zone')).toBe(400);
    expect(await statusOf('/api/ip/192.0.2.1?sections=UrlReferrals')).toBe(400);
    expect(await statusOf('/api/ip/192.0.2.1?Sections=Zone')).toBe(400);
    expect(await statusOf('/api/ip/192.0.2.1?count=0')).toBe(400);
    expect(await statusOf('/api/ip/192.0.2')).toBe(400);
    expect(await statusOf('/api/file/192.0.2.1')).toBe(404);
    const host = 'http://a.example/';
    expect(await statusOf(url(host.padEnd(2000, 'é')))).toBe(200);
    expect(await statusOf(url(host.padEnd(2001, 'x')))).toBe(414);
    for (const [kind, value] of Object.entries(unknownValues)) {
      expect(await statusOf(`/api/${kind}/${encodeURIComponent(value)}`)).toBe(404);
      expect(portal.replyFor(kind as 'ip', value)).toBeUndefined();
    }
  });

  it('shows whether the value came percent-encoded', async () => {
    await start();
    const value = 'http://a.example/b?c=d&e=%2F#f';
    expect((await ask(portal, url(value))).status).toBe(200);
    expect((await ask(portal, '/api/url/http://a.example/b')).status).toBe(400);
    expect((await ask(portal, '/api/ip/2001:db8::1')).status).toBe(200);
    expect(
      portal.requests.map(({ kind, value, isEncoded }) => ({ kind, value, isEncoded })),
    ).toEqual([
      { kind: 'url', value, isEncoded: true },
      { kind: 'url', value: 'http://a.example/b', isEncoded: false },
      { kind: 'ip', value: '2001:db8::1', isEncoded: true },
    ]);
  });

  it('refuses what is over the quota', async () => {
    await start({ quota: 2 });
    const statuses = [];
    for (const value of ['192.0.2.1', '192.0.2', unknownValues.ip, '192.0.2.1']) {
      statuses.push((await ask(portal, `/api/ip/${value}`)).status);
    }
    expect(statuses).toEqual([200, 400, 404, 403]);
  });

  it('is an OpenTIP: key, parameter, no LicenseInfo, no nulls', async () => {
    await start({ openTip: true, tokens: ['first', 'second'], quota: 2 });
    const search = (kind: string, value: string, token = 'second') =>
      ask(portal, `/api/v1/search/${kind}?request=${encodeURIComponent(value)}`, {
        ...{ as: 'nobody', headers: { 'x-api-key': token } },
      });
    expect((await search('ip', '192.0.2.1', 'third')).status).toBe(401);
    const found = await search('ip', '192.0.2.1');
    expect(found.json).toEqual(portal.replyFor('ip', '192.0.2.1'));
    expect(found.text).not.toMatch(/null|\[\]|LicenseInfo/);
    expect((await search('url', 'http://a.example')).status).toBe(400);
    expect((await search('domain', unknownValues.domain)).status).toBe(404);
    expect((await search('ip', '192.0.2.1')).status).toBe(403);
    expect(portal.requests[0]).toMatchObject({ kind: 'ip', value: '192.0.2.1', isEncoded: true });
  });
});

function basic(): { readonly auth: string } {
  return { auth: `${portal.credentials.username}:${portal.credentials.password}` };
}
