import type { LoadedConfig } from '../../../config/index.js';
import { readFetchState } from '../../../feeds/index.js';
import { nextFetchMs } from '../../../feeds/sources/index.js';
import { shownAddress } from '../../../net/index.js';
import { remoteEntries } from '../../../service/downloads/remote-entries.js';
import type { FeedOutcome } from '../../../service/indexing/feed-outcome.js';

/** When a feed's file is renewed next. `watched`: a local file, taken in when it changes. */
export type NextUpdate =
  | { readonly kind: 'watched' }
  | { readonly kind: 'by-hand' }
  | { readonly kind: 'at'; readonly atMs: number };

export interface FetchPlan {
  readonly next: NextUpdate;
  /** Where it is fetched from, without secrets. */
  readonly address: string | undefined;
  /** When its source last said that this is its content. */
  readonly confirmedAtMs: number | undefined;
  /** The last fetch, when it failed. */
  readonly lastFailure:
    { readonly atMs: number; readonly count: number; readonly message: string } | undefined;
}

const local: FetchPlan = {
  next: { kind: 'watched' },
  address: undefined,
  confirmedAtMs: undefined,
  lastFailure: undefined,
};

/** What is planned for each of the feeds, by name. */
export async function fetchPlans(
  { config }: LoadedConfig,
  feeds: readonly Pick<FeedOutcome, 'name'>[],
  nowMs: number,
): Promise<ReadonlyMap<string, FetchPlan>> {
  const plans = new Map(feeds.map(({ name }) => [name, local]));
  for (const { name, everyMs, address } of remoteEntries(config)) {
    const state = await readFetchState(config.downloads.directory, name);
    // Up to a tenth later, by chance: the earliest time is told.
    const atMs = nextFetchMs({ everyMs, state, nowMs, random: 0 });
    const { failedAtMs, failures = 1, failure = 'for an unknown reason' } = state ?? {};
    plans.set(name, {
      next: atMs === undefined ? { kind: 'by-hand' } : { kind: 'at', atMs },
      address: shownAddress(address),
      confirmedAtMs:
        state === undefined || state.confirmedAtMs === 0 ? undefined : state.confirmedAtMs,
      lastFailure:
        failedAtMs === undefined
          ? undefined
          : { atMs: failedAtMs, count: failures, message: failure },
    });
  }
  return plans;
}
