import { once } from 'node:events';
import { copyFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import type { ConnectionOptions, TLSSocket } from 'node:tls';

import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';

import type { ListenerTls } from '../../forwarder/intake/index.js';
import { TlsRenewal } from '../../forwarder/service/listening/tls-renewal.js';
import { startListening, until } from '../intake/support/listening.js';
import type { Listening } from '../intake/support/listening.js';
import { createAuthority, tlsObstacle } from '../support/certificates.js';
import type { Authority, Certificate } from '../support/certificates.js';

if (tlsObstacle !== undefined && process.env['TF_FORBID_SKIP'] !== '1') {
  describe.skip(`TLS of the listener (${tlsObstacle})`, () => {
    test('the whole suite', () => undefined);
  });
} else {
  describeTls();
}

function describeTls(): void {
  let authority: Authority;
  let first: Certificate;
  let second: Certificate;
  let stranger: Certificate;
  let directory: string;
  const open: Listening[] = [];
  const renewals: TlsRenewal[] = [];

  beforeAll(async () => {
    authority = createAuthority('ca');
    first = authority.issue({ name: 'first', names: 'IP:127.0.0.1' });
    second = authority.issue({ name: 'second', names: 'IP:127.0.0.1' });
    stranger = createAuthority('stranger');
    directory = await mkdtemp(join(tmpdir(), 'tf-tls-'));
  });

  afterEach(async () => {
    for (const renewal of renewals.splice(0)) renewal.close();
    await Promise.all(open.splice(0).map((listening) => listening.stop()));
  });

  afterAll(async () => {
    authority.remove();
    (stranger as Authority).remove();
    await rm(directory, { recursive: true });
  });

  const file = (name: string): string => join(directory, name);

  async function install({ certFile, keyFile }: Certificate): Promise<void> {
    await copyFile(keyFile, file('new.key'));
    await copyFile(certFile, file('new.pem'));
    await rename(file('new.key'), file('server.key'));
    await rename(file('new.pem'), file('server.pem'));
  }

  /** A listener whose certificate is read from files, and watched. */
  async function startWatched(): Promise<{ listening: Listening; renewal: TlsRenewal }> {
    await install(first);
    const tls: ListenerTls = { cert: first.cert, key: first.key };
    const listening = await startListening({ tls });
    open.push(listening);
    const config = {
      intake: { jsa: { tls: { cert: file('server.pem'), key: file('server.key') } } },
    } as Parameters<typeof TlsRenewal.start>[0]['config'];
    const note =
      (level: string) =>
      (code: string, message: string): void => {
        listening.log.push({ level, code, message, fields: {} });
      };
    const renewal = await TlsRenewal.start({
      config,
      listener: listening.listener,
      logger: {
        debug: note('debug'),
        info: note('info'),
        warn: note('warn'),
        error: note('error'),
      },
      everyMs: 20,
    });
    renewals.push(renewal);
    return { listening, renewal };
  }

  async function dial(listening: Listening): Promise<TLSSocket> {
    const { host, port } = listening.listener.address;
    const socket = connect({ host, port, ca: authority.cert });
    socket.on('error', () => undefined);
    await once(socket, 'secureConnect');
    return socket;
  }

  const nameOf = (socket: TLSSocket): unknown => socket.getPeerCertificate().subject.CN;
  const codes = (listening: Listening): readonly string[] => listening.log.map(({ code }) => code);

  describe('a certificate that is replaced on disk', () => {
    test('is shown to new connections; old ones live on, and of 20,000 events none is lost', async () => {
      const { listening } = await startWatched();
      const events = 20_000;
      const old = await dial(listening);
      expect(nameOf(old)).toBe('first');
      const sockets = [old];
      let sent = 0;
      for (; sent < events / 2; sent += 1) old.write(`event ${sent}\n`);
      await install(second);
      await until('taken', () => codes(listening).includes('intake.certificate_renewed'));
      const next = await dial(listening);
      expect(nameOf(next)).toBe('second');
      sockets.push(next);
      for (; sent < events; sent += 1) {
        const socket = sockets[sent % 2] ?? old;
        if (!socket.write(`event ${sent}\n`)) await once(socket, 'drain');
      }
      await until('all events', () => listening.lines.length >= events);
      const numbers = listening.lines.map((line) => Number(line.slice(6))).sort((a, b) => a - b);
      expect(numbers).toEqual(Array.from({ length: events }, (_, number) => number));
      expect(old.destroyed).toBe(false);
      expect(listening.metrics.total('tf_intake_tls_renewals_total')).toBe(1);
      for (const socket of sockets) socket.destroy();
    });

    test('over and over while clients come and go: every handshake shows one of the two', async () => {
      const { listening } = await startWatched();
      let rounds = 0;
      for (; rounds < 20; rounds += 1) {
        await install(rounds % 2 === 0 ? second : first);
        const sockets = await Promise.all([dial(listening), dial(listening)]);
        for (const socket of sockets) {
          expect(['first', 'second']).toContain(nameOf(socket));
          socket.end(`round ${rounds}\n`);
        }
      }
      await until('all events', () => listening.lines.length === rounds * 2);
      expect(listening.metrics.total('tf_intake_tls_failures_total')).toBe(0);
    });

    test('half of it, or one that is none: refused, told once, the one before stays in use', async () => {
      const { listening } = await startWatched();
      await copyFile(second.certFile, file('server.pem'));
      await until('refused', () => codes(listening).includes('intake.certificate_refused'));
      await sleep(100);
      expect(codes(listening).filter((code) => code.startsWith('intake.certificate'))).toEqual([
        'intake.certificate_refused',
      ]);
      const between = await dial(listening);
      expect(nameOf(between)).toBe('first');
      between.destroy();
      await copyFile(second.keyFile, file('server.key'));
      await until('taken', () => codes(listening).includes('intake.certificate_renewed'));
      const after = await dial(listening);
      expect(nameOf(after)).toBe('second');
      after.destroy();
      await writeFile(file('server.pem'), 'no certificate');
      await until(
        'refused again',
        () => codes(listening).filter((code) => code === 'intake.certificate_refused').length === 2,
      );
      const messages = listening.log.map(({ message }) => message).join('\n');
      expect(messages).not.toContain('PRIVATE KEY');
      const still = await dial(listening);
      expect(nameOf(still)).toBe('second');
      still.destroy();
      await rm(file('server.pem'));
      await sleep(60);
      (await dial(listening)).destroy();
    });

    test('a listener without TLS takes none', async () => {
      const listening = await startListening();
      open.push(listening);
      expect(() => {
        listening.listener.useTls({ cert: first.cert, key: first.key });
      }).toThrow(/the listener has no TLS/);
    });
  });

  describe('a client whose handshake fails', () => {
    /** What the log says of a client with these options, or in plain text. */
    async function saidOf(
      listener: ListenerTls,
      client: ConnectionOptions | undefined,
    ): Promise<string> {
      const listening = await startListening({ tls: listener });
      open.push(listening);
      const { host, port } = listening.listener.address;
      if (client === undefined) (await listening.client()).write('plain text\n');
      else {
        const socket = connect({ host, port, ca: authority.cert, ...client });
        socket.on('error', () => undefined);
        socket.write('must not arrive\n');
      }
      await until('counted', () => listening.metrics.total('tf_intake_tls_failures_total') === 1);
      expect(listening.lines).toEqual([]);
      return listening.log.find(({ code }) => code === 'intake.tls_failed')?.message ?? '';
    }

    test.each<
      readonly [
        string,
        () => readonly [Partial<ListenerTls>, ConnectionOptions | undefined],
        RegExp,
      ]
    >([
      ['speaks plain text', () => [{}, undefined], /plain text/],
      [
        'speaks an old version only',
        () => [{}, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' }],
        /version below 1\.2/,
      ],
      ['has no certificate', () => [{ clientCa: authority.cert }, {}], /has no certificate/],
      [
        'has a certificate of another authority',
        () => [{ clientCa: authority.cert }, { cert: stranger.cert, key: stranger.key }],
        /TLS handshake failed: .*(?:certificate|issuer|verify|signed)/i,
      ],
      [
        'has a certificate that is over',
        () => {
          const over = authority.issue({ name: 'over', names: 'IP:127.0.0.1', isExpired: true });
          return [{ clientCa: authority.cert }, { cert: over.cert, key: over.key }];
        },
        /TLS handshake failed: .*(?:certificate|expired|verify)/i,
      ],
    ])('because it %s is named in the log, and no event of it is taken', async (_, make, says) => {
      const [listener, client] = make();
      const said = await saidOf({ cert: first.cert, key: first.key, ...listener }, client);
      expect(said).toMatch(says);
    });
  });
}
