import type { OutboxEntry } from './outbox-entry.js';

/** Messages that were taken and given back, in the order of their turns: the first was taken first. */
export class ReturnedEntries {
  #entries: OutboxEntry[] = [];
  #bytes = 0;

  get length(): number {
    return this.#entries.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(entries: readonly OutboxEntry[]): void {
    this.#entries = [...this.#entries, ...entries].sort((one, other) => one.turn - other.turn);
    this.#bytes += bytesOf(entries);
  }

  shift(): OutboxEntry | undefined {
    const entry = this.#entries.shift();
    if (entry !== undefined) this.#bytes -= entry.bytes;
    return entry;
  }

  /** Moves the first ones to the end of `into`, as MessageQueue does; gives back their bytes. */
  takeInto(into: OutboxEntry[], maxMessages: number, maxBytes: number): number {
    let count = 0;
    let bytes = 0;
    while (into.length < maxMessages && bytes < maxBytes) {
      const entry = this.#entries[count];
      if (entry === undefined) break;
      into.push(entry);
      bytes += entry.bytes;
      count++;
    }
    if (count > 0) this.#entries.splice(0, count);
    this.#bytes -= bytes;
    return bytes;
  }

  /** Takes out those for which `isWanted` holds; gives back how many. */
  remove(isWanted: (entry: OutboxEntry) => boolean): number {
    const kept = this.#entries.filter((entry) => !isWanted(entry));
    const removed = this.#entries.length - kept.length;
    this.#entries = kept;
    this.#bytes = bytesOf(kept);
    return removed;
  }
}

function bytesOf(entries: readonly OutboxEntry[]): number {
  return entries.reduce((sum, entry) => sum + entry.bytes, 0);
}
