import type { Socket } from 'node:net';

import { ConnectionTransport } from './connection-transport.js';
import type { Connection } from './connection-transport.js';
import { GuardedClient } from './guarded-client.js';
import type { GuardedClientOptions } from './guarded-client.js';
import { networkAddressOf, streamLineBytes } from './kind.js';
import type { TransportKind, TransportSettings } from './kind.js';
import { collectorFault } from './network-faults.js';
import { resolveHost } from './resolve-host.js';
import { withinTime } from './socket.js';
import { StreamConnection } from './stream.js';

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
  return new TcpConnection(client, socket as Socket, options.settings, onDown);
}

/** The package has connected; many lines go out with one write. */
class TcpConnection extends StreamConnection {
  readonly #client: GuardedClient;

  constructor(
    client: GuardedClient,
    socket: Socket,
    settings: TransportSettings,
    onDown: (error: Error) => void,
  ) {
    super(socket, settings, onDown);
    this.#client = client;
    socket.setTimeout(0);
    // The package lets the process end while messages are on their way.
    socket.ref();
  }

  override destroy(): void {
    this.#client.retire();
    super.destroy();
  }
}
