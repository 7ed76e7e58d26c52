import type { Socket } from 'node:dgram';

import type { Message } from '../../core/index.js';
import { ConnectionTransport } from './connection-transport.js';
import type { Connection } from './connection-transport.js';
import { GuardedClient } from './guarded-client.js';
import { datagramLineBytes, networkAddressOf } from './kind.js';
import type { TransportKind } from './kind.js';
import { collectorFault } from './network-faults.js';
import { resolveHost } from './resolve-host.js';

/** Datagrams sent before the event loop turns: a longer burst would overrun the receiver's buffer. */
const windowMessages = 64;

/** Largest payload of a datagram: 65,535 less the headers of IPv4 (20) and UDP (8). */
const maxPayloadBytes = 65_507;

/**
 * `udp://`: one message a datagram, without LF (RFC 5426), by the package syslog-client. Best effort:
 * open() only finds the address, and a datagram that gets lost is lost unnoticed.
 */
export const syslogUdp: TransportKind = {
  scheme: 'udp',
  summary: 'syslog over UDP, one message a datagram, best effort',
  isCheckable: false,
  create(collector, settings) {
    const { host, port, url } = networkAddressOf(collector);
    return new ConnectionTransport(
      {
        url,
        maxMessageBytes: datagramLineBytes,
        hardLimitBytes: maxPayloadBytes,
        explain: (error) => collectorFault(url, error),
        connect: async (signal, onDown) => {
          const [address = host] = await resolveHost(url, host, signal, settings.lookup);
          const client = new GuardedClient({ transport: 'udp', address, port, settings });
          const socket = await client.connected(signal);
          return new UdpConnection(client, socket as Socket, onDown);
        },
      },
      settings,
    );
  },
};

class UdpConnection implements Connection {
  readonly #client: GuardedClient;
  readonly #socket: Socket;
  #isClosed = false;

  constructor(client: GuardedClient, socket: Socket, onDown: (error: Error) => void) {
    this.#client = client;
    this.#socket = socket;
    socket.ref();
    socket.on('error', onDown);
    socket.on('close', () => {
      this.#isClosed = true;
    });
  }

  async send(messages: readonly Message[], from: number): Promise<number> {
    const end = Math.min(messages.length, from + windowMessages);
    const taken = await this.#client.logMessages(messages, from, end);
    // Receivers in this process, and timers, get their turn between two windows.
    await new Promise((resolve) => setImmediate(resolve));
    return taken;
  }

  close(): Promise<void> {
    this.destroy();
    return Promise.resolve();
  }

  destroy(): void {
    this.#client.retire();
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      this.#socket.close();
    } catch {
      // retire() has closed it.
    }
  }
}
