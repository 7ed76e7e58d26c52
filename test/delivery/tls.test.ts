import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer, connect as connectPlain } from 'node:net';
import type { AddressInfo } from 'node:net';

import { afterAll, afterEach, describe, expect, test } from '@jest/globals';

import { ServiceError } from '../../forwarder/core/index.js';
import { checkCollector } from '../../forwarder/delivery/collector-options.js';
import { probeCollector } from '../../forwarder/delivery/index.js';
import type { CollectorOptions } from '../../forwarder/delivery/index.js';
import { createTransport } from '../../forwarder/delivery/transports/index.js';
import type { TlsFailureReason } from '../../forwarder/delivery/transports/tls-faults.js';
import { createAuthority, whyNoCertificates } from '../support/certificates.js';
import { startFakeCollector, until } from '../faults/fake-collector.js';
import type { FakeCollector } from '../faults/fake-collector.js';
import { messagesOf, numbersOf, testCounters } from '../faults/messages.js';
import { deliveryTo } from './rig.js';

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
  /** How the failure is counted; undefined where the collector only hangs up. */
  readonly reason?: TlsFailureReason;
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
    reason: 'unknown_authority',
  },
  {
    title: 'another CA',
    server: ({ good }) => good,
    client: ({ otherCa }) => ({ ca: otherCa.certFile }),
    problem: /authority of the certificate is not known/,
    hint: /set "ca"/,
    reason: 'unknown_authority',
  },
  {
    title: 'a self-signed certificate that is not trusted',
    server: ({ otherCa }) => ({ cert: otherCa.cert, key: otherCa.key }),
    client: ({ ca }) => ({ ca: ca.certFile }),
    problem: /self-signed/,
    hint: /the certificate itself/,
    reason: 'self_signed',
  },
  {
    title: 'a certificate for another name',
    server: ({ named }) => named,
    client: ({ ca }) => ({ ca: ca.certFile }),
    problem: /not for "127.0.0.1" but for DNS:siem.example/,
    hint: /serverName/,
    reason: 'wrong_name',
  },
  {
    title: 'serverName that the certificate does not have, though the host is right',
    server: ({ good }) => good,
    client: ({ ca }) => ({ ca: ca.certFile, serverName: 'siem.example' }),
    problem: /not for "siem.example"/,
    hint: /serverName/,
    reason: 'wrong_name',
  },
  {
    title: 'an expired certificate',
    server: ({ expired }) => expired,
    client: ({ ca }) => ({ ca: ca.certFile }),
    problem: /expired/,
    hint: /renew/,
    reason: 'expired',
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
    reason: 'old_version',
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
    const variants = cases.flatMap((one) => [
      { ...one, assured: true },
      { ...one, title: `${one.title} (not assured)`, assured: false },
    ]);
    test.each(variants)('$title', async ({ server, client, assured, problem, hint, reason }) => {
      const tls = server(files);
      const counters = testCounters();
      peer = await startFakeCollector({ scheme: 'tls', ...(tls === undefined ? {} : { tls }) });
      const options = { url: peer.url, assured, ...client(files) };
      const transport = createTransport(checkCollector(options), { ...settings, counters });
      const probe = await probeCollector(options, 2000);
      const failure: unknown = await transport.open(never).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (problem === undefined) {
        expect(failure).toBeUndefined();
        expect(counters.total('tf_delivery_tls_failures_total')).toBe(0);
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
      if (reason === undefined) return;
      const labels = { collector: peer.url, reason };
      expect(counters.total('tf_delivery_tls_failures_total', labels)).toBe(1);
      expect(counters.total('tf_delivery_tls_failures_total')).toBe(1);
    });

    test('a plain syslog port: nothing but the handshake is sent there, and it is said why', async () => {
      peer = await startFakeCollector({ scheme: 'tcp' });
      const url = peer.url.replace('tcp:', 'tls:');
      const counters = testCounters();
      const limits = { connectTimeoutMs: 200, counters };
      const transport = createTransport(checkCollector({ url }), { ...settings, ...limits });
      const opening = transport.open(never);
      await expect(opening).rejects.toMatchObject({
        code: 'TF_COLLECTOR',
        retryable: true,
        message: expect.stringMatching(/does not answer the TLS handshake/),
        hint: expect.stringMatching(/port of its TLS listener/),
      });
      const labels = { collector: url, reason: 'no_answer' };
      expect(counters.total('tf_delivery_tls_failures_total', labels)).toBe(1);
      expect(await transport.write(messagesOf(10))).toBe(0);
      await until('the end', () => peer?.openConnections === 0);
      expect([...peer.lines, ...peer.fragments].join('')).not.toMatch(/LEEF/);
    });

    test('delivery says why, counts why, and sends nothing', async () => {
      peer = await startFakeCollector({ scheme: 'tls', tls: files.expired });
      const collectors = [{ url: peer.url, ca: files.ca.certFile }];
      const rig = deliveryTo([], { collectors });
      for (const message of messagesOf(10)) rig.delivery.send(message);
      const reason = { reason: 'expired' };
      const failures = (): number => rig.counters.total('tf_delivery_tls_failures_total', reason);
      await until('failures', () => failures() > 1);
      await rig.delivery.close(0);
      expect(rig.counters.total('tf_delivery_connect_failures_total')).toBe(failures());
      expect(rig.counters.total('tf_delivery_sent_total')).toBe(0);
      expect(peer.lines).toEqual([]);
      const said = rig.log.lines.find(({ code }) => code === 'collector.unreachable');
      expect(said?.message).toMatch(/certificate has expired/);
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
        detail: expect.stringMatching(/does not answer the TLS handshake/),
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

    /** Puts a new file in the place of an old one, as tools that renew certificates do. */
    function replace(path: string, content: Buffer): void {
      writeFileSync(`${path}.new`, content);
      renameSync(`${path}.new`, path);
    }

    test('a certificate renewed on disk is shown from the next connection on', async () => {
      const [certFile, keyFile] = ['shown.pem', 'shown.key'].map((name) =>
        join(files.ca.certFile, '..', name),
      ) as [string, string];
      replace(certFile, files.strangeClient.cert);
      replace(keyFile, files.strangeClient.key);
      peer = await startFakeCollector({ scheme: 'tls', tls: asksForClient(files) });
      const options = { url: peer.url, ca: files.ca.certFile, cert: certFile, key: keyFile };
      const transport = createTransport(checkCollector(options), settings);
      await expect(transport.open(never)).rejects.toMatchObject({ code: 'TF_COLLECTOR' });
      replace(certFile, files.client.cert);
      replace(keyFile, files.client.key);
      await transport.open(never);
      expect(await transport.write(messagesOf(1))).toBe(1);
      // A live connection does not mind what becomes of the files.
      replace(certFile, files.strangeClient.cert);
      rmSync(keyFile);
      expect(await transport.write(messagesOf(1))).toBe(1);
      await peer.waitFor(2);
      await transport.close(1000);
    });

    test('20,000 messages while the collector gets another authority: none is lost', async () => {
      const caFile = join(files.ca.certFile, '..', 'trusted.pem');
      replace(caFile, files.ca.cert);
      peer = await startFakeCollector({ scheme: 'tls', tls: files.good });
      const { port } = peer;
      const rig = deliveryTo([], { collectors: [{ url: peer.url, ca: caFile }] });
      const messages = messagesOf(20_000);
      for (const message of messages.slice(0, 10_000)) rig.delivery.send(message);
      await peer.waitFor(1000);
      const old = peer;
      await old.stop();
      for (const message of messages.slice(10_000)) rig.delivery.send(message);
      const renewed = files.otherCa.issue({ name: 'renewed', names: 'IP:127.0.0.1' });
      peer = await startFakeCollector({ scheme: 'tls', port, tls: renewed });
      const refused = { reason: 'unknown_authority' };
      await until(
        'a refusal',
        () => rig.counters.total('tf_delivery_tls_failures_total', refused) > 0,
      );
      expect(peer.lines).toEqual([]);
      replace(caFile, files.otherCa.cert);
      const numbers = (): Set<number> =>
        new Set([...numbersOf(old.lines), ...numbersOf(peer?.lines ?? [])]);
      await until('all', () => numbers().size === messages.length);
      await rig.delivery.close(3000);
      expect(rig.counters.total('tf_delivery_dropped_total')).toBe(0);
    });
  });
}
