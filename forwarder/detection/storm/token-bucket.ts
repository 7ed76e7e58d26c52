/**
 * Lets `perSecond` pass in a second on the average, and so many at once after a pause. Times are
 * monotonic milliseconds. 0: lets everything pass.
 */
export class TokenBucket {
  #perSecond: number;
  #tokens: number;
  #filledAtMs = 0;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#tokens = perSecond;
  }

  use(perSecond: number): void {
    if (perSecond === this.#perSecond) return;
    this.#perSecond = perSecond;
    this.#tokens = Math.min(this.#tokens, perSecond);
  }

  /** Whether one more may pass now; takes its token. */
  take(nowMs: number): boolean {
    if (this.#perSecond === 0) return true;
    this.#fill(nowMs);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Takes a token for what passes in any case, if there is one. */
  spend(nowMs: number): void {
    this.#fill(nowMs);
    this.#tokens = Math.max(0, this.#tokens - 1);
  }

  #fill(nowMs: number): void {
    const passedMs = Math.max(0, nowMs - this.#filledAtMs);
    this.#filledAtMs = Math.max(nowMs, this.#filledAtMs);
    this.#tokens = Math.min(this.#perSecond, this.#tokens + (passedMs * this.#perSecond) / 1000);
  }
}
