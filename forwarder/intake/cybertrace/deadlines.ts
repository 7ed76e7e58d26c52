/**
 * Calls back for whoever has waited for a given time, the same for all, with one timer for any number
 * of them: who began last is due last, so only the first has to be looked at.
 */
export class Deadlines<Waiting> {
  readonly #delayMs: number;
  readonly #onDue: (waiting: Waiting) => void;
  /** In the order of their time, which is that of their insertion. */
  readonly #dueMs = new Map<Waiting, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(delayMs: number, onDue: (waiting: Waiting) => void) {
    this.#delayMs = delayMs;
    this.#onDue = onDue;
  }

  get size(): number {
    return this.#dueMs.size;
  }

  /** Who began first of those that wait. */
  get first(): Waiting | undefined {
    for (const waiting of this.#dueMs.keys()) return waiting;
    return undefined;
  }

  /** Begins the time of `waiting`, or begins it anew. */
  start(waiting: Waiting): void {
    this.#dueMs.delete(waiting);
    this.#dueMs.set(waiting, performance.now() + this.#delayMs);
    this.#timer ??= setTimeout(this.#look, this.#delayMs);
  }

  cancel(waiting: Waiting): void {
    this.#dueMs.delete(waiting);
  }

  /** Forgets everyone. */
  clear(): void {
    this.#dueMs.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  readonly #look = (): void => {
    this.#timer = undefined;
    for (const [waiting, dueMs] of this.#dueMs) {
      const leftMs = dueMs - performance.now();
      if (leftMs > 0) {
        this.#timer ??= setTimeout(this.#look, Math.ceil(leftMs));
        return;
      }
      this.#dueMs.delete(waiting);
      this.#onDue(waiting);
    }
  };
}
