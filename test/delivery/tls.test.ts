import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer, connect as connectPlain } from 'node:net';
import type { AddressInfo } from 'node:net';

import { afterAll, afterEach, describe, expect, test } from '@jest/globals';

import { ServiceError } from '../../forwarder/core/index.js';
import { checkCollector } from '../../forwarder/delivery/collector-options.js';
import { probeCollector } from '../../forwarder/delivery/index.js';
import type { CollectorOptions } from '../../forwarder/delivery/index.js';
import { createTransport } from '../../forwarder/delivery/transports/index.js';
import { createAuthority, whyNoCertificates } from '../support/certificates.js';
import { startFakeCollector } from '../faults/fake-collector.js';
import type { FakeCollector } from '../faults/fake-collector.js';
import { messagesOf, numbersOf } from '../faults/messages.js';

const settings = {
  identifier: 'KL_Threat_Feed_Service_V2',
  facility: 16,
  severity: 6,
  connectTimeoutMs: 2000,
  stallTimeoutMs: 2000,
};
const never = new AbortController().signal;
const noCertificates = whyNoCertificates();

/** All certificates of the matrix, made once. */
function prepare() {
  const ca = createAuthority('Good CA');
  const otherCa = createAuthority('other-ca');
  return {
    ca,
    otherCa,
    good: ca.issue({ name: 'good', names: 'DNS:localhost,IP:127.0.0.1' }),
    named: ca.issue({ name: 'named', names: 'DNS:siem.example' }),
    expired: ca.issue({ name: 'expired', names: 'DNS:localhost,IP:127.0.0.1', isExpired: true }),
    client: ca.issue({ name: 'client', names: 'DNS:forwarder' }),
    strangeClient: otherCa.issue({ name: 'strange', names: 'DNS:forwarder' }),
  };
}

type Files = ReturnType<typeof prepare>;

interface Case {
  readonly title: string;
  readonly server: (files: Files) => Parameters<typeof startFakeCollector>[0]['tls'];
  readonly client: (files: Files) => Omit<CollectorOptions, 'url'>;
  /** What the error says; absent when the connection is good. */
  readonly problem?: RegExp;
  readonly hint?: RegExp;
}

const asksForClient = ({ good, ca }: Files, maxVersion?: 'TLSv1.2') => ({
  ...good,
  ca: ca.cert,
  requestCert: true,
  rejectUnauthorized: true,
  ...(maxVersion === undefined ? {} : { maxVersion }),
});

const cases: readonly Case[] = [
  {
    title: 'good certificate, good CA',
    server: ({ good }) => good,
    client: ({ ca }) => ({ ca: ca.certFile }),
  },
  {
    title: 'the same over TLS 1.2',
    server: ({ good }) => ({ ...good, maxVersion: 'TLSv1.2' }),
    client: ({ ca }) => ({ ca: ca.certFile }),
  },
  {
    title: 'the self-signed certificate of a collector, trusted as its own authority',
    server: ({ otherCa }) => ({ cert: otherCa.cert, key: otherCa.key }),
    client: ({ otherCa }) => ({ ca: otherCa.certFile, serverName: 'other-ca' }),
    // A certificate without names for hosts is compared by its common name.
  },
  {
    title: 'serverName names what the certificate is for',
    server: ({ named }) => named,
    client: ({ ca }) => ({ ca: ca.certFile, serverName: 'siem.example' }),
  },
  {
    title: 'no CA given: the authorities of the system do not know ours',
    server: ({ good }) => good,
    client: () => ({}),
    problem: /authority of the certificate is not (known|trusted)/,
    hint: /set "ca"/,
  },
  {
    title: 'another CA',
    server: ({ good }) => good,
    client: ({ otherCa }) => ({ ca: otherCa.certFile }),
    problem: /authority of the certificate is not known/,
    hint: /set "ca"/,
  },
  {
    title: 'a self-signed certificate that is not trusted',
    server: ({ otherCa }) => ({ cert: otherCa.cert, key: otherCa.key }),
    client: ({ ca }) => ({ ca: ca.certFile }),
    problem: /self-signed/,
    hint: /the certificate itself/,
  },
  {
    title: 'a certificate for another name',
    server: ({ named }) => named,
    client: ({ ca }) => ({ ca: ca.certFile }),
    problem: /not for "127.0.0.1" but for DNS:siem.example/,
    hint: /serverName/,
  },
  {
    title: 'serverName that the certificate does not have, though the host is right',
    server: ({ good }) => good,
    client: ({ ca }) => ({ ca: ca.certFile, serverName: 'siem.example' }),
    problem: /not for "siem.example"/,
    hint: /serverName/,
  },
  {
    title: 'an expired certificate',
    server: ({ expired }) => expired,
    client: ({ ca }) => ({ ca: ca.certFile }),
    problem: /expired/,
    hint: /renew/,
  },
  {
    title: 'only TLS 1.1 offered',
    server: ({ good }) => ({
      ...good,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    }),
    client: ({ ca }) => ({ ca: ca.certFile }),
    problem: /only TLS below 1.2/,
    hint: /TLS 1.2/,
  },
  {
    title: 'client certificate asked for and shown',
    server: (files) => asksForClient(files),
    client: ({ ca, client }) => ({
      ca: ca.certFile,
      cert: client.certFile,
      key: client.keyFile,
    }),
  },
  {
    title: 'client certificate asked for and missing, TLS 1.3',
    server: (files) => asksForClient(files),
    client: ({ ca }) => ({ ca: ca.certFile }),
    problem: /wants a client certificate|closed the connection|reset by the collector/,
  },
  {
    title: 'client certificate asked for and missing, TLS 1.2',
    server: (files) => asksForClient(files, 'TLSv1.2'),
    client: ({ ca }) => ({ ca: ca.certFile }),
    problem: /refused the handshake|closed the connection|reset by the collector/,
  },
  {
    title: 'client certificate of a strange authority',
    server: (files) => asksForClient(files),
    client: ({ ca, strangeClient }) => ({
      ca: ca.certFile,
      cert: strangeClient.certFile,
      key: strangeClient.keyFile,
    }),
    problem: /does not trust our client|closed the connection|reset by the collector/,
  },
];

