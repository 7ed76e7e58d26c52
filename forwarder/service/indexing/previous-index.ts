import type { FeedInfo, FeedRecord } from '../../core/index.js';
import { openRecords } from './index-input.js';
import type { IndexDetails } from './index-inputs.js';
import type { FeedOutcome } from './feed-outcome.js';

/** The index before, of which a new one takes over what cannot be read anew. */
export interface PreviousIndex {
  readonly details?: IndexDetails | undefined;
  readonly outcomes: readonly FeedOutcome[];
  infoOf(feed: number): FeedInfo | undefined;
  /** The records of one of its feeds, by number. */
  records(feed: number): Iterable<FeedRecord>;
  close(): void;
}

/**
 * Opens the index before; undefined when there is none that can be read: whoever looked whether it is
 * still good has said so.
 */
export async function openPrevious(path: string): Promise<PreviousIndex | undefined> {
  try {
    const opened = await openRecords(path);
    const details = opened.description.details as IndexDetails;
    return {
      details,
      outcomes: details.feeds,
      infoOf: (feed) => opened.description.content.feeds[feed],
      records: (feed) => opened.records(feed),
      close() {
        opened.close();
      },
    };
  } catch {
    return undefined;
  }
}

/** Whether there is no file at all, which is no more than usual at a first start. */
export function isMissing(error: unknown): boolean {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return false;
  return cause.code === 'ENOENT' || cause.code === 'ENOTDIR';
}
