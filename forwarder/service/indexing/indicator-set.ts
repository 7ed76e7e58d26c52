import type { Indicator } from '../../core/index.js';

const firstSize = 1024;

/**
 * A set of indicators, 16 bytes for each. Two different ones count as one with a probability of 1 in
 * 2^52 for each pair; the one that is not in the feed any more then leaves early.
 */
export class IndicatorSet {
  /** Open addressing; 0 = free. */
  #slots = new Float64Array(firstSize);
  #size = 0;

  /** Whether it was not in yet. */
  add(indicator: Indicator): boolean {
    if (this.#size * 2 >= this.#slots.length) this.#grow();
    const hash = hashOf(indicator);
    const at = placeOf(this.#slots, hash);
    if (this.#slots[at] === hash) return false;
    this.#slots[at] = hash;
    this.#size += 1;
    return true;
  }

  #grow(): void {
    const larger = new Float64Array(this.#slots.length * 2);
    for (const hash of this.#slots) if (hash !== 0) larger[placeOf(larger, hash)] = hash;
    this.#slots = larger;
  }
}

/** The slot of a hash, or the free one where it belongs. */
function placeOf(slots: Float64Array, hash: number): number {
  const mask = slots.length - 1;
  let at = (hash >>> 0) & mask;
  while (slots[at] !== 0 && slots[at] !== hash) at = (at + 1) & mask;
  return at;
}

/** 53 bits of two multiplicative hashes over kind and value; never 0. */
function hashOf({ kind, value }: Indicator): number {
  let first = 0xdeadbeef;
  let second = 0x41c6ce57;
  for (const text of [kind, value]) {
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      first = Math.imul(first ^ code, 2654435761);
      second = Math.imul(second ^ code, 1597334677);
    }
    first = Math.imul(first ^ 0x10ffff, 2654435761);
    second = Math.imul(second ^ 0x10ffff, 1597334677);
  }
  first =
    Math.imul(first ^ (first >>> 16), 2246822507) ^ Math.imul(second ^ (second >>> 13), 3266489909);
  second =
    Math.imul(second ^ (second >>> 16), 2246822507) ^ Math.imul(first ^ (first >>> 13), 3266489909);
  return 4294967296 * (2097151 & second) + (first >>> 0) || 1;
}
