import { messageOf, ServiceError } from '../../core/index.js';

/** What an error code of a socket means to the operator, and what to do about it. */
const faults: Readonly<Record<string, readonly [meaning: string, hint: string]>> = {
  ECONNREFUSED: [
    'connection refused',
    'start the collector, or correct host and port; a firewall that rejects looks the same',
  ],
  ECONNRESET: ['connection reset by the collector', "look into the collector's log"],
  EPIPE: ['connection closed by the collector', "look into the collector's log"],
  ETIMEDOUT: ['no answer', 'check host, route and firewall'],
  EHOSTUNREACH: ['no route to the host', 'check the address and the route'],
  ENETUNREACH: ['network unreachable', 'check the address and the route'],
  ENOTFOUND: ['the name is not known', 'check the host name and the name servers'],
  EAI_AGAIN: ['no name server answered', 'check the name servers'],
  EACCES: ['permission denied', "check the socket's owner and mode"],
  EPERM: ['not permitted', 'a local firewall rule may forbid it'],
  ENOENT: ['the socket does not exist', 'start the collector, or correct the path'],
  EPROTOTYPE: [
    'the socket takes datagrams, not a stream',
    'give the path of a stream socket (/dev/log takes datagrams)',
  ],
  EMSGSIZE: ['a message is too long for one datagram', 'use tcp:// or tls://'],
};

/**
 * A failure of a collector as a retryable ServiceError TF_COLLECTOR, with the collector's URL and,
 * for known causes, what to do. A ServiceError is passed through.
 */
export function collectorFault(url: string, error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  const fault = faults[codeOf(error)];
  return new ServiceError('TF_COLLECTOR', fault?.[0] ?? messageOf(error), {
    where: url,
    ...(fault === undefined ? {} : { hint: fault[1] }),
    retryable: true,
    cause: error,
  });
}

/** The `code` of an error of the runtime; '' when it has none. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
