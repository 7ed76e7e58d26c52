import type { Socket } from 'node:net';

import type { Message } from '../../core/index.js';
import { ConnectionTransport } from './connection-transport.js';
import type { Connection } from './connection-transport.js';
import { GuardedClient } from './guarded-client.js';
import type { GuardedClientOptions } from './guarded-client.js';
import { networkAddressOf, streamLineBytes } from './kind.js';
import type { TransportKind } from './kind.js';
import { collectorFault } from './network-faults.js';
import { resolveHost } from './resolve-host.js';
import { endSocket, watchSocket, withinTime } from './socket.js';

/** Messages given to the package before the operating system has taken those before them. */
const windowMessages = 256;

/** `tcp://`: RFC 3164 lines, each ended by LF, over one TCP connection; by the package syslog-client. */
export const syslogTcp: TransportKind = {
  scheme: 'tcp',
  summary: 'syslog over TCP, LF after each message',
  isCheckable: true,
  create(collector, settings) {
    const { host, port, url } = networkAddressOf(collector);
    return new ConnectionTransport(
      {
        url,
        maxMessageBytes: streamLineBytes,
        hardLimitBytes: Number.POSITIVE_INFINITY,
        explain: (error) => collectorFault(url, error),
        connect: async (signal, onDown) => {
          const addresses = await resolveHost(url, host, signal, settings.lookup);
          // Each address gets its share of the time: a dead first one must not hide a good second.
          const shareMs = Math.ceil(settings.connectTimeoutMs / addresses.length);
          let failure: unknown;
          for (const address of addresses) {
            try {
              return await withinTime(url, shareMs, signal, (limit) =>
                connect({ transport: 'tcp', address, port, settings }, limit, onDown),
              );
            } catch (error) {
              signal.throwIfAborted();
              failure = error;
            }
          }
          throw failure;
        },
      },
      settings,
    );
  },
};

async function connect(
  options: GuardedClientOptions,
  signal: AbortSignal,
  onDown: (error: Error) => void,
): Promise<Connection> {
  const client = new GuardedClient(options);
  const socket = await client.connected(signal);
  return new TcpConnection(client, socket as Socket, onDown);
}

class TcpConnection implements Connection {
  readonly #client: GuardedClient;
  readonly #socket: Socket;

  constructor(client: GuardedClient, socket: Socket, onDown: (error: Error) => void) {
    this.#client = client;
    this.#socket = socket;
    socket.setTimeout(0);
    // The package lets the process end while messages are on their way.
    socket.ref();
    watchSocket(socket, onDown);
  }

  send(messages: readonly Message[], from: number): Promise<number> {
    const end = Math.min(messages.length, from + windowMessages);
    this.#socket.cork();
    const taken = this.#client.logMessages(messages, from, end);
    this.#socket.uncork();
    return taken;
  }

  async close(deadlineMs: number): Promise<void> {
    await endSocket(this.#socket, deadlineMs);
  }

  destroy(): void {
    this.#client.retire();
    this.#socket.destroy();
  }
}
