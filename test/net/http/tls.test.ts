import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

import { askedFeed } from '../../../forwarder/feeds/sources/asked-feed.js';
import { openHttpClient, readJson, type Access } from '../../../forwarder/net/index.js';
import { createAuthority, tlsObstacle } from '../../support/certificates.js';
import { json, redirect, type WebServer } from '../../support/https-server.js';
import { access, faultOf, Setting } from '../support/setting.js';

const setting = new Setting();
afterEach(() => setting.clean());

async function get(url: string, more: Partial<Access>): Promise<unknown> {
  const client = await openHttpClient(url, access(more), { what: askedFeed, clock: Date.now });
  try {
    return await client.ask({ url }, (answer) => readJson(answer, 1000));
  } finally {
    await client.close();
  }
}

if (tlsObstacle !== undefined) {
  describe.skip(`feeds over TLS (${tlsObstacle})`, () => {
    test('the whole suite', () => undefined);
  });
} else {
  describeTls();
}

function describeTls(): void {
  const authority = createAuthority('Feeds CA');
  const stranger = createAuthority('Strange CA');
  const names = 'DNS:localhost,IP:127.0.0.1';
  const good = authority.issue({ name: 'good', names });
  const named = authority.issue({ name: 'named', names: 'DNS:feeds.example' });
  const expired = authority.issue({ name: 'expired', names, isExpired: true });
  const client = authority.issue({ name: 'client', names: 'DNS:forwarder' });
  const other = stranger.issue({ name: 'other', names: 'DNS:forwarder' });
  const ca = authority.certFile;

  /** One file with certificate and key, as a supplier of feeds sends it. */
  const inOneFile = (one: typeof client): string => {
    const file = join(setting.folder(), 'feeds.pem');
    writeFileSync(file, Buffer.concat([one.cert, one.key]));
    return file;
  };

  afterAll(() => {
    authority.remove();
    stranger.remove();
  });

  async function serving(tls = good, clientCa?: Buffer): Promise<WebServer> {
    const server = await setting.server({ tls, ...(clientCa === undefined ? {} : { clientCa }) });
    server.on('/feed', json(['evil.example']));
    return server;
  }

  describe('feeds over TLS', () => {
    test('with an authority of their own', async () => {
      const server = await serving();
      expect(await get(server.url('/feed'), { tls: { ca } })).toEqual(['evil.example']);
    });

    test.each([
      ['holds none', () => Buffer.from('no certificate\n')],
      ['holds a key', () => client.key],
      ['is no PEM', () => new X509Certificate(authority.cert).raw],
    ])('with a file of authorities that %s', async (_title, content) => {
      const server = await serving();
      const empty = join(setting.folder(), 'ca.pem');
      writeFileSync(empty, content());
      const fault = await faultOf(get(server.url('/feed'), { tls: { ca: empty } }));
      expect(fault.code).toBe('TF_CONFIG');
      expect(fault.hint).toContain('tls.ca');
    });

    test.each([
      ['certificate and key in one file', () => ({ cert: inOneFile(client) })],
      ['each in a file', () => ({ cert: client.certFile, key: client.keyFile })],
    ])('with a client certificate: %s', async (_title, files) => {
      const server = await serving(good, authority.cert);
      expect(await get(server.url('/feed'), { tls: { ca, ...files() } })).toEqual(['evil.example']);
      expect(server.asked[0]?.client).toBe('client');
    });

    test('with a key that a pass-phrase opens', async () => {
      const server = await serving(good, authority.cert);
      const key = join(setting.folder(), 'locked.key');
      execFileSync('openssl', [
        ...['pkey', '-in', client.keyFile, '-aes256', '-passout', 'pass:opens-it', '-out', key],
      ]);
      const tls = { ca, cert: client.certFile, key };
      expect(await get(server.url('/feed'), { tls: { ...tls, passphrase: 'opens-it' } })).toEqual([
        'evil.example',
      ]);
      const fault = await faultOf(
        get(server.url('/feed'), { tls: { ...tls, passphrase: 'wrong' } }),
      );
      expect(fault.code).toBe('TF_CONFIG');
      expect(fault.hint).toContain('tls.passphrase');
    });

    test('a server that demands a certificate, and gets none', async () => {
      const server = await serving(good, authority.cert);
      const fault = await faultOf(get(server.url('/feed'), { tls: { ca } }));
      expect(fault.hint).toContain('tls.cert');
      expect(`${fault.message} ${fault.hint}`).toMatch(/demands? a client certificate/);
      expect(server.asked).toEqual([]);
    });

    test('a server that does not accept the certificate', async () => {
      const server = await serving(good, authority.cert);
      const fault = await faultOf(
        get(server.url('/feed'), { tls: { ca, cert: inOneFile(other) } }),
      );
      expect(fault.hint).toMatch(/tls\.cert/);
      expect(server.asked).toEqual([]);
    });

    test('a certificate that nobody vouches for', async () => {
      const fault = await faultOf(get((await serving()).url('/feed'), {}));
      expect(fault).toMatchObject({ code: 'TF_FEED', retryable: false });
      expect(fault.message).toMatch(/authority of the server's certificate is not known/);
      expect(fault.hint).toContain('tls.ca');
    });

    test('a self-signed certificate', async () => {
      const fault = await faultOf(get((await serving(authority)).url('/feed'), {}));
      expect(fault.message).toBe("the server's certificate is self-signed");
    });

    test('a certificate for another name', async () => {
      const fault = await faultOf(get((await serving(named)).url('/feed'), { tls: { ca } }));
      expect(fault.message).toBe(
        'the server\'s certificate is not for "127.0.0.1" but for DNS:feeds.example',
      );
    });

    test('a certificate that has expired', async () => {
      const fault = await faultOf(get((await serving(expired)).url('/feed'), { tls: { ca } }));
      expect(fault.message).toBe("the server's certificate has expired");
    });

    test('our own certificate that has expired is told before anyone is asked', async () => {
      const server = await serving(good, authority.cert);
      const fault = await faultOf(
        get(server.url('/feed'), { tls: { ca, cert: inOneFile(expired) } }),
      );
      expect(fault.message).toMatch(/^the certificate .*feeds\.pem expired on /);
      expect(fault.code).toBe('TF_CONFIG');
    });

    test('a file that is none, or not there', async () => {
      const url = (await serving()).url('/feed');
      const missing = await faultOf(get(url, { tls: { cert: '/nowhere/feeds.pem' } }));
      expect(missing.message).toContain('cannot read /nowhere/feeds.pem');
      expect(missing.hint).toContain('tls.cert');
      const noKey = await faultOf(get(url, { tls: { ca, cert: client.certFile } }));
      expect(noKey.code).toBe('TF_CONFIG');
      const foreignKey = { ca, cert: client.certFile, key: good.keyFile };
      expect((await faultOf(get(url, { tls: foreignKey }))).code).toBe('TF_CONFIG');
    });

    test('a port that speaks no TLS', async () => {
      const plain = await setting.server();
      const fault = await faultOf(get(plain.url('/feed').replace('http:', 'https:'), {}));
      expect(fault.message).toBe('the server does not speak TLS on this port');
    });

    test('a TLS port asked without TLS', async () => {
      const server = await serving();
      const fault = await faultOf(get(server.url('/feed').replace('https:', 'http:'), {}));
      expect(fault.code).toBe('TF_PEER_UNAVAILABLE');
    });

    test('a port that speaks something else', async () => {
      const greeter = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.end('220 mail.example ESMTP\r\n');
      });
      await new Promise<void>((done) => greeter.listen(0, '127.0.0.1', done));
      const { port } = greeter.address() as AddressInfo;
      const fault = await faultOf(get(`http://127.0.0.1:${port}/feed`, {}));
      greeter.close();
      expect(fault.message).toBe('the server does not speak HTTP');
    });

    test('a redirect out of TLS is refused', async () => {
      const [server, plain] = [await serving(), await setting.server()];
      server.on('/feed', redirect(plain.url('/feed')));
      const fault = await faultOf(get(server.url('/feed'), { tls: { ca } }));
      expect(fault.message).toBe(`the server redirects out of TLS, to ${plain.url('/feed')}`);
      expect(plain.asked).toEqual([]);
    });

    test('a redirect to another origin does not show the certificate there', async () => {
      const home = await serving(good, authority.cert);
      const demanding = await serving(good, authority.cert);
      home.on('/feed', redirect(demanding.url('/feed')));
      const tls = { ca, cert: inOneFile(client) };
      await faultOf(get(home.url('/feed'), { tls }));
      expect(home.asked).not.toEqual([]);
      expect(demanding.asked).toEqual([]);
    });
  });

  describe('feeds over TLS by a proxy', () => {
    test('with a client certificate, and credentials of the proxy', async () => {
      const server = await serving(good, authority.cert);
      const proxy = await setting.proxy('soc:p@ss');
      const tls = { ca, cert: inOneFile(client) };
      const address = `http://soc:p%40ss@127.0.0.1:${proxy.port}`;
      expect(await get(server.url('/feed'), { tls, proxy: address })).toEqual(['evil.example']);
      expect(proxy.passed).toEqual([`CONNECT 127.0.0.1:${server.port}`]);
      expect(server.asked[0]?.client).toBe('client');
      expect(server.asked[0]?.headers['proxy-authorization']).toBeUndefined();
    });

    test('that the environment names', async () => {
      const before = process.env['https_proxy'];
      const server = await serving(good, authority.cert);
      const proxy = await setting.proxy();
      process.env['https_proxy'] = `http://127.0.0.1:${proxy.port}`;
      const tls = { ca, cert: inOneFile(client) };
      const answer = await get(server.url('/feed'), { tls, proxy: undefined });
      if (before === undefined) delete process.env['https_proxy'];
      else process.env['https_proxy'] = before;
      expect(answer).toEqual(['evil.example']);
      expect(proxy.passed).toHaveLength(1);
      expect(server.asked[0]?.client).toBe('client');
    });

    test('that wants to know who asks', async () => {
      const server = await serving();
      const proxy = await setting.proxy('soc:secret');
      const fault = await faultOf(
        get(server.url('/feed'), {
          tls: { ca },
          proxy: `http://soc:wrong@127.0.0.1:${proxy.port}`,
        }),
      );
      expect(fault.message).toBe('the proxy wants to know who asks (HTTP 407)');
      expect(JSON.stringify([fault.message, fault.hint, fault.where])).not.toContain('wrong');
    });

    test('that does not reach the server', async () => {
      const proxy = await setting.proxy();
      const server = await serving();
      const url = server.url('/feed');
      await server.close();
      const fault = await faultOf(get(url, { proxy: `http://127.0.0.1:${proxy.port}` }));
      expect(fault.message).toBe('the proxy does not connect (HTTP 502)');
    });

    test('whose certificate of the server is still checked', async () => {
      const server = await serving(expired);
      const proxy = await setting.proxy();
      const fault = await faultOf(
        get(server.url('/feed'), { tls: { ca }, proxy: `http://127.0.0.1:${proxy.port}` }),
      );
      expect(fault.message).toBe("the server's certificate has expired");
    });

    test('and for another name as well', async () => {
      const server = await serving(named);
      const proxy = await setting.proxy();
      const fault = await faultOf(
        get(server.url('/feed'), { tls: { ca }, proxy: `http://127.0.0.1:${proxy.port}` }),
      );
      expect(fault.message).toContain('but for DNS:feeds.example');
    });
  });
}
