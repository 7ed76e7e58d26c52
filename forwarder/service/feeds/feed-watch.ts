import { isOutdated } from '../../feeds/index.js';
import type { FeedFailure, FeedOutcome } from '../indexing/feed-outcome.js';

/** A feed that is not in use as it is now. */
export type FailedFeed = FeedOutcome & { readonly failure: FeedFailure };

/** Remembers what was said about feeds, so that each change is reported once. */
export class FeedWatch {
  readonly #outdated = new Set<string>();

  /** Feeds whose own records came into use, or changed, between two loads. */
  updatedFeeds(
    before: readonly FeedOutcome[],
    after: readonly FeedOutcome[],
  ): readonly FeedOutcome[] {
    const known = new Map(before.map((feed) => [feed.name, fingerprint(feed)]));
    return after.filter(
      (feed) => feed.state === 'loaded' && known.get(feed.name) !== fingerprint(feed),
    );
  }

  /** Feeds that failed since the load before, or fail otherwise now. */
  failedFeeds(
    before: readonly FeedOutcome[],
    after: readonly FeedOutcome[],
  ): readonly FailedFeed[] {
    const known = new Map(before.map(({ name, failure }) => [name, failure?.message]));
    return after.flatMap((feed) => {
      const { name, state, failure } = feed;
      if (failure === undefined || state === 'awaited') return [];
      return known.get(name) === failure.message ? [] : [{ ...feed, failure }];
    });
  }

  /** Names of feeds that became outdated since the last call; a fresh one may be reported again. */
  newlyOutdated(feeds: readonly FeedOutcome[], nowMs: number): readonly string[] {
    const found: string[] = [];
    for (const feed of feeds) {
      const { name } = feed;
      if (!isOutdated(feed, nowMs)) {
        this.#outdated.delete(name);
      } else if (!this.#outdated.has(name)) {
        this.#outdated.add(name);
        found.push(name);
      }
    }
    return found;
  }
}

function fingerprint({ path, modifiedAtMs, sizeBytes, records }: FeedOutcome): string {
  return `${path} ${modifiedAtMs} ${sizeBytes} ${records}`;
}
