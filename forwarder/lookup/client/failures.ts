import type { LookupFailure, LookupResult } from '../lookup-result.js';
import type { PortalShape } from './portal-shape.js';

export type Failed = Extract<LookupResult, { readonly kind: 'failed' }>;

/** A failure with what and where in one sentence. `address` as it may be shown. */
export function failed(
  failure: LookupFailure,
  address: string,
  said: { readonly message: string; readonly hint: string; readonly status?: number },
): Failed {
  const { message, hint, status } = said;
  return {
    kind: 'failed',
    failure,
    ...(status === undefined ? {} : { status }),
    message: `${address}: ${message}`,
    hint,
  };
}

/** What any status but 200 and 404 means (the table of the API's documents, and its clients). */
export function statusFailure(
  status: number,
  address: string,
  shape: PortalShape,
  location?: string,
): Failed {
  const said = (failure: LookupFailure, message: string, hint: string): Failed =>
    failed(failure, address, { message: `${message} (HTTP ${status})`, hint, status });
  switch (status) {
    case 400:
      return said(
        'bad-request',
        `${shape.title} does not understand the request`,
        'check that the value is a hash, an IP address, a domain name or a URL, and of the kind it is asked as',
      );
    case 401:
      return said(
        'unauthorised',
        `${shape.title} does not accept the credentials`,
        shape.unauthorisedHint,
      );
    case 403:
      return said(
        'quota-exceeded',
        'no more requests are allowed, or there is no access',
        shape.forbiddenHint,
      );
    case 407:
      return said(
        'unreachable',
        'the proxy wants to know who asks',
        'put USER:PASSWORD@ into the address of lookup.proxy',
      );
    case 414:
      return said('too-long', 'the URL is too long', 'look up its host instead');
    case 429:
      return said(
        'too-many-requests',
        'asked too often',
        'lower lookup.requestsPerSecond, or try again later',
      );
    default:
      if (status >= 500) {
        return said('server-fault', 'a fault of the portal itself', 'try again later');
      }
      if (status >= 300 && status < 400) {
        return said(
          'unexpected-answer',
          `the answer leads to ${location ?? 'nowhere'}, which is not followed`,
          'set lookup.url to where the API is; a portal that leads to a page of its own may want its terms accepted there',
        );
      }
      return said(
        'unexpected-answer',
        'an answer the API does not know',
        'check that lookup.url is the address of the portal itself',
      );
  }
}

/** 401 and 403 speak for all that would be asked next; a long Retry-After too. */
export function notAsked(address: string, because: Failed, untilMs: number): Failed {
  const until = Number.isFinite(untilMs)
    ? ` before ${new Date(untilMs).toISOString().slice(0, 19)}Z`
    : ' any more';
  return failed('not-asked', address, {
    message: `not asked${until}, after HTTP ${because.status ?? 'nothing'}: ${because.failure}`,
    hint: because.hint,
  });
}

export function stopped(address: string): Failed {
  return failed('stopped', address, {
    message: 'the lookup was stopped',
    hint: 'look it up again if it is still wanted',
  });
}
