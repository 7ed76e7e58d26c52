import { X509Certificate } from 'node:crypto';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

import { listenError, tlsSettingsError } from './listen-error.js';

/** PEM texts, as read from their files. */
export interface ListenerTls {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
  readonly passphrase?: string | undefined;
  /** Authorities; with them every client must show a certificate that one of them signed. */
  readonly clientCa?: string | Buffer | undefined;
}

export interface ServerOptions {
  readonly name: string;
  readonly tls?: ListenerTls;
  readonly maxConnections?: number;
}

/** A peer that is gone without a word is noticed by the operating system after this and its probes. */
const keepAliveMs = 30_000;
const handshakeMs = 30_000;

/** Makes the server that accepts connections; its plain sockets come paused. Opens nothing yet. */
export function createServerFor(options: ServerOptions): Server {
  const keepAlive = { keepAlive: true, keepAliveInitialDelay: keepAliveMs };
  const server =
    options.tls === undefined
      ? createServer({ ...keepAlive, pauseOnConnect: true })
      : createSecureServer(options.name, options.tls, keepAlive);
  server.maxConnections = options.maxConnections ?? 1_024;
  return server;
}

function createSecureServer(
  name: string,
  { cert, key, passphrase, clientCa }: ListenerTls,
  keepAlive: { readonly keepAlive: boolean; readonly keepAliveInitialDelay: number },
): Server {
  try {
    // A text that is no certificate would be taken, and then refuse every client without a word.
    if (clientCa !== undefined) new X509Certificate(clientCa);
    return createTlsServer({
      ...keepAlive,
      cert,
      key,
      ...(passphrase === undefined ? {} : { passphrase }),
      ...(clientCa === undefined
        ? {}
        : { ca: clientCa, requestCert: true, rejectUnauthorized: true }),
      minVersion: 'TLSv1.2',
      handshakeTimeout: handshakeMs,
    });
  } catch (error) {
    throw tlsSettingsError(name, error);
  }
}

/** Opens the address. Resolves to where the server really listens; throws ServiceError TF_LISTEN. */
export async function listen(
  server: Server,
  name: string,
  host: string,
  port: number,
): Promise<{ readonly host: string; readonly port: number }> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      reject(listenError(name, host, port, error));
    };
    server.once('error', fail);
    server.listen({ host, port }, () => {
      server.off('error', fail);
      const bound = server.address();
      if (bound === null || typeof bound === 'string') resolve({ host, port });
      else resolve({ host: bound.address, port: bound.port });
    });
  });
}
