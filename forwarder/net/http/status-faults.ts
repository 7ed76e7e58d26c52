import type { AskedThing } from '../asked-thing.js';
import type { Answer } from './answer.js';
import { FetchError } from './fetch-error.js';
import { retryAfterMs } from './retry-after.js';

type Fault = readonly [meaning: string, hint: string];

export interface StatusFaultOptions {
  /** Milliseconds since 1970, for Retry-After. */
  readonly nowMs: number;
  /** It came from where credentials and certificate are not shown. */
  readonly isStranger?: boolean;
}

/** An answer that is none of those that are good. */
export function statusFault(
  answer: Pick<Answer, 'what' | 'status' | 'address' | 'header'>,
  { nowMs, isStranger = false }: StatusFaultOptions,
): FetchError {
  const { what, status, address } = answer;
  const waitMs = retryAfterMs(answer.header('retry-after'), nowMs);
  const [meaning, hint] = faultOf(status, what);
  const isUnavailable = status >= 500 || status === 429 || status === 408;
  return new FetchError(
    isUnavailable ? 'TF_PEER_UNAVAILABLE' : what.code,
    `${meaning} (HTTP ${status})`,
    {
      where: address,
      hint: isStranger && (status === 401 || status === 403) ? elsewhere(what) : hint,
      retryable: isUnavailable,
      // Who says when to come back is not to be asked before.
      isPassing: status >= 500 && status !== 501 && waitMs === undefined,
      ...(isUnavailable ? { retryAfterMs: waitMs } : {}),
    },
  );
}

function faultOf(status: number, { noun, remedies }: AskedThing): Fault {
  switch (status) {
    case 400:
      return [
        'the server does not understand the request',
        `check the address and query of the ${noun}`,
      ];
    case 401:
      return [
        'the server does not know who asks',
        `check auth (username and password, or token) of the ${noun}, or tls.cert where it asks for a certificate`,
      ];
    case 403:
      return [
        `the server refuses this ${noun} to who asks`,
        `check that auth, or the certificate of tls.cert, is meant for this ${noun} and has not run out`,
      ];
    case 404:
      return ['there is nothing at this address', `correct the address of the ${noun}`];
    case 406:
      return [
        'the server has no answer in the format asked for',
        'check that the address is of this kind',
      ];
    case 407:
      return [
        'the proxy wants to know who asks',
        'put USER:PASSWORD@ into the address of the proxy',
      ];
    case 410:
      return [
        `the ${noun} is no longer published at this address`,
        `correct the address, or remove the ${noun}`,
      ];
    case 429:
      return ['the server is asked too often', remedies.tooOften];
    default:
      return status >= 500
        ? ['the server has a fault of its own', 'try again later, or ask its operator']
        : ['the server refuses the request', `check the address of the ${noun}`];
  }
}

function elsewhere({ noun }: AskedThing): string {
  return `the address redirects there, and credentials are not sent on: set the address that the ${noun} is at itself`;
}
