import { createServer } from 'node:net';
import type { Server, ServerOpts } from 'node:net';

import { inheritedError, listenError } from './listen-error.js';
import { createTlsServer } from './tls-server.js';
import type { ListenerTls } from './tls-server.js';

export interface ServerOptions {
  readonly name: string;
  readonly tls?: ListenerTls;
  readonly maxConnections?: number;
  /** How the accepted sockets of a server without TLS are made. */
  readonly sockets?: Pick<ServerOpts, 'allowHalfOpen' | 'noDelay' | 'highWaterMark'>;
}

/** A peer that is gone without a word is noticed by the operating system after this and its probes. */
const keepAliveMs = 30_000;
/** Connections that may wait to be accepted; the operating system may allow fewer. */
const backlog = 4_096;

/** Makes the server that accepts connections; its plain sockets come paused. Opens nothing yet. */
export function createServerFor(options: ServerOptions): Server {
  const keepAlive = { keepAlive: true, keepAliveInitialDelay: keepAliveMs };
  const server =
    options.tls === undefined
      ? createServer({ ...options.sockets, ...keepAlive, pauseOnConnect: true })
      : createTlsServer(options.name, options.tls, keepAlive);
  server.maxConnections = options.maxConnections ?? 1_024;
  return server;
}

/** Where to listen. */
export interface ListenTarget {
  readonly host: string;
  readonly port: number;
  /** A listening socket that was handed over to this process: it is used, the address is not opened. */
  readonly descriptor?: number | undefined;
}

/**
 * Opens the address, or takes over the socket that was handed over. Resolves to where the server
 * really listens; throws ServiceError TF_LISTEN.
 */
export async function listen(
  server: Server,
  name: string,
  target: ListenTarget,
): Promise<{ readonly host: string; readonly port: number }> {
  const { host, port, descriptor } = target;
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      reject(
        descriptor === undefined
          ? listenError(name, host, port, error)
          : inheritedError(name, descriptor, error),
      );
    };
    server.once('error', fail);
    const onListening = (): void => {
      server.off('error', fail);
      const bound = server.address();
      if (bound === null || typeof bound === 'string') resolve({ host, port });
      else resolve({ host: bound.address, port: bound.port });
    };
    try {
      if (descriptor === undefined) server.listen({ host, port, backlog }, onListening);
      else server.listen({ fd: descriptor, backlog }, onListening);
    } catch (error) {
      fail(error);
    }
  });
}
