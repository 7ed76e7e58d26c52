import { takeInto } from './outbox-entry.js';
import type { OutboxEntry } from './outbox-entry.js';

/** A larger ring is given back once it is empty: an outage must not cost memory for ever. */
const largestIdleRing = 4096;

function emptyRing(): (OutboxEntry | undefined)[] {
  return new Array<OutboxEntry | undefined>(16).fill(undefined);
}

/**
 * First in, first out, in a ring that grows by doubling: adding and taking cost the same however
 * many wait. It knows no limits of its own; `bytes` and `length` are what its owner judges by.
 *
 * Example: ring of 4, head 3, length 2: the oldest message is in slot 3, the next in slot 0.
 */
export class MessageQueue {
  #ring = emptyRing();
  #head = 0;
  #length = 0;
  #bytes = 0;

  get length(): number {
    return this.#length;
  }

  /** Sum of `bytes` over what waits. */
  get bytes(): number {
    return this.#bytes;
  }

  push(entry: OutboxEntry): void {
    if (this.#length === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.#length) & (this.#ring.length - 1)] = entry;
    this.#length++;
    this.#bytes += entry.bytes;
  }

  /** The oldest message, which stays; `undefined` when none waits. */
  peek(): OutboxEntry | undefined {
    return this.#ring[this.#head];
  }

  /** Takes the oldest message out; `undefined` when none waits. */
  shift(): OutboxEntry | undefined {
    const entry = this.#ring[this.#head];
    if (entry === undefined) return undefined;
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.#length--;
    this.#bytes -= entry.bytes;
    if (this.#length === 0 && this.#ring.length > largestIdleRing) {
      this.#ring = emptyRing();
      this.#head = 0;
    }
    return entry;
  }

  /** Moves the oldest messages to the end of `into`; see takeInto(). */
  takeInto(into: OutboxEntry[], maxMessages: number, maxBytes: number): number {
    return takeInto(this, into, maxMessages, maxBytes);
  }

  /** Takes out, wherever they are, those for which `isWanted` holds; gives back how many. */
  remove(isWanted: (entry: OutboxEntry) => boolean): number {
    let removed = 0;
    for (let left = this.#length; left > 0; left--) {
      const entry = this.shift() as OutboxEntry;
      if (isWanted(entry)) removed++;
      else this.push(entry);
    }
    return removed;
  }

  #grow(): void {
    const old = this.#ring;
    const ring = new Array<OutboxEntry | undefined>(old.length * 2).fill(undefined);
    for (let index = 0; index < this.#length; index++) {
      ring[index] = old[(this.#head + index) & (old.length - 1)];
    }
    this.#ring = ring;
    this.#head = 0;
  }
}
