import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

import { ServiceError } from '../../core/index.js';

/**
 * The addresses of a host, IPv4 and IPv6, best first; an address is its own. Rejects when the name is
 * unknown or `signal` fires.
 */
export async function resolveHost(
  url: string,
  host: string,
  signal: AbortSignal,
  find: (name: string) => Promise<readonly string[]> = systemLookup,
): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  const addresses = await orAbort(find(host), signal);
  if (addresses.length === 0) {
    throw new ServiceError('TF_COLLECTOR', 'the name has no address', {
      where: url,
      hint: 'check the host name and the name servers',
      retryable: true,
    });
  }
  return addresses;
}

async function systemLookup(name: string): Promise<readonly string[]> {
  const answers = await lookup(name, { all: true });
  return answers.map(({ address }) => address);
}

/** `work`, or a rejection with the signal's reason, whichever is first. */
export function orAbort<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}
