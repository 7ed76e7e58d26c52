import type { QueueRow } from './queue-rows.js';

export interface StallLimits {
  /** So long the peer's machine may acknowledge nothing. */
  readonly stallMs: number;
  /** So long, when it says again and again that its program makes no room. */
  readonly noRoomMs: number;
}

/** A peer that is alive answers each probe; one may be on its way. */
const aliveProbes = 1;

/** Decides when a connection that does not get on is to be given up. Times are on a monotonic clock. */
export class StallWatch {
  readonly #limits: StallLimits;
  #movedAtMs = 0;
  #aliveAtMs = 0;
  #seenAtMs = 0;
  #lastQueue = 0;

  constructor(limits: StallLimits) {
    this.#limits = limits;
  }

  /** There is something to acknowledge from now on, and there was nothing before. */
  begin(nowMs: number): void {
    this.#movedAtMs = nowMs;
    this.#aliveAtMs = nowMs;
    this.#seenAtMs = nowMs;
    this.#lastQueue = 0;
  }

  /**
   * Takes what a reading found; returns the limit that was overrun, in milliseconds, if one was.
   *
   * A peer whose window is closed is not gone: its machine answers the kernel's probes, only its
   * program does not read, as one that is stopped for a moment, compacts a database or is overloaded.
   * Connecting anew would reach the same program and cost what is queued a second time. So it gets the
   * longer limit, as long as the probes are answered.
   *
   * Between two readings at most half of the limit counts: a process that was frozen, with its machine
   * or alone, has not seen whether the peer got on.
   */
  see(row: QueueRow, hasGrown: boolean, nowMs: number): number | undefined {
    const { stallMs, noRoomMs } = this.#limits;
    const unseenMs = Math.max(0, nowMs - this.#seenAtMs - stallMs / 2);
    this.#seenAtMs = nowMs;
    this.#movedAtMs += unseenMs;
    this.#aliveAtMs += unseenMs;
    const hasMoved = hasGrown || row.txQueue === 0 || row.txQueue < this.#lastQueue;
    this.#lastQueue = row.txQueue;
    if (hasMoved) this.#movedAtMs = nowMs;
    const isAlive = row.timer === 'zeroWindowProbe' && row.unansweredProbes <= aliveProbes;
    if (hasMoved || isAlive) this.#aliveAtMs = nowMs;
    if (nowMs - this.#aliveAtMs >= stallMs) return stallMs;
    return nowMs - this.#movedAtMs >= noRoomMs ? noRoomMs : undefined;
  }
}
