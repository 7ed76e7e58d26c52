import type { Counter, CounterSource } from '../../core/index.js';
import { liveOutcomes, type LiveOutcome } from './live-options.js';

/** Live lookups in numbers. */
export interface LiveCounters {
  /** `tf_live_lookups_total{feed,outcome}`: each value that was to be asked for, once. */
  readonly lookups: Readonly<Record<LiveOutcome, Counter>>;
  /** `tf_live_requests_total{feed,outcome}`: requests to the server. */
  readonly answered: Counter;
  readonly unanswered: Counter;
}

export function liveCounters(source: CounterSource, feed: string): LiveCounters {
  const requests = (outcome: string): Counter =>
    source.counter('tf_live_requests_total', { feed, outcome });
  return {
    lookups: Object.fromEntries(
      liveOutcomes.map((outcome) => [
        outcome,
        source.counter('tf_live_lookups_total', { feed, outcome }),
      ]),
    ) as Record<LiveOutcome, Counter>,
    answered: requests('answered'),
    unanswered: requests('failed'),
  };
}
