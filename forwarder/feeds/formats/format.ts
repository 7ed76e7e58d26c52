import type { FeedFormat, FeedProblem, FeedRecord, Result } from '../../core/index.js';

/** What a field holds. `hash`: the kind by its length; `any`: known by its looks, as in a list. */
export const fieldKinds = ['url', 'domain', 'ip', 'md5', 'sha1', 'sha256', 'hash', 'any'] as const;
export type FieldKind = (typeof fieldKinds)[number];

/** A field that holds indicators, by its path: `mask`, `files/MD5`, `2` (second column). */
export interface FieldRule {
  readonly path: string;
  readonly kind: FieldKind;
}

/**
 * What is passed over and is no fault, counted so that every line of a file is accounted for.
 * `other`: an object that is there for something else, such as a STIX identity.
 */
export const passedKinds = ['comment', 'blank', 'heading', 'other'] as const;
export type Passed = (typeof passedKinds)[number];

/** How much of a row that is left out is kept for the quarantine file, in characters. */
export const longestRow = 4096;

export interface ReaderOptions {
  /** The place that errors name: a path, an address. */
  readonly origin?: string | undefined;
  /** Which fields hold indicators; undefined: by the names that are usual in the format. */
  readonly fields?: readonly FieldRule[] | undefined;
  /**
   * Where the records are: element names joined by slashes, with the wildcards `*` and `?`, such as
   * `data/items`. Undefined: where the format usually has them. JSON and XML.
   */
  readonly rootElement?: string | undefined;
  /** What separates the columns; undefined: found out. CSV. */
  readonly delimiter?: string | undefined;
  readonly onPassed?: ((what: Passed) => void) | undefined;
}

/** One format of the list in formats/index.ts: reads it, and recognises it by a file's first bytes. */
export interface FeedReader extends FeedFormat {
  /** One sentence for messages and documentation: what a file of this format looks like. */
  readonly summary: string;
  /**
   * Whether a file that starts so is of this format. `start` holds up to 4 KiB, unpacked, without a
   * byte order mark and without leading blanks; it is never empty.
   */
  recognises(start: Uint8Array): boolean;
  read(
    bytes: AsyncIterable<Uint8Array>,
    options?: ReaderOptions,
  ): AsyncIterable<Result<FeedRecord, FeedProblem>>;
}
