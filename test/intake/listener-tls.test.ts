import { afterEach, describe, expect, test } from '@jest/globals';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ConnectionOptions, TLSSocket } from 'node:tls';

import type { ListenerTls } from '../../forwarder/intake/index.js';
import { makeCertificates, tlsObstacle } from '../support/certificates.js';
import type { Certificates } from '../support/certificates.js';
import { closed, connected, startListening, until } from './support/listening.js';
import type { Listening } from './support/listening.js';

if (tlsObstacle !== undefined) {
  describe.skip(`TLS listener (${tlsObstacle})`, () => {
    test('the whole suite', () => undefined);
  });
} else {
  describeTlsListener(makeCertificates());
}

function describeTlsListener(certificates: Certificates): void {
  const { ca, server, client, stranger } = certificates;
  const open: Listening[] = [];

  async function start(tls: ListenerTls): Promise<Listening> {
    const listening = await startListening({ tls });
    open.push(listening);
    return listening;
  }

  function dial(listening: Listening, options: ConnectionOptions = {}): TLSSocket {
    const { port, host } = listening.listener.address;
    const socket = connectTls({ port, host, ca, ...options });
    socket.on('error', () => undefined);
    return socket;
  }

  async function expectRefused(listening: Listening, socket: TLSSocket): Promise<string> {
    socket.write('should never arrive\n');
    await closed(socket);
    await until('counted', () => listening.metrics.total('tf_intake_tls_failures_total') === 1);
    expect(listening.lines).toEqual([]);
    expect(listening.listener.connectionCount).toBe(0);
    return listening.log.find(({ code }) => code === 'intake.tls_failed')?.message ?? '';
  }

  afterEach(async () => {
    await Promise.all(open.splice(0).map((listening) => listening.stop()));
  });

  describe('TLS listener', () => {
    test.each(['TLSv1.2', 'TLSv1.3'] as const)('takes events over %s', async (version) => {
      const listening = await start(server);
      const socket = await connected(
        dial(listening, { minVersion: version, maxVersion: version }),
        'secureConnect',
      );
      expect(socket.getProtocol()).toBe(version);
      socket.end('over TLS\n');
      await until('line', () => listening.lines.length === 1);
      expect(listening.lines).toEqual(['over TLS']);
      expect(listening.sessions[0]).toMatchObject({ peer: '127.0.0.1' });
    });

    test('refuses versions below 1.2', async () => {
      const listening = await start(server);
      const socket = dial(listening, {
        minVersion: 'TLSv1',
        maxVersion: 'TLSv1.1',
        ciphers: 'DEFAULT:@SECLEVEL=0',
      });
      expect(await expectRefused(listening, socket)).toContain('version below 1.2');
    });

    test('names a client that speaks plain text', async () => {
      const listening = await start(server);
      const { port, host } = listening.listener.address;
      const socket = await connected(connect(port, host));
      socket.write('<01>- host {"payload":"x"}\n');
      await closed(socket);
      await until('counted', () => listening.metrics.total('tf_intake_tls_failures_total') === 1);
      expect(listening.log.map(({ message }) => message)).toContain(
        'TLS handshake failed: the client speaks plain text to the TLS port',
      );
    });

    test('with a client CA takes a client that it signed', async () => {
      const listening = await start({ ...server, clientCa: ca });
      const socket = await connected(dial(listening, { ...client }), 'secureConnect');
      socket.end('known\n');
      await until('line', () => listening.lines.length === 1);
    });

    test('with a client CA refuses a client without certificate', async () => {
      const listening = await start({ ...server, clientCa: ca });
      expect(await expectRefused(listening, dial(listening))).toContain('intake.jsa.tls.clientCa');
    });

    test('with a client CA refuses a client of another authority', async () => {
      const listening = await start({ ...server, clientCa: ca });
      const message = await expectRefused(listening, dial(listening, { ...stranger }));
      expect(message).toContain('TLS handshake failed');
    });

    test('a certificate and a key that do not belong together are refused at the start', async () => {
      await expect(start({ cert: server.cert, key: client.key })).rejects.toMatchObject({
        code: 'TF_LISTEN',
        where: 'intake.jsa.tls',
      });
    });

    test('a client CA that is no certificate is refused at the start', async () => {
      await expect(start({ ...server, clientCa: 'nothing' })).rejects.toMatchObject({
        code: 'TF_LISTEN',
      });
    });

    test('closes while a handshake hangs', async () => {
      const listening = await start(server);
      const { port, host } = listening.listener.address;
      const socket = await connected(connect(port, host));
      await listening.listener.close(200);
      await closed(socket);
    });
  });
}
