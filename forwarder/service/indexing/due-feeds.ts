import { fetchTimesOf } from '../../feeds/index.js';
import type { FeedOutcome } from './feed-outcome.js';

const minuteMs = 60_000;

/**
 * Whether an index is to be made again though it would be made from the same: a feed that was over
 * when it was compiled has been confirmed by its source since, or one that could not be read by a
 * fault of the machine may be readable by now.
 */
export async function isAnyDue(feeds: readonly FeedOutcome[], nowMs: number): Promise<boolean> {
  for (const { state, isOver = false, path, lifetimeMinutes = 0, failure } of feeds) {
    if (failure?.retryAtMs !== undefined && nowMs >= failure.retryAtMs) return true;
    if (state !== 'loaded' || !isOver) continue;
    const times = await fetchTimesOf(path);
    if (times !== undefined && nowMs - times.confirmedAtMs <= lifetimeMinutes * minuteMs)
      return true;
  }
  return false;
}
