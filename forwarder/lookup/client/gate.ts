import type { Failed } from './failures.js';
import { notAsked } from './failures.js';

/** The longest pause after one answer; then one more request shows whether things have changed. */
export const longestPauseMs = 15 * 60_000;

const dayMs = 24 * 60 * 60_000;

/**
 * Keeps what was refused once from being asked again and again. After 401 nothing is asked any more:
 * wrong credentials stay wrong, and the account may be locked. After 403 nothing for 15 minutes, or
 * until the next day (UTC) where that is sooner. After a Retry-After as long as it says, 15 minutes
 * at most.
 */
export class Gate {
  readonly #address: string;
  #closed: { readonly because: Failed; readonly untilMs: number } | undefined;

  /** `address` as it may be shown. */
  constructor(address: string) {
    this.#address = address;
  }

  /** What to answer instead of asking; undefined when it may be asked. */
  refusal(nowMs: number): Failed | undefined {
    if (this.#closed === undefined || nowMs >= this.#closed.untilMs) return undefined;
    return notAsked(this.#address, this.#closed.because, this.#closed.untilMs);
  }

  /** Takes in what an answer means for those to come; `askedWaitMs` is its Retry-After, when not waited for. */
  heard(answer: Failed, nowMs: number, askedWaitMs?: number): void {
    if (answer.failure === 'unauthorised') this.#close(answer, Infinity);
    else if (answer.failure === 'quota-exceeded') {
      const nextDayMs = (Math.floor(nowMs / dayMs) + 1) * dayMs;
      this.#close(answer, Math.min(nextDayMs, nowMs + longestPauseMs));
    } else if (askedWaitMs !== undefined) {
      this.#close(answer, nowMs + Math.min(askedWaitMs, longestPauseMs));
    }
  }

  /** An answer of those that were out already never opens it sooner. */
  #close(because: Failed, untilMs: number): void {
    if (this.#closed !== undefined && this.#closed.untilMs >= untilMs) return;
    this.#closed = { because, untilMs };
  }
}
