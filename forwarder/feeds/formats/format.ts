import type { FeedFormat, FeedProblem, FeedRecord, Result } from '../../core/index.js';

/** One format of the list in formats/index.ts: reads it, and recognises it by a file's first bytes. */
export interface FeedReader extends FeedFormat {
  /** One sentence for messages and documentation: what a file of this format looks like. */
  readonly summary: string;
  /**
   * Whether a file that starts so is of this format. `start` holds up to 4 KiB, without a byte
   * order mark and without leading blanks; it is never empty.
   */
  recognises(start: Uint8Array): boolean;
  /** As FeedFormat; `origin` (a path, an address) is the place that errors name. */
  read(
    bytes: AsyncIterable<Uint8Array>,
    origin?: string,
  ): AsyncIterable<Result<FeedRecord, FeedProblem>>;
}
