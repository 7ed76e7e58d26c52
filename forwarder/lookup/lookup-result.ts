/** A reply of the portal as it came: sections by name. What is in it is up to the portal. */
export type Report = Readonly<Record<string, unknown>>;

/** How much of the day's requests is used. */
export interface Quota {
  readonly used: number;
  /** Requests a day; undefined when nobody says. */
  readonly perDay: number | undefined;
  /** `portal`: LicenseInfo of a reply. `own count`: requests of this installation, where the portal tells nothing. */
  readonly source: 'portal' | 'own count';
}

/** Why there is no answer; each its own, so that callers decide and nobody reads texts. */
export const lookupFailures = [
  /** 400: the request is not understood. */
  'bad-request',
  /** 401: credentials, or the portal's terms were not accepted in the browser yet. */
  'unauthorised',
  /** 403: quota or request limit exceeded, or no access. */
  'quota-exceeded',
  /** 414: a URL of more than 2,000 characters. */
  'too-long',
  /** 429 after all tries. */
  'too-many-requests',
  /** 5xx after all tries. */
  'server-fault',
  /** Another status, or an answer that is no JSON. */
  'unexpected-answer',
  /** No connection, cut, silent for too long. */
  'unreachable',
  /** Certificates: the portal's, or ours. */
  'tls',
  /** Not asked, to spare the quota or while the portal is given a pause. */
  'not-asked',
  /** Stopped by the caller. */
  'stopped',
] as const;
export type LookupFailure = (typeof lookupFailures)[number];

/** Whether a failure is one of the value alone: others may be asked for all the same. */
export function isOfValue(failure: LookupFailure): boolean {
  switch (failure) {
    case 'bad-request':
    case 'too-long':
      return true;
    case 'unauthorised':
    case 'quota-exceeded':
    case 'too-many-requests':
    case 'server-fault':
    case 'unexpected-answer':
    case 'unreachable':
    case 'tls':
    case 'not-asked':
    case 'stopped':
      return false;
    default:
      return failure satisfies never;
  }
}

/** What became of one lookup. "No results" (404) is an answer, not a failure. */
export type LookupResult =
  | {
      readonly kind: 'report';
      readonly report: Report;
      readonly from: 'portal' | 'cache';
      /** When the portal said so; milliseconds since 1970. */
      readonly atMs: number;
    }
  | { readonly kind: 'no-data'; readonly from: 'portal' | 'cache'; readonly atMs: number }
  | {
      readonly kind: 'failed';
      readonly failure: LookupFailure;
      /** HTTP status, when there was an answer. */
      readonly status?: number | undefined;
      /** What and where, for people; never a secret. */
      readonly message: string;
      /** What to do about it. */
      readonly hint: string;
    };
