/** The few keys under which the scanner asks for one indicator; refilled for each. */
export class HotKeys {
  #count = 0;
  readonly #kinds = new Uint8Array(4);
  readonly #firsts = new Uint32Array(4);
  readonly #seconds = new Uint32Array(4);

  get count(): number {
    return this.#count;
  }

  clear(): void {
    this.#count = 0;
  }

  /** Adds a finished key. */
  add(kind: number, first: number, second: number): void {
    this.#kinds[this.#count] = kind;
    this.#firsts[this.#count] = first;
    this.#seconds[this.#count] = second;
    this.#count++;
  }

  /** The number of a key among them, or -1. */
  indexOf(first: number, second: number): number {
    for (let index = 0; index < this.#count; index++) {
      if (this.#firsts[index] === first && this.#seconds[index] === second) return index;
    }
    return -1;
  }

  kindOf(index: number): number {
    return this.#kinds[index] ?? 0;
  }

  firstOf(index: number): number {
    return this.#firsts[index] ?? 0;
  }

  secondOf(index: number): number {
    return this.#seconds[index] ?? 0;
  }
}
