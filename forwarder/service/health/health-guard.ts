import type { IncomingMessage } from 'node:http';
import { isIPv4 } from 'node:net';

/** Why a request is not answered as it asks. */
export interface Refusal {
  readonly status: 400 | 403 | 405 | 413;
  readonly text: string;
}

/**
 * What every answer carries: nothing may be kept, guessed, framed, or read by another web page. No
 * header allows another origin anything.
 */
export const answerHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/**
 * Looks at a request before anything is done for it. `isLoopback`: the server is reachable from this
 * machine only, so it must be meant by a name of this machine: a web page whose own name was made to
 * lead to 127.0.0.1 (DNS rebinding) would otherwise read what only this machine may. `name`: what the
 * configuration calls the server.
 */
export function refusalOf(
  request: IncomingMessage,
  isLoopback: boolean,
  name: string,
): Refusal | undefined {
  const hosts = request.rawHeaders.filter(
    (header, index) => index % 2 === 0 && header.toLowerCase() === 'host',
  );
  // RFC 9112, 3.2: more than one is an error; two servers might each take another for the right one.
  if (hosts.length > 1) return { status: 400, text: 'more than one Host' };
  if (isLoopback && !isLocalName(request.headers.host ?? '', name)) {
    return { status: 403, text: 'this Host is not served here; use 127.0.0.1 or localhost' };
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return { status: 405, text: 'only GET and HEAD' };
  }
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers;
  if (encoding !== undefined || Number(length) !== 0) {
    return { status: 413, text: 'no content is taken' };
  }
  return undefined;
}

/** Whether an address can be reached from this machine only. */
export function isLoopbackAddress(address: string): boolean {
  const plain = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'));
}

/** `127.0.0.1:9990`, `localhost`, `[::1]:9990`: a port may be another one, behind a tunnel. */
function isLocalName(host: string, name: string): boolean {
  const parts = /^(?:\[([^[\]]*)\]|([^:[\]]*))(?::[0-9]{1,5})?$/.exec(host.trim().toLowerCase());
  if (parts === null) return false;
  const meant = parts[1] ?? (parts[2] ?? '').replace(/\.$/, '');
  return meant === 'localhost' || meant === name.toLowerCase() || isLoopbackAddress(meant);
}
