import type { FetchState } from './source.js';

const firstBackoffMs = 60_000;
/** The most that a fetch is put off so that not all ask at once, as a part of the interval. */
const mostJitter = 0.1;

export interface FetchPlan {
  /** 0: only by hand. */
  readonly everyMs: number;
  readonly state: FetchState | undefined;
  readonly nowMs: number;
  /** From [0, 1[. */
  readonly random: number;
}

/**
 * When a feed is fetched next, in milliseconds since 1970; undefined when only by hand. It is
 * fetched each `every` after the source last confirmed it, a little later at random; after failures
 * sooner: a minute, two, four … up to `every`, but not before the source wants it (Retry-After).
 */
export function nextFetchMs({ everyMs, state, nowMs, random }: FetchPlan): number | undefined {
  if (everyMs === 0) return undefined;
  if (state === undefined) return nowMs;
  const { failedAtMs, failures = 1, confirmedAtMs, notBeforeMs = 0 } = state;
  const jitter = 1 + mostJitter * random;
  const atMs =
    failedAtMs === undefined
      ? confirmedAtMs + everyMs * jitter
      : failedAtMs + Math.min(everyMs, firstBackoffMs * 2 ** Math.min(30, failures - 1)) * jitter;
  // A time from the future is of a clock that was wrong.
  const soonest = Math.max(nowMs, Math.min(atMs, nowMs + everyMs * jitter));
  return Math.max(soonest, notBeforeMs);
}
