/** Brings parts that are done in any order into the order of their numbers, from 0. */
export class PartOrder<Part> {
  readonly #onNext: (part: Part) => void;
  readonly #ahead: number;
  readonly #done = new Map<number, Part>();
  #next = 0;
  #wake: (() => void)[] = [];

  /** `ahead`: so many parts may wait for one before them. */
  constructor(ahead: number, onNext: (part: Part) => void) {
    this.#ahead = ahead;
    this.#onNext = onNext;
  }

  /** A part is done with; it and those that waited for it go on if it is their turn. */
  done(number: number, part: Part): void {
    this.#done.set(number, part);
    for (;;) {
      const next = this.#done.get(this.#next);
      if (next === undefined) break;
      this.#done.delete(this.#next);
      this.#next += 1;
      this.#onNext(next);
    }
    this.wake();
  }

  /** Resolves when a part of this number may be begun, or wake() was called. */
  async room(number: number): Promise<void> {
    if (number - this.#next < this.#ahead) return;
    await new Promise<void>((resolve) => this.#wake.push(resolve));
  }

  wake(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const resolve of waiting) resolve();
  }
}
