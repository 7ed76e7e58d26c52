import type { Failure } from './network-faults.js';
import type { Answer, WireRequest } from './transport.js';

const longestPauseMs = 30_000;
const longestRetryAfterMs = 60_000;
/** Waiting the whole time once more is enough. */
const silentTries = 2;

/** Answers that mean "not now". */
const passingStatuses: readonly number[] = [429, 502, 503, 504];
/** Answers of a server that did not even begin. */
const refusedStatuses: readonly number[] = [429, 503];

/**
 * Whether a request is sent again after this outcome of its try number `attempt`.
 *
 * - GET: after a connection that was not opened or broke, after 429, 502, 503 and 504; after silence,
 *   once. Not after 500: what fails inside the console fails again.
 * - POST and DELETE: only when the request certainly was not carried out, that is when the connection
 *   was never opened, and after 429 and 503. After all else the console may have done it, and doing it
 *   twice is worse than saying so: the error is `retryable`, and who asked looks at what is there.
 */
export function isWorthAnother(
  method: WireRequest['method'],
  outcome: Answer | Failure,
  attempt: number,
): boolean {
  const isReading = method === 'GET';
  if (outcome.kind === 'answer') {
    return (isReading ? passingStatuses : refusedStatuses).includes(outcome.status);
  }
  if (!isReading && outcome.mayBeSent) return false;
  switch (outcome.chance) {
    case 'passing':
      return true;
    case 'silent':
      return attempt < silentTries;
    case 'none':
      return false;
    default:
      return outcome.chance satisfies never;
  }
}

/**
 * The pause after try number `attempt`, milliseconds: twice as long each time, a quarter more or less
 * so that clients do not march in step, never shorter than the console asked for (a minute at most).
 */
export function pauseAfter(
  attempt: number,
  firstPauseMs: number,
  askedForMs: number | undefined,
  random: () => number = Math.random,
): number {
  const usual = Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1));
  const own = usual * (0.75 + random() / 2);
  return Math.max(own, Math.min(longestRetryAfterMs, askedForMs ?? 0));
}

/** `Retry-After` of RFC 9110 (10.2.3), seconds or a date, as milliseconds from now. */
export function retryAfterMs(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  const waitMs = /^\d{1,10}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs);
}
