import type { OutboxEntry } from './outbox-entry.js';

/** So many settled entries may stay in the list before it is tidied up. */
const untidy = 1024;

/**
 * The entries that were taken and are not done, in the order in which they came in; they become done
 * in any order. Knows the first of them at next to no cost, and takes memory for few others.
 *
 * Example: 1–6 come in; 2, 3 and 5 are done: first() is 1. 1 is done: first() is 4.
 */
export class UnsettledEntries {
  #entries: OutboxEntry[] = [];
  #head = 0;
  #unsettled = 0;

  push(entry: OutboxEntry): void {
    this.#entries.push(entry);
    this.#unsettled++;
  }

  /** To be called when so many of the entries in here were marked as done. */
  settled(count: number): void {
    this.#unsettled -= count;
    if (this.#entries.length - this.#unsettled > this.#unsettled + untidy) this.#tidy();
  }

  /** The first that is not done. */
  first(): OutboxEntry | undefined {
    while (this.#entries[this.#head]?.isDone === true) this.#head++;
    return this.#entries[this.#head];
  }

  /** Takes the first that is not done out. */
  shift(): OutboxEntry | undefined {
    const entry = this.first();
    if (entry === undefined) return undefined;
    this.#head++;
    this.#unsettled--;
    return entry;
  }

  #tidy(): void {
    this.#entries = this.#entries.slice(this.#head).filter((entry) => !entry.isDone);
    this.#head = 0;
  }
}
