import type { Socket } from 'node:net';

import type { Collector } from '../collector-options.js';
import { overAddresses } from './connect-socket.js';
import { ConnectionTransport } from './connection-transport.js';
import type { Connection } from './connection-transport.js';
import { GuardedClient } from './guarded-client.js';
import type { GuardedClientOptions } from './guarded-client.js';
import { networkAddressOf, streamLineBytes } from './kind.js';
import type { CollectorTransport, TransportSettings } from './kind.js';
import { collectorFault } from './network-faults.js';
import { StreamConnection } from './stream.js';

/** `tcp://` with `assured: false`: LF after each message, connected by the package syslog-client. */
export function syslogTcp(collector: Collector, settings: TransportSettings): CollectorTransport {
  const target = networkAddressOf(collector);
  const { port, url } = target;
  return new ConnectionTransport(
    {
      url,
      maxMessageBytes: streamLineBytes,
      hardLimitBytes: Number.POSITIVE_INFINITY,
      explain: (error) => collectorFault(url, error),
      connect: (signal, onDown) =>
        overAddresses(target, settings, signal, (address, limit) =>
          connect({ transport: 'tcp', address, port, settings }, limit, onDown),
        ),
    },
    settings,
  );
}

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
