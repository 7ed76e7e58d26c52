import { X509Certificate } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import type { PeerCertificate } from 'node:tls';

import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';

import { certificateFault } from '../../../dsm/console/http/tls-faults.js';
import { openConsole } from '../../../dsm/console/index.js';
import {
  createAuthority,
  tlsObstacle,
  type Authority,
  type KeyPair,
} from '../../support/certificates.js';
import { startWebServer } from '../../support/https-server.js';
import {
  asConsoleAuthority,
  errorOf,
  fast,
  startSmallConsole,
  token,
  type SmallConsole,
} from './client-support.js';

const withTls = tlsObstacle === undefined ? describe : describe.skip;

withTls("the console's certificate", () => {
  let authority: Authority;
  let stranger: Authority;
  let server: SmallConsole | undefined;
  beforeAll(() => {
    authority = asConsoleAuthority();
    stranger = createAuthority('stranger');
  });
  afterAll(() => {
    authority.remove();
    stranger.remove();
  });
  afterEach(() => server?.close());

  const start = async (pair: KeyPair): Promise<SmallConsole> =>
    (server = await startSmallConsole(authority, pair));
  const fingerprintOf = ({ cert }: KeyPair): string => new X509Certificate(cert).fingerprint256;

  test('of an authority nobody named is refused, and nothing was sent', async () => {
    const { open, asked } = await start(stranger.issue({ name: 'a', names: 'IP:127.0.0.1' }));
    for (const ca of [undefined, authority.cert.toString()]) {
      expect(await errorOf(open({ ca }))).toMatchObject({
        code: 'TF_CONFIG',
        message: expect.stringMatching(/authority .* is not known|signed by another authority/),
        hint: expect.stringMatching(/--ca FILE.* (?:[0-9A-F]{2}:){31}.*--fingerprint/),
      });
    }
    expect(asked).toHaveLength(0);
  });

  test('that is self-signed is refused with its fingerprint, and taken as authority or pinned', async () => {
    const { open, asked } = await start(stranger);
    const fingerprint = fingerprintOf(stranger);
    expect(await errorOf(open())).toMatchObject({
      code: 'TF_CONFIG',
      message: "the console's certificate is self-signed",
      hint: expect.stringContaining(fingerprint),
    });
    expect(asked).toHaveLength(0);
    expect((await open({ ca: undefined, fingerprint })).facts.certificate?.fingerprint).toBe(
      fingerprint,
    );
  });

  test.each([
    ['as it is printed', (text: string) => text],
    ['without colons, small', (text: string) => text.replaceAll(':', '').toLowerCase()],
    ['with its kind', (text: string) => `sha256:${text}`],
    ['as openssl prints it', (text: string) => `SHA256=${text}`],
  ])('a fingerprint is taken %s', async (_how, write) => {
    const { open } = await start(stranger);
    const client = await open({ ca: undefined, fingerprint: write(fingerprintOf(stranger)) });
    expect(client.facts.apiVersion).toBe('21.0');
  });

  test('that is not the pinned one is refused, though its authority is known, and nothing was sent', async () => {
    const { open, asked } = await start(authority.issue({ name: 'b', names: 'IP:127.0.0.1' }));
    const error = await errorOf(open({ fingerprint: fingerprintOf(stranger) }));
    expect(error).toMatchObject({
      code: 'TF_CONFIG',
      message: expect.stringMatching(/not the pinned one: .* ([0-9A-F]{2}:){31}/),
      hint: expect.stringContaining('--fingerprint'),
    });
    expect(asked).toHaveLength(0);
  });

  test('that ran out is refused, unless it is pinned', async () => {
    const expired = authority.issue({ name: 'c', names: 'IP:127.0.0.1', isExpired: true });
    const { open, asked } = await start(expired);
    expect(await errorOf(open())).toMatchObject({
      code: 'TF_CONFIG',
      message: expect.stringContaining('expired on'),
    });
    expect(asked).toHaveLength(0);
    const { facts } = await open({ fingerprint: fingerprintOf(expired) });
    expect(Date.parse(facts.certificate?.validTo ?? '')).toBeLessThan(Date.now());
  });

  test('of another name is refused', async () => {
    const { open, asked } = await start(authority.issue({ name: 'd', names: 'DNS:jsa.example' }));
    expect(await errorOf(open())).toMatchObject({
      code: 'TF_CONFIG',
      message: `the console's certificate is not for "127.0.0.1" but for DNS:jsa.example`,
    });
    expect(asked).toHaveLength(0);
  });

  test('that begins tomorrow, or is wrong in ways we have no words for, is told', () => {
    const certificate = { valid_from: 'tomorrow', subject: {} } as unknown as PeerCertificate;
    const told = (code: string) => certificateFault(code, certificate, 'host', 'where').message;
    expect(told('CERT_NOT_YET_VALID')).toContain('not valid before tomorrow');
    expect(told('CRL_NOT_YET_VALID')).toContain('CRL_NOT_YET_VALID');
    expect(told('ERR_TLS_CERT_ALTNAME_INVALID')).toContain('no name at all');
  });

  test('is missed where no TLS is spoken', async () => {
    const plain = await startWebServer();
    const url = plain.url('').replace('http:', 'https:');
    const error = await errorOf(openConsole({ url, token, ...fast }));
    await plain.close();
    expect(error).toMatchObject({
      code: 'TF_CONFIG',
      message: 'the console does not speak TLS on this port',
    });
    expect(plain.asked).toHaveLength(0);
  });

  test('is waited for no longer than the limit, nor than it is wanted', async () => {
    const mute = createServer();
    await new Promise<void>((done) => mute.listen(0, '127.0.0.1', done));
    const { port } = mute.address() as AddressInfo;
    const url = `https://127.0.0.1:${port}`;
    const error = await errorOf(openConsole({ url, token, timeoutMs: 100, attempts: 1 }));
    expect(error).toMatchObject({ code: 'TF_PEER_UNAVAILABLE', retryable: true });
    const stop = new AbortController();
    mute.once('connection', () => {
      stop.abort();
    });
    const { signal } = stop;
    const stopped = await errorOf(openConsole({ url, token, timeoutMs: 600_000, signal }));
    mute.close();
    expect(stopped.message).toContain('stopped');
  });
});
