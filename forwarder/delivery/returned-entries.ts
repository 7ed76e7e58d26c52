import { takeInto } from './outbox-entry.js';
import type { OutboxEntry } from './outbox-entry.js';

/** So many entries that were taken out may stay in the list before it is tidied up. */
const untidy = 1024;

/**
 * Messages that were taken and given back, in the order of their turns: the first was taken first.
 * Taking one out costs the same however many there are.
 */
export class ReturnedEntries {
  /** Those before #head were taken out. */
  #entries: OutboxEntry[] = [];
  #head = 0;
  #bytes = 0;

  get length(): number {
    return this.#entries.length - this.#head;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(entries: readonly OutboxEntry[]): void {
    const all = this.#entries.slice(this.#head);
    for (const entry of entries) all.push(entry);
    // Two parts that are in order each: sorting them costs no more than merging.
    this.#entries = all.sort((one, other) => one.turn - other.turn);
    this.#head = 0;
    this.#bytes += bytesOf(entries);
  }

  shift(): OutboxEntry | undefined {
    const entry = this.#entries[this.#head];
    if (entry === undefined) return undefined;
    this.#bytes -= entry.bytes;
    this.#head++;
    this.#tidy();
    return entry;
  }

  /** Moves the first ones to the end of `into`; see takeInto(). */
  takeInto(into: OutboxEntry[], maxMessages: number, maxBytes: number): number {
    return takeInto(this, into, maxMessages, maxBytes);
  }

  /** Takes out those for which `isWanted` holds; gives back how many. */
  remove(isWanted: (entry: OutboxEntry) => boolean): number {
    const before = this.length;
    this.#entries = this.#entries.slice(this.#head).filter((entry) => !isWanted(entry));
    this.#head = 0;
    this.#bytes = bytesOf(this.#entries);
    return before - this.length;
  }

  #tidy(): void {
    if (this.length > 0 && this.#head < Math.max(untidy, this.length)) return;
    this.#entries = this.#entries.slice(this.#head);
    this.#head = 0;
  }
}

function bytesOf(entries: readonly OutboxEntry[]): number {
  return entries.reduce((sum, entry) => sum + entry.bytes, 0);
}
