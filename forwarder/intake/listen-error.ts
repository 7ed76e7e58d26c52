import { messageOf, ServiceError } from '../core/index.js';
import { configKeyOf } from './config-key.js';

/** Explains why an address could not be opened, and what the operator can do about it. */
export function listenError(
  name: string,
  host: string,
  port: number,
  cause: unknown,
): ServiceError {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const { reason, hint } = explain(codeOf(cause), name, port, cause);
  return new ServiceError('TF_LISTEN', `cannot listen on ${address}: ${reason}`, {
    where: `${configKeyOf(name)}.listen`,
    hint,
    retryable: codeOf(cause) === 'EADDRINUSE',
    cause,
  });
}

/** Explains why a socket that was handed over to this process cannot be listened on. */
export function inheritedError(name: string, descriptor: number, cause: unknown): ServiceError {
  return new ServiceError(
    'TF_LISTEN',
    `cannot listen on the socket that was handed over (descriptor ${descriptor}): ${messageOf(cause)}`,
    {
      where: `${configKeyOf(name)}.listen`,
      hint: 'it must be a TCP socket: write ListenStream=HOST:PORT and Accept=no into the socket unit',
      cause,
    },
  );
}

/** A certificate, key or CA that cannot be used. The text never holds a part of the key. */
export function tlsSettingsError(name: string, cause: unknown): ServiceError {
  return new ServiceError('TF_LISTEN', `cannot use the certificate or key: ${messageOf(cause)}`, {
    where: `${configKeyOf(name)}.tls`,
    hint: "Give cert and key as PEM files that belong together, with the key's passphrase if it has one, and clientCa as a PEM file of CA certificates.",
    cause,
  });
}

/** The errno name of a system error; `unknown` for any other value. */
export function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : 'unknown';
}

function explain(
  code: string,
  name: string,
  port: number,
  cause: unknown,
): { readonly reason: string; readonly hint: string } {
  switch (code) {
    case 'EADDRINUSE':
      return {
        reason: 'another process listens there',
        hint: `Find it with "ss -ltnp 'sport = :${port}'" and stop it, or set ${configKeyOf(name)}.listen to a free port.`,
      };
    case 'EACCES':
      return {
        reason: 'not permitted',
        hint: `Use a port above 1023, or give the service the capability CAP_NET_BIND_SERVICE.`,
      };
    case 'EADDRNOTAVAIL':
      return {
        reason: 'this machine has no such address',
        hint: `Set ${configKeyOf(name)}.listen to an address of this machine ("ip address" shows them), 127.0.0.1 or 0.0.0.0.`,
      };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        reason: 'the host name is not known',
        hint: `Set ${configKeyOf(name)}.listen to an IP address.`,
      };
    default:
      return { reason: messageOf(cause), hint: `Check ${configKeyOf(name)}.listen.` };
  }
}
