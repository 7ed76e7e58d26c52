import { isIPv6 } from 'node:net';

import { bad, messageOf, ok, ServiceError } from '../../../core/index.js';
import type { Result } from '../../../core/index.js';
import { collectorUrl, parseCollectorUrl } from '../../../delivery/index.js';

/** The forms of the connection string, for help and errors. */
export const jsaForms =
  '192.0.2.10:514, [2001:db8::1]:514, jsa.example.org:514, unix:///dev/log, or tcp:// udp:// tls://HOST:PORT';

/**
 * Reads JSA's connection string: an IPv4 or IPv6 address or a name with a port (TCP; 514 when it is
 * left out), the path of a socket, or a URL of a collector. Gives the URL.
 */
export function parseJsaAddress(text: string): Result<string, string> {
  const trimmed = text.trim();
  try {
    return ok(collectorUrl(parseCollectorUrl(urlOf(trimmed))));
  } catch (error) {
    const hint = error instanceof ServiceError ? error.hint : undefined;
    return bad(hint === undefined ? messageOf(error) : `${messageOf(error)}; ${hint}`);
  }
}

function urlOf(text: string): string {
  if (text.includes('://')) return text;
  if (text.startsWith('/')) return `unix://${text}`;
  return isIPv6(text) ? `tcp://[${text}]:514` : `tcp://${text}`;
}
