import { X509Certificate } from 'node:crypto';
import { createSecureContext, createServer, Server } from 'node:tls';
import type { SecureContextOptions } from 'node:tls';
import type { Server as PlainServer } from 'node:net';

import { tlsSettingsError } from './listen-error.js';

/** PEM texts, as read from their files. */
export interface ListenerTls {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
  readonly passphrase?: string | undefined;
  /** Authorities; with them every client must show a certificate that one of them signed. */
  readonly clientCa?: string | Buffer | undefined;
}

const handshakeMs = 30_000;

/** Makes a server for TLS 1.2 and newer. Throws ServiceError TF_LISTEN for a certificate or key that is none. */
export function createTlsServer(
  name: string,
  tls: ListenerTls,
  keepAlive: { readonly keepAlive: boolean; readonly keepAliveInitialDelay: number },
): Server {
  try {
    const needsClientCertificate = tls.clientCa !== undefined;
    return createServer({
      ...keepAlive,
      ...contextOptions(tls),
      ...(needsClientCertificate ? { requestCert: true, rejectUnauthorized: true } : {}),
      handshakeTimeout: handshakeMs,
    });
  } catch (error) {
    throw tlsSettingsError(name, error);
  }
}

/** Throws ServiceError TF_LISTEN for a certificate or key that a listener could not use. */
export function checkListenerTls(name: string, tls: ListenerTls): void {
  try {
    createSecureContext(contextOptions(tls));
  } catch (error) {
    throw tlsSettingsError(name, error);
  }
}

/**
 * Handshakes from now on use this certificate. Throws ServiceError TF_LISTEN, and changes nothing, when
 * it cannot be used.
 */
export function renewCertificate(server: PlainServer, name: string, tls: ListenerTls): void {
  try {
    if (!(server instanceof Server)) throw new Error('the listener has no TLS');
    server.setSecureContext(contextOptions(tls));
  } catch (error) {
    throw tlsSettingsError(name, error);
  }
}

function contextOptions({ cert, key, passphrase, clientCa }: ListenerTls): SecureContextOptions {
  // A text that is no certificate would be taken, and then refuse every client without a word.
  if (clientCa !== undefined) new X509Certificate(clientCa);
  return {
    cert,
    key,
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(clientCa === undefined ? {} : { ca: clientCa }),
    minVersion: 'TLSv1.2',
  };
}
