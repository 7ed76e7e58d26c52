import { describe, test } from '@jest/globals';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

import { connected } from '../intake/support/listening.js';
import { makeCertificates, tlsObstacle } from '../support/certificates.js';
import { describeInput } from './input-suite.js';

const host = '127.0.0.1';

describeInput({
  name: 'TCP, one read buffer for all connections',
  options: () => ({}),
  connect: (port) => connected(connect(port, host)),
  reset: (client) => client.resetAndDestroy(),
});

describeInput({
  name: 'TCP, a buffer for every read',
  options: () => ({ sharesReadBuffer: false }),
  connect: (port) => connected(connect(port, host)),
  reset: (client) => client.resetAndDestroy(),
});

if (tlsObstacle === undefined) {
  const underlying = new WeakMap<Socket, Socket>();
  const { ca, server } = makeCertificates();
  describeInput({
    name: 'TLS',
    options: () => ({ tls: server }),
    connect: async (port) => {
      const socket = await connected(connect(port, host));
      const client = await connected(connectTls({ socket, host, ca }), 'secureConnect');
      underlying.set(client, socket);
      return client;
    },
    reset: (client) => underlying.get(client)?.resetAndDestroy(),
  });
} else {
  describe.skip(`input: TLS (${tlsObstacle})`, () => {
    test('the whole suite', () => undefined);
  });
}
