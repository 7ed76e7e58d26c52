import { FetchError } from './fetch-error.js';
import { retryAfterMs } from './retry-after.js';

type Fault = readonly [meaning: string, hint: string];

const faults: Readonly<Record<number, Fault>> = {
  400: ['the server does not understand the request', 'check the address and query of the feed'],
  401: [
    'the server does not know who asks',
    'check auth (username and password, or token) of the feed, or tls.cert where it asks for a certificate',
  ],
  403: [
    'the server refuses this feed to who asks',
    'check that auth, or the certificate of tls.cert, is meant for this feed and has not run out',
  ],
  404: ['there is nothing at this address', 'correct the address of the feed'],
  406: [
    'the server has no answer in the format asked for',
    'check that the address is of this kind',
  ],
  407: ['the proxy wants to know who asks', 'put USER:PASSWORD@ into the address of the proxy'],
  410: [
    'the feed is no longer published at this address',
    'correct the address, or remove the feed',
  ],
  429: ['the server is asked too often', 'fetch the feed less often: raise every'],
};

const elsewhere =
  'the address redirects there, and credentials are not sent on: set the address that the feed is at itself';

/**
 * An answer that is none of those that are good; `address` as it may be shown. `isStranger`: it came
 * from where credentials and certificate are not shown.
 */
export function statusFault(
  status: number,
  address: string,
  retryAfter: string | undefined,
  nowMs: number,
  isStranger = false,
): FetchError {
  const waitMs = retryAfterMs(retryAfter, nowMs);
  const [meaning, hint] = faults[status] ?? [
    status >= 500 ? 'the server has a fault of its own' : 'the server refuses the request',
    status >= 500 ? 'try again later, or ask its operator' : 'check the address of the feed',
  ];
  const isUnavailable = status >= 500 || status === 429 || status === 408;
  return new FetchError(
    isUnavailable ? 'TF_PEER_UNAVAILABLE' : 'TF_FEED',
    `${meaning} (HTTP ${status})`,
    {
      where: address,
      hint: isStranger && (status === 401 || status === 403) ? elsewhere : hint,
      retryable: isUnavailable,
      // Who says when to come back is not to be asked before.
      isPassing: status >= 500 && status !== 501 && waitMs === undefined,
      ...(isUnavailable ? { retryAfterMs: waitMs } : {}),
    },
  );
}
