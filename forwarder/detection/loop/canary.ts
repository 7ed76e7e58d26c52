/** A canary that comes back later has been somewhere else meanwhile. */
const returnsWithinMs = 60_000;

/**
 * The mark of the last status message that was sent to see whether it comes back. Pure: time is an
 * argument, in monotonic milliseconds.
 */
export class Canary {
  #mark: string | undefined;
  #sentAtMs = 0;

  /** Notes that a message with this mark goes out. */
  send(mark: string, nowMs: number): void {
    this.#mark = mark;
    this.#sentAtMs = nowMs;
  }

  /** Whether an own message that came back holds the mark, and in time; it is found once. */
  isIn(holds: (mark: string) => boolean, nowMs: number): boolean {
    if (nowMs - this.#sentAtMs > returnsWithinMs) this.#mark = undefined;
    if (this.#mark === undefined || !holds(this.#mark)) return false;
    this.#mark = undefined;
    return true;
  }
}