if (noCertificates !== undefined) {
  const skipped = test.skip;
  skipped(`the TLS matrix is left out, because ${noCertificates}`, () => undefined);
} else {
  const files = prepare();
  let peer: FakeCollector | undefined;

  afterEach(async () => {
    await peer?.stop('reset');
    peer = undefined;
  });

  afterAll(() => {
    files.ca.remove();
    files.otherCa.remove();
  });

  describe('tls://', () => {
    test.each(cases)('$title', async ({ server, client, problem, hint }) => {
      const tls = server(files);
      peer = await startFakeCollector({ scheme: 'tls', ...(tls === undefined ? {} : { tls }) });
      const options = { url: peer.url, ...client(files) };
      const transport = createTransport(checkCollector(options), settings);
      const probe = await probeCollector(options, 2000);
      const failure: unknown = await transport.open(never).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (problem === undefined) {
        expect(failure).toBeUndefined();
        expect(probe).toEqual({ outcome: 'reachable', url: peer.url });
        expect(await transport.write(messagesOf(100))).toBe(100);
        await transport.close(1000);
        await peer.waitFor(100);
        expect(numbersOf(peer.lines)).toEqual(messagesOf(100).map((_, index) => index));
        return;
      }
      expect(failure).toBeInstanceOf(ServiceError);
      const { code, message, where, hint: given = '' } = failure as ServiceError;
      expect(code).toBe('TF_COLLECTOR');
      expect(message).toMatch(problem);
      expect(where).toBe(peer.url);
      if (hint !== undefined) expect(given).toMatch(hint);
      expect(probe).toMatchObject({ outcome: 'unreachable', url: peer.url });
      expect(await transport.write(messagesOf(1))).toBe(0);
      expect(peer.lines).toEqual([]);
    });

    test('a port that speaks no TLS', async () => {
      const server = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.end('220 mail.example ESMTP\r\n');
      }).listen(0, '127.0.0.1');
      const url = await new Promise<string>((resolve) =>
        server.once('listening', () => {
          resolve(`tls://127.0.0.1:${(server.address() as AddressInfo).port}`);
        }),
      );
      const probe = await probeCollector({ url }, 2000);
      server.close();
      expect(probe).toMatchObject({
        outcome: 'unreachable',
        detail: expect.stringMatching(/does not speak TLS/),
      });
    });

    test('a port that accepts and never answers ends at the time limit', async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      const { port } = server.address() as AddressInfo;
      const other = connectPlain(port, '127.0.0.1');
      const probe = await probeCollector({ url: `tls://127.0.0.1:${port}` }, 150);
      expect(probe).toMatchObject({
        outcome: 'unreachable',
        detail: expect.stringMatching(/no connection within 150 ms/),
      });
      other.destroy();
      server.close();
    });

    test.each([
      ['ca', 'missing.pem', /cannot be read/],
      ['ca', 'text.pem', /no PEM file/],
      ['ca', 'broken.pem', /cannot be used/],
    ] as const)('%s: %s is an error of the configuration', async (field, name, message) => {
      peer = await startFakeCollector({ scheme: 'tls', tls: files.good });
      const folder = join(files.ca.certFile, '..');
      writeFileSync(join(folder, 'text.pem'), 'hello');
      writeFileSync(
        join(folder, 'broken.pem'),
        '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
      );
      const { keyFile } = files.client;
      const options = {
        url: peer.url,
        ...(name === 'broken.pem' ? { cert: join(folder, name), key: keyFile } : {}),
        ...(name === 'broken.pem' ? { ca: files.ca.certFile } : { [field]: join(folder, name) }),
      };
      await expect(probeCollector(options, 1000)).rejects.toMatchObject({
        code: 'TF_CONFIG',
        message: expect.stringMatching(message),
      });
    });

    test('a key that does not belong to the certificate, and no content in any error', async () => {
      peer = await startFakeCollector({ scheme: 'tls', tls: files.good });
      const options = {
        url: peer.url,
        ca: files.ca.certFile,
        cert: files.client.certFile,
        key: files.strangeClient.keyFile,
      };
      const problem: unknown = await probeCollector(options, 1000).catch((error: unknown) => error);
      expect(problem).toMatchObject({ code: 'TF_CONFIG' });
      const { message, hint, stack } = problem as ServiceError;
      expect([message, hint, stack].join(' ')).not.toMatch(/PRIVATE KEY-----/);
    });
  });
}
