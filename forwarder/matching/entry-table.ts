import { GrowingNumbers } from './growing-numbers.js';
import { mixKey, type TextHash } from './text-hash.js';

const firstSlots = 64;

/**
 * From a 64-bit hash to all entries added under it: open addressing, and a chain of items for
 * entries of the same hash. About 32 bytes for an entry.
 *
 *     add(h1, 7), add(h2, 8), add(h1, 9)
 *     slots: … h1 → item 2 → item 0 …  h2 → item 1
 *     items: 0 (entry 7), 1 (entry 8), 2 (entry 9, next 0)
 */
export class EntryTable {
  #slotMask = firstSlots - 1;
  #usedSlots = 0;
  #a = new Uint32Array(firstSlots);
  #b = new Uint32Array(firstSlots);
  /** Newest item of the slot's hash, plus 1; 0 when the slot is free. */
  #heads = new Uint32Array(firstSlots);
  readonly #entries = new GrowingNumbers();
  /** Next older item, plus 1; 0 at the end of the chain. */
  readonly #next = new GrowingNumbers();

  get size(): number {
    return this.#entries.length;
  }

  add(hash: TextHash, entry: number): void {
    if (this.#usedSlots * 5 > this.#slotMask * 3) this.#grow();
    const slot = this.#slotOf(hash.a >>> 0, hash.b >>> 0);
    const head = this.#heads[slot] ?? 0;
    if (head === 0) {
      this.#a[slot] = hash.a;
      this.#b[slot] = hash.b;
      this.#usedSlots++;
    }
    this.#next.push(head);
    this.#heads[slot] = this.#entries.push(entry) + 1;
  }

  /** Appends all entries added under this hash, in any order. */
  find(hash: TextHash, into: number[]): void {
    let item = this.#heads[this.#slotOf(hash.a >>> 0, hash.b >>> 0)] ?? 0;
    for (; item !== 0; item = this.#next.at(item - 1)) into.push(this.#entries.at(item - 1));
  }

  /** How many entries were added under this hash, counted up to `most`. */
  count(hash: TextHash, most: number): number {
    let counted = 0;
    let item = this.#heads[this.#slotOf(hash.a >>> 0, hash.b >>> 0)] ?? 0;
    for (; item !== 0 && counted < most; item = this.#next.at(item - 1)) counted++;
    return counted;
  }

  #slotOf(a: number, b: number): number {
    let slot = mixKey(a, b) & this.#slotMask;
    while (this.#heads[slot] !== 0 && (this.#a[slot] !== a || this.#b[slot] !== b)) {
      slot = (slot + 1) & this.#slotMask;
    }
    return slot;
  }

  #grow(): void {
    const [a, b, heads] = [this.#a, this.#b, this.#heads];
    const slots = heads.length * 2;
    this.#slotMask = slots - 1;
    this.#a = new Uint32Array(slots);
    this.#b = new Uint32Array(slots);
    this.#heads = new Uint32Array(slots);
    for (let old = 0; old < heads.length; old++) {
      const head = heads[old] ?? 0;
      if (head === 0) continue;
      const slot = this.#slotOf(a[old] ?? 0, b[old] ?? 0);
      this.#a[slot] = a[old] ?? 0;
      this.#b[slot] = b[old] ?? 0;
      this.#heads[slot] = head;
    }
  }
}
