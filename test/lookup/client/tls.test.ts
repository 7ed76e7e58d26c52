import { execFileSync } from 'node:child_process';
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
import { startOpenssl } from './openssl-server.js';
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
