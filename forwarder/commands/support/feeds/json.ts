import { isOutdated } from '../../../feeds/index.js';
import type { FeedFailure, FeedOutcome } from '../../../service/indexing/feed-outcome.js';
import type { FetchPlan, NextUpdate } from './plans.js';
import { leftOutCount } from './tables.js';

/** A feed as `feeds list --json` gives it; times in milliseconds since 1970, null = there is none. */
export interface FeedJson extends Pick<
  FeedOutcome,
  | 'name'
  | 'entry'
  | 'path'
  | 'format'
  | 'state'
  | 'role'
  | 'confidence'
  | 'sizeBytes'
  | 'read'
  | 'records'
  | 'retained'
  | 'indicators'
  | 'passed'
  | 'leftOut'
> {
  readonly fetchedFrom: string | null;
  readonly leftOutCount: number;
  readonly modifiedAtMs: number | null;
  readonly confirmedAtMs: number | null;
  readonly isOutdated: boolean;
  readonly failure: FeedFailure | null;
  readonly lastFailure: NonNullable<FetchPlan['lastFailure']> | null;
  readonly update: NextUpdate;
  /** The file with the rows that were left out. */
  readonly quarantine: string | null;
}

/** All that is known of feeds; no secret is in it. */
export function feedsJson(
  feeds: readonly FeedOutcome[],
  plans: ReadonlyMap<string, FetchPlan>,
  quarantineOf: (feed: string) => string | undefined,
  nowMs = Date.now(),
): readonly FeedJson[] {
  return feeds.map((outcome) => {
    const { name, entry, path, format, state, role, confidence, sizeBytes } = outcome;
    const { read, records, retained, indicators, passed, leftOut } = outcome;
    const plan = plans.get(name);
    return {
      ...{ name, entry, path, format, state, role, confidence, sizeBytes },
      ...{ read, records, retained, indicators, passed, leftOut },
      fetchedFrom: plan?.address ?? null,
      leftOutCount: leftOutCount(outcome),
      modifiedAtMs: outcome.modifiedAtMs === 0 ? null : outcome.modifiedAtMs,
      confirmedAtMs: plan?.confirmedAtMs ?? null,
      isOutdated: isOutdated(outcome, nowMs),
      failure: failureOf(outcome),
      lastFailure: plan?.lastFailure ?? null,
      update: plan?.next ?? { kind: 'watched' },
      quarantine: quarantineOf(name) ?? null,
    };
  });
}

/** The message about a feed that is still to be fetched names its address as it is configured. */
function failureOf({ state, failure }: FeedOutcome): FeedFailure | null {
  if (failure === undefined) return null;
  const { hint } = failure;
  return state === 'awaited' ? { message: 'It was not fetched yet.', hint } : failure;
}
