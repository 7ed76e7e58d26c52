export interface BreakerOptions {
  /** The pause after the first failure; doubles with each further one in a row. */
  readonly pauseMs: number;
  readonly maxPauseMs: number;
}

/**
 * Keeps a server that fails from costing anything: after a failure there is a pause, then one
 * request is let through; its success ends it all, its failure makes the next pause longer.
 */
export class Breaker {
  readonly #options: BreakerOptions;
  #failures = 0;
  #pausedUntilMs = -Infinity;

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  isPaused(nowMs: number): boolean {
    return nowMs < this.#pausedUntilMs;
  }

  /** Whether the last request failed, so that only one is to be tried at a time. */
  get isTrying(): boolean {
    return this.#failures > 0;
  }

  /** Gives the length of the pause; `atLeastMs` is what the server asked for (Retry-After). */
  failed(nowMs: number, atLeastMs = 0): number {
    const { pauseMs, maxPauseMs } = this.#options;
    const own = Math.min(maxPauseMs, pauseMs * 2 ** Math.min(30, this.#failures));
    this.#failures++;
    const length = Math.max(own, atLeastMs);
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, nowMs + length);
    return length;
  }

  /** True when this is the first success after failures. */
  succeeded(): boolean {
    const isBack = this.#failures > 0;
    this.#failures = 0;
    this.#pausedUntilMs = -Infinity;
    return isBack;
  }
}
