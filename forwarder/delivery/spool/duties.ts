/** What the spool does besides writing, some time after the cause: it is looked at by one loop. */
export type Duty = 'sync' | 'note' | 'check' | 'retry';

/** Remembers what is due, and what will be. Its timers keep no process alive. */
export class Duties {
  readonly #onDue: () => void;
  readonly #due = new Set<Duty>();
  readonly #timers = new Map<Duty, NodeJS.Timeout>();

  /** `onDue` is called when something has become due. */
  constructor(onDue: () => void) {
    this.#onDue = onDue;
  }

  isDue(duty: Duty): boolean {
    return this.#due.has(duty);
  }

  /** It is due now; `onDue` is not called. */
  add(duty: Duty): void {
    this.#due.add(duty);
  }

  /** It will be due in so many milliseconds, or sooner when that was said before. */
  addIn(duty: Duty, afterMs: number): void {
    if (this.#timers.has(duty)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(duty);
      this.#due.add(duty);
      this.#onDue();
    }, afterMs);
    this.#timers.set(duty, timer.unref());
  }

  /** It is not due now, but in so many milliseconds, whatever was said before. */
  putOff(duty: Duty, afterMs: number): void {
    this.#due.delete(duty);
    clearTimeout(this.#timers.get(duty));
    this.#timers.delete(duty);
    this.addIn(duty, afterMs);
  }

  /** It is being done. */
  begin(duty: Duty): void {
    this.#due.delete(duty);
  }

  /** Nothing becomes due any more by what was said before. */
  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
