import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';

import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';

import { ServiceError } from '../../../forwarder/core/index.js';
import type { PortalOptions } from '../../../forwarder/lookup/index.js';
import { startTestPortal } from '../../portal/start-test-portal.js';
import type { TestPortal } from '../../portal/test-portal.js';
import { createAuthority, tlsObstacle } from '../../support/certificates.js';
import { failureOf, ip, Opened, outcome } from './support.js';

const withTls = tlsObstacle === undefined ? describe : describe.skip;

withTls('certificates', () => {
  const opened = new Opened();
  let server: TestPortal;
  let strict: TestPortal;
  let expired: TestPortal;
  let folder: string;
  beforeAll(async () => {
    [server, strict, expired] = await Promise.all([
      startTestPortal(),
      startTestPortal({ demandsCertificate: 'tls' }),
      startTestPortal({ isCertificateExpired: true }),
    ]);
    folder = mkdtempSync(join(tmpdir(), 'tf-portal-tls-'));
  }, 60_000);
  afterEach(() => opened.closeAll());
  afterAll(async () => {
    await Promise.all([server.close(), strict.close(), expired.close()]);
    rmSync(folder, { recursive: true });
  });

  /** What openPortal throws. */
  async function thrown(options: Partial<PortalOptions>): Promise<ServiceError> {
    try {
      await opened.open(server, options);
    } catch (error) {
      if (error instanceof ServiceError) return error;
      throw error;
    }
    throw new Error('nothing was thrown');
  }

  test.each(['pemFile', 'encryptedPemFile', 'p12File'] as const)('ours: %s', async (file) => {
    const { token } = strict.credentials;
    const { passphrase, [file]: cert } = strict.clientCert;
    const portal = await opened.open(strict, { credentials: { token, cert, passphrase } });
    expect(outcome(await portal.lookup(ip, 'all'))).toBe('report');
    expect(strict.requests.at(-1)?.certificateName).toBe('client');
  });

  test('of PKCS #12 in capitals', async () => {
    const { username, password } = server.credentials;
    const { passphrase, p12File } = server.clientCert;
    const cert = join(folder, 'CLIENT.PFX');
    copyFileSync(p12File, cert);
    const portal = await opened.open(server, {
      credentials: { username, password, cert, passphrase },
    });
    expect(outcome(await portal.lookup(ip, 'all'))).toBe('report');
  });

  test.each([
    ['none, where one is demanded', false, 'demands a client certificate'],
    ['one of another authority', true, 'refused our client certificate'],
  ])(
    '%s, and told so',
    async (_title, isStranger, message) => {
      const { wrongClientCert, caFile, credentials } = server;
      const cert = isStranger ? wrongClientCert.pemFile : undefined;
      const peer = await startOpenssl(caFile);
      try {
        const { token } = credentials;
        const url = `https://127.0.0.1:${peer.port}`;
        const portal = await opened.open(server, {
          url,
          ca: peer.caFile,
          credentials: { token, cert },
        });
        const result = failureOf(await portal.lookup(ip, 'all'));
        expect(result).toMatchObject({ failure: 'tls' });
        expect(result.message).toContain(message);
        expect(result.hint).toContain('lookup.cert');
      } finally {
        await opened.closeAll();
        await peer.close();
      }
    },
    60_000,
  );

  test.each([
    ['none', undefined],
    ['one of another authority', 'wrongClientCert'],
  ] as const)('%s, and told by a closed connection only', async (_title, which) => {
    const { token } = strict.credentials;
    const cert = which === undefined ? undefined : strict[which].pemFile;
    const portal = await opened.open(strict, { credentials: { token, cert } });
    const before = strict.requests.length;
    const result = failureOf(await portal.lookup(ip, 'all'));
    expect(['tls', 'unreachable']).toContain(result.failure);
    expect(result.hint).toContain('lookup.cert');
    expect(strict.requests.length).toBe(before);
  });

  test('theirs, expired', async () => {
    const portal = await opened.open(expired);
    const result = failureOf(await portal.lookup(ip, 'all'));
    expect(result).toMatchObject({ failure: 'tls' });
    expect(result.message).toBe(`${expired.url}: the server's certificate has expired`);
    expect(result.hint).toContain('clock');
    expect(expired.requests).toHaveLength(0);
  });

  test('theirs, of an unknown authority', async () => {
    const portal = await opened.open(server, { ca: strict.caFile });
    const before = server.requests.length;
    const result = failureOf(await portal.lookup(ip, 'all'));
    expect(result).toMatchObject({ failure: 'tls' });
    expect(result.hint).toContain('lookup.ca');
    expect(server.requests.length).toBe(before);
  });

  test('theirs, for another name', async () => {
    const url = server.url.replace('127.0.0.1', '127.0.0.2');
    const portal = await opened.open(server, { url });
    const result = failureOf(await portal.lookup(ip, 'all'));
    // Where 127.0.0.2 is no address of this machine, nobody is there.
    if (result.failure === 'unreachable') return;
    expect(result).toMatchObject({ failure: 'tls' });
    expect(result.message).toContain('is not for "127.0.0.2"');
    expect(result.hint).toContain('lookup.url');
  });

  test('no TLS at that port', async () => {
    const plain = createServer((socket) => {
      socket.on('error', () => undefined).resume();
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    await new Promise<void>((done) => plain.listen(0, '127.0.0.1', done));
    const { port } = plain.address() as AddressInfo;
    const portal = await opened.open(server, { url: `https://127.0.0.1:${port}` });
    const result = failureOf(await portal.lookup(ip, 'all'));
    await new Promise((done) => plain.close(done));
    expect(result).toMatchObject({ failure: 'tls' });
    expect(result.hint).toContain('lookup.url');
  });

  test('ours, expired: it is not opened', async () => {
    const authority = createAuthority('old');
    const old = authority.issue({ name: 'old', names: 'DNS:old', isExpired: true });
    const cert = join(folder, 'old.pem');
    writeFileSync(cert, Buffer.concat([old.cert, old.key]));
    authority.remove();
    const error = await thrown({ credentials: { token: 'x', cert } });
    expect(error).toMatchObject({ code: 'TF_CONFIG', where: 'lookup.cert' });
    expect(error.message).toContain('expired');
  });

  test('a .p12 that cannot be opened: how it is made PEM', async () => {
    const { p12File } = server.clientCert;
    const cert = join(folder, "it's mine.p12");
    copyFileSync(p12File, cert);
    const error = await thrown({ credentials: { token: 'x', cert, passphrase: 'wrong-word' } });
    expect(error).toMatchObject({ code: 'TF_CONFIG', where: 'lookup.cert' });
    expect(error.hint).toContain('correct lookup.passphrase');
    const line = /openssl pkcs12 -legacy -in .* -out tip\.pem -nodes/.exec(error.hint ?? '')?.[0];
    expect(line).toBeDefined();
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('wrong-word');
    // The line does what it says, but for the older openssl that knows no -legacy.
    const asWritten = `${line} -passin 'pass:${server.clientCert.passphrase}'`;
    try {
      execFileSync('sh', ['-c', asWritten], { cwd: folder, stdio: 'pipe' });
    } catch (fault) {
      const { stderr } = fault as { readonly stderr: Buffer };
      expect(stderr.toString()).toMatch(/legacy/i);
      return;
    }
    const { username, password } = server.credentials;
    const pem = join(folder, 'tip.pem');
    chmodSync(pem, 0o600);
    const portal = await opened.open(server, { credentials: { username, password, cert: pem } });
    expect(outcome(await portal.lookup(ip, 'all'))).toBe('report');
  });

  test.each([
    [
      'no such certificate',
      { credentials: { token: 'x', cert: '/nowhere/tip.pem' } },
      'lookup.cert',
    ],
    ['no such .p12', { credentials: { token: 'x', cert: '/nowhere/tip.p12' } }, 'lookup.cert'],
    ['no such authorities', { ca: '/nowhere/ca.pem' }, 'lookup.ca'],
    ['http://', { url: 'http://127.0.0.1' }, 'lookup.url'],
    ['no address', { url: 'tip' }, 'lookup.url'],
    ['a password in the address', { url: 'https://user:word@127.0.0.1' }, 'lookup.url'],
    ['no credentials', { credentials: {} }, 'lookup'],
    ['no password', { credentials: { username: 'x' } }, 'lookup'],
    ['a token of two lines', { credentials: { token: 'secret\r\nx: y' } }, 'lookup.token'],
    ['no proxy', { proxy: 'secret-word' }, 'proxy'],
  ] as const)('%s: it is not opened', async (_title, options, where) => {
    const error = await thrown(options);
    expect(error).toMatchObject({ code: 'TF_CONFIG', where });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/secret|user:word/);
  });
});

/** A server of openssl's, which says in TLS what it does not like: it wants a certificate of an authority. */
async function startOpenssl(clientCa: string): Promise<{
  readonly port: number;
  readonly caFile: string;
  close(): Promise<void>;
}> {
  const authority = createAuthority('openssl');
  const { certFile, keyFile } = authority.issue({ name: 'server', names: 'IP:127.0.0.1' });
  const files = ['-cert', certFile, '-key', keyFile, '-CAfile', clientCa];
  const strictly = ['-Verify', '1', '-verify_return_error', '-www'];
  const server = spawn('openssl', ['s_server', '-accept', '127.0.0.1:0', ...files, ...strictly], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(server, 'exit');
  let said = '';
  let port: number | undefined;
  for await (const chunk of server.stdout as AsyncIterable<Buffer>) {
    said += chunk.toString();
    port = Number(/ACCEPT \S*:(\d+)/.exec(said)?.[1]);
    if (port > 0) break;
  }
  if (port === undefined || !(port > 0)) throw new Error(`openssl does not listen: ${said}`);
  return {
    port,
    caFile: authority.certFile,
    close: async () => {
      server.kill();
      await ended;
      authority.remove();
    },
  };
}

withTls('the address', () => {
  const opened = new Opened();
  let server: TestPortal;
  beforeAll(async () => {
    server = await startTestPortal();
  }, 60_000);
  afterAll(() => server.close());
  afterEach(() => opened.closeAll());

  test.each(['', '/', '/api', '/api/', '/?a=b#c'])('may end with %j', async (end) => {
    const portal = await opened.open(server, { url: `${server.url}${end}` });
    expect(portal.address).toBe(server.url);
    expect(outcome(await portal.lookup(ip, 'all'))).toBe('report');
  });

  test('may have a path before the API', async () => {
    const portal = await opened.open(server, { url: `${server.url}/gateway/` });
    expect(portal.address).toBe(`${server.url}/gateway`);
    await portal.lookup(ip, 'all');
    expect(server.requests.at(-1)?.rawPath).toBe('/gateway/api/ip/192.0.2.1');
  });

  test('secrets are seen nowhere', async () => {
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
