import { mixFirst, mixKey, type KeySet } from '../core/index.js';

/** Bits for each key of the bitmap that answers most misses: small enough for a processor cache. */
const bitsPerKey = 8;

/** Collects the keys of a KeySet (core/candidate-filter.ts); a key twice is one key. */
export class KeySetBuilder {
  #slots = new Uint32Array(32);
  #slotMask = 15;
  #size = 0;

  add(a: number, b: number): void {
    if (this.#size * 2 > this.#slotMask) this.#grow();
    // (0, 0) marks a free slot: the key (0, 0) is kept as (0, 1).
    this.#insert(a >>> 0, (a | b) === 0 ? 1 : b >>> 0);
  }

  build(): KeySet {
    let bitCount = 8;
    while (bitCount < this.#size * bitsPerKey) bitCount *= 2;
    const bits = new Uint8Array(bitCount / 8);
    const bitMask = bitCount - 1;
    for (let slot = 0; slot <= this.#slotMask; slot++) {
      const a = this.#slots[slot * 2] ?? 0;
      const b = this.#slots[slot * 2 + 1] ?? 0;
      if ((a | b) === 0) continue;
      const bit = mixFirst(a) & bitMask;
      bits[bit >>> 3] = (bits[bit >>> 3] ?? 0) | (1 << (bit & 7));
    }
    return { size: this.#size, slotMask: this.#slotMask, slots: this.#slots, bitMask, bits };
  }

  #insert(a: number, b: number): void {
    let slot = mixKey(a, b) & this.#slotMask;
    for (;;) {
      const word = this.#slots[slot * 2] ?? 0;
      const other = this.#slots[slot * 2 + 1] ?? 0;
      if (word === a && other === b) return;
      if ((word | other) === 0) break;
      slot = (slot + 1) & this.#slotMask;
    }
    this.#slots[slot * 2] = a;
    this.#slots[slot * 2 + 1] = b;
    this.#size++;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    this.#slotMask = old.length - 1;
    this.#size = 0;
    for (let at = 0; at < old.length; at += 2) {
      const a = old[at] ?? 0;
      const b = old[at + 1] ?? 0;
      if ((a | b) !== 0) this.#insert(a, b);
    }
  }
}
