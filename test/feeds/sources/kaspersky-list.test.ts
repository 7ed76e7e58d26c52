import { afterEach, describe, expect, test } from '@jest/globals';

import { listAvailableFeeds } from '../../../forwarder/feeds/sources/kaspersky-list.js';
import {
  isOfSameOwner,
  isUpdatesAddress,
} from '../../../forwarder/feeds/sources/kaspersky-update.js';
import { createAuthority, tlsObstacle } from '../../support/certificates.js';
import { failing, json } from '../../support/https-server.js';
import { access, faultOf, Setting } from '../../net/support/setting.js';

const setting = new Setting();
afterEach(() => setting.clean());

const list = [
  { name: 'Demo_IP_Reputation_Data_Feed', updates: { href: '/api/v1.0/feeds/3/updates' } },
  {
    name: 'Demo_Botnet_C&C_URL\u001b Data_Feed',
    updates: { href: 'https://feeds.example/api/v1.0/feeds/4/' },
  },
  { name: 'without updates' },
  'what is this',
  { name: '&&', updates: { href: '/api/v1.0/feeds/5' } },
];

describe('the feeds that a certificate allows', () => {
  test('are listed with their addresses', async () => {
    const server = await setting.server();
    server.on('/api/v1.0/feeds', json(list));
    const baseUrl = server.url('');
    expect(await listAvailableFeeds(access(), { baseUrl, clock: Date.now })).toEqual([
      {
        name: 'Demo_IP_Reputation_Data_Feed',
        title: 'Demo_IP_Reputation_Data_Feed',
        url: server.url('/api/v1.0/feeds/3/updates'),
      },
      {
        name: 'Demo_Botnet_CnC_URL_Data_Feed',
        title: 'Demo_Botnet_C&C_URL Data_Feed',
        url: 'https://feeds.example/api/v1.0/feeds/4/',
      },
    ]);
  });

  (tlsObstacle === undefined ? test : test.skip)('the certificate is shown', async () => {
    const authority = createAuthority('Feeds CA');
    const names = 'DNS:localhost,IP:127.0.0.1';
    const tls = authority.issue({ name: 'server', names });
    const { certFile: cert, keyFile: key } = authority.issue({ name: 'customer', names });
    const server = await setting.server({ tls, clientCa: authority.cert });
    server.on('/api/v1.0/feeds', json(list));
    const files = { ca: authority.certFile, cert, key };
    const options = { baseUrl: server.url(''), clock: Date.now };
    expect(await listAvailableFeeds(access({ tls: files }), options)).toHaveLength(2);
    expect(server.asked[0]?.client).toBe('customer');
    authority.remove();
  });

  (tlsObstacle === undefined ? test : test.skip)('none out of TLS', async () => {
    const authority = createAuthority('Feeds CA');
    const names = 'DNS:localhost,IP:127.0.0.1';
    const server = await setting.server({ tls: authority.issue({ name: 'server', names }) });
    const href = 'http://feeds.example/api/v1.0/feeds/6';
    server.on('/api/v1.0/feeds', json([...list, { name: 'plain', updates: { href } }]));
    const options = { baseUrl: server.url(''), clock: Date.now };
    const found = await listAvailableFeeds(access({ tls: { ca: authority.certFile } }), options);
    expect(found.map(({ url }) => url)).not.toContain(href);
    expect(found).toHaveLength(2);
    authority.remove();
  });

  test('a certificate that is not allowed, and an answer that is no list', async () => {
    const server = await setting.server();
    const options = { baseUrl: server.url(''), clock: Date.now };
    server.on('/api/v1.0/feeds', failing(403));
    expect((await faultOf(listAvailableFeeds(access(), options))).hint).toContain('certificate');
    server.on('/api/v1.0/feeds', json({ error: 'x' }));
    const fault = await faultOf(listAvailableFeeds(access(), options));
    expect(fault.message).toContain('no list of feeds');
  });
});

describe('addresses of the service', () => {
  test.each([
    ['https://wlinfo.kaspersky.com/api/v1.0/feeds/3/updates', true],
    ['https://wlinfo.kaspersky.com/api/v1.0/feeds', false],
    ['https://feeds.example/list.txt', false],
    ['no address', false],
  ])('%s is one of updates: %s', (address, isOne) => {
    expect(isUpdatesAddress(address)).toBe(isOne);
  });

  test.each([
    ['https://dl.kaspersky.com/x', 'https://wlinfo.kaspersky.com/', true],
    ['https://kaspersky.com.evil.example/x', 'https://wlinfo.kaspersky.com/', false],
    ['https://evilkaspersky.com/x', 'https://wlinfo.kaspersky.com/', false],
    ['http://dl.kaspersky.com/x', 'https://wlinfo.kaspersky.com/', false],
    ['https://other.com/x', 'https://feeds.com/', false],
    ['https://other.co.uk/x', 'https://feeds.co.uk/', false],
    ['https://other.github.io/x', 'https://feeds.github.io/', false],
    ['https://dl.feeds.co.uk/x', 'https://feeds.co.uk/', true],
    ['https://10.0.0.2/x', 'https://10.0.0.1/', false],
  ])('%s belongs to %s: %s', (url, home, isOne) => {
    expect(isOfSameOwner(new URL(url), new URL(home))).toBe(isOne);
  });
});
