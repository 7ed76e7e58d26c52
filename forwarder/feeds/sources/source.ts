import type { Clock } from '../../core/index.js';
import type { Access } from '../../net/index.js';

/** What is known from the fetches before; kept beside the fetched file. No secret is in it. */
export interface FetchState {
  /** What was fetched, as it may be shown (see shownAddress). */
  readonly url: string;
  /** Fingerprint of address and query: a state of another address or query is of no use. */
  readonly identity?: string | undefined;
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
  /** When the content last changed; milliseconds since 1970, as the following. */
  readonly fetchedAtMs: number;
  /** When the source last said that this is its content. */
  readonly confirmedAtMs: number;
  /** When it last said so of the content before this one. */
  readonly confirmedBeforeMs?: number | undefined;
  readonly bytes: number;
  readonly records?: number | undefined;
  /** SHA-256 of the file, in hex. */
  readonly digest?: string | undefined;
  /** Where the source goes on, in its own terms. */
  readonly cursor?: string | undefined;
  /** When the last attempt failed; absent after one that did not. */
  readonly failedAtMs?: number | undefined;
  readonly failure?: string | undefined;
  /** How many attempts failed in a row. */
  readonly failures?: number | undefined;
  /** The source asked not to be asked again before (Retry-After). */
  readonly notBeforeMs?: number | undefined;
}

/** `fetched`: the content was written to the request's target. */
export type FetchOutcome =
  | { readonly kind: 'unchanged'; readonly state: FetchState }
  | { readonly kind: 'fetched'; readonly state: FetchState };

export interface FetchRequest {
  readonly address: string;
  readonly access: Access;
  /** Filters, in the source's own terms, as the configuration has them. */
  readonly query?: unknown;
  /** Of the content that is there; absent when there is none, and everything is fetched. */
  readonly previous?: FetchState | undefined;
  /** The file that is there already, for sources that add to it; absent when there is none. */
  readonly previousFile?: string | undefined;
  /** The temporary file to write; it does not exist yet. */
  readonly target: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((bytes: number, total: number | undefined) => void) | undefined;
  readonly clock: Clock;
}

/** A way to fetch a feed. fetch() throws ServiceError TF_FEED or TF_PEER_UNAVAILABLE. */
export interface FeedSource {
  readonly name: 'url' | 'taxii' | 'misp';
  fetch(request: FetchRequest): Promise<FetchOutcome>;
}
