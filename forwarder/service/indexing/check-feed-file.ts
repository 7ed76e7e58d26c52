import { ServiceError } from '../../core/index.js';
import { openFeeds, type FeedFile, type FeedOptions } from '../../feeds/index.js';
import { OutcomeTally } from './outcome-tally.js';
import { readFeed } from './read-feed.js';

/** What a file would load as. */
export interface CheckedFeed {
  readonly file: FeedFile;
  readonly tally: OutcomeTally;
  /** Records in the file that can be read, whatever the rules make of them. */
  readonly records: number;
}

/**
 * Reads a file as the feed of an entry would be read, and counts; nothing is kept of it. Throws
 * ServiceError TF_FEED when it cannot be used as that feed.
 */
export async function checkFeedFile(
  options: FeedOptions,
  path: string,
  baseDirectory: string,
  signal?: AbortSignal,
): Promise<CheckedFeed> {
  const entry = { ...options, path, fetchedFrom: undefined, enabled: true };
  const [file] = await openFeeds([entry], [], { baseDirectory });
  if (file === undefined) {
    throw new ServiceError('TF_FEED', 'There is no feed in it.', { where: path });
  }
  const tally = new OutcomeTally();
  await readFeed(file, {
    nowMs: Date.now(),
    isExpired: false,
    room: Infinity,
    tally,
    signal,
    onRecord: () => undefined,
  });
  return { file, tally, records: tally.read };
}
