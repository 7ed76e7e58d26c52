import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';

import type { PortalRequest } from '../test-portal.js';

export interface Door {
  readonly isOpenTip: boolean;
  readonly username: string;
  readonly password: string;
  readonly tokens: readonly string[];
  /** Whether name and password need a client certificate of our authority. */
  readonly isCertificateNeeded: boolean;
}

/** Which credentials of a request are right; undefined: 401. */
export function authorise(door: Door, request: IncomingMessage): PortalRequest['authorisedBy'] {
  const { authorization = '', 'x-api-key': key } = request.headers;
  if (door.isOpenTip) {
    return typeof key === 'string' && door.tokens.includes(key) ? 'token' : undefined;
  }
  const [, scheme = '', given = ''] = /^(\S+) +(\S+)$/.exec(authorization) ?? [];
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return door.tokens.includes(given) ? 'token' : undefined;
    case 'basic': {
      if (Buffer.from(given, 'base64').toString('utf8') !== `${door.username}:${door.password}`) {
        return undefined;
      }
      const isShown = request.socket instanceof TLSSocket && request.socket.authorized;
      return isShown || !door.isCertificateNeeded ? 'basic' : undefined;
    }
    default:
      return undefined;
  }
}

/** Common name of the client certificate, of whatever authority; undefined when none was shown. */
export function certificateName(request: IncomingMessage): string | undefined {
  if (!(request.socket instanceof TLSSocket)) return undefined;
  // Of a client without a certificate: {}, which the types do not say.
  const { subject } = request.socket.getPeerCertificate() as { subject?: { readonly CN?: string } };
  return subject?.CN;
}
