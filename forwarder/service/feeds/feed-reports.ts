import type { Clock, ContextField, Logger, StatusEvent } from '../../core/index.js';
import type { Metrics } from '../../telemetry/index.js';
import { FeedWatch } from './feed-watch.js';
import type { FeedOutcome } from '../indexing/feed-outcome.js';

export interface FeedReportsOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly report: (event: StatusEvent, context: readonly ContextField[]) => void;
}

/** The status event of each limit. */
const limitEvents: ReadonlyMap<string, StatusEvent> = new Map([
  ['record-limit', 'KL_ALERT_FeedLoadedPartially'],
  ['total-limit', 'KL_ALERT_IndicatorsStoreLimitExceeded'],
]);

/** Says to collectors, log and metrics what becomes of the feeds; each change once. */
export class FeedReports {
  readonly #options: FeedReportsOptions;
  readonly #watch = new FeedWatch();

  constructor(options: FeedReportsOptions) {
    this.#options = options;
  }

  /** After a start: what could not be used is said, what is in use goes without saying. */
  started(feeds: readonly FeedOutcome[]): void {
    this.#failed([], feeds);
    this.#limited(feeds);
    this.outdated(feeds);
  }

  /** After new feeds came into use. */
  changed(before: readonly FeedOutcome[], after: readonly FeedOutcome[]): void {
    const updated = this.#watch.updatedFeeds(before, after);
    for (const { name, records } of updated) {
      this.#options.report('KL_ALERT_UpdatedFeed', [
        ['feed', name],
        ['records', String(records)],
      ]);
    }
    this.#failed(before, after);
    this.#limited(updated);
    this.outdated(after);
  }

  /** A feed whose update failed before it came to a new file. */
  failedToUpdate(feed: string, error: string): void {
    this.#options.metrics.counter('tf_feed_loads_total', { outcome: 'failed' }).value += 1;
    this.#options.report('KL_ALERT_FailedToUpdateFeed', [
      ['feed', feed],
      ['error', error],
    ]);
  }

  /** Feeds that became outdated since the last call. */
  outdated(feeds: readonly FeedOutcome[]): void {
    const { clock, logger, report } = this.#options;
    for (const feed of this.#watch.newlyOutdated(feeds, clock())) {
      logger.warn('feed.outdated', `feed ${feed} is outdated`, { feed });
      report('KL_ALERT_OutdatedFeed', [['feed', feed]]);
    }
  }

  /** Says of feeds that more is in them than is used. */
  #limited(feeds: readonly FeedOutcome[]): void {
    for (const { name, records, leftOut } of feeds) {
      for (const { why, count } of leftOut) {
        const event = limitEvents.get(why);
        if (event === undefined) continue;
        this.#options.report(event, [
          ['feed', name],
          ['records', String(records)],
          ['left_out', String(count)],
        ]);
      }
    }
  }

  #failed(before: readonly FeedOutcome[], after: readonly FeedOutcome[]): void {
    for (const { name, failure } of this.#watch.failedFeeds(before, after)) {
      this.failedToUpdate(name, failure.message);
    }
  }
}
