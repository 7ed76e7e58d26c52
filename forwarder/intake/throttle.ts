/** Lets each key through once per interval, so that a flood of faults is one line in the log. */
export class Throttle {
  readonly #intervalMs: number;
  readonly #now: () => number;
  readonly #states = new Map<string, { lastMs: number; heldBack: number }>();

  /** `now` gives milliseconds of any clock that only goes forward. Keys must be few. */
  constructor(intervalMs: number, now: () => number = () => performance.now()) {
    this.#intervalMs = intervalMs;
    this.#now = now;
  }

  /** Runs `report` with the number of calls held back since the last one, or holds this one back. */
  run(key: string, report: (heldBack: number) => void): void {
    const nowMs = this.#now();
    const state = this.#states.get(key);
    if (state !== undefined && nowMs - state.lastMs < this.#intervalMs) {
      state.heldBack += 1;
      return;
    }
    this.#states.set(key, { lastMs: nowMs, heldBack: 0 });
    report(state?.heldBack ?? 0);
  }
}
