/** Spaces requests evenly: at most so many in a second, never several at once after a quiet time. */
export class Pace {
  readonly #gapMs: number;
  #nextAtMs = -Infinity;

  constructor(perSecond: number) {
    this.#gapMs = 1000 / perSecond;
  }

  /** How long the next request has to wait; 0 = it may go. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.#nextAtMs - nowMs);
  }

  /** A request goes out now. */
  take(nowMs: number): void {
    this.#nextAtMs = nowMs + this.#gapMs;
  }
}
