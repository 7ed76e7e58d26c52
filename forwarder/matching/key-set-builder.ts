import { bloomBits, firstSlot, type KeySet } from '../core/index.js';

/** Share of the slots in use, and bits of the bitmap for each key: together under 12 bytes a key. */
const load = 0.78;
const fewestBitsPerKey = 6.4;

/** Collects the keys of a KeySet (core/key-set.ts); a key twice is one key. */
export class KeySetBuilder {
  #slots = new Uint32Array(32);
  #size = 0;

  add(first: number, second: number): void {
    const slotCount = this.#slots.length / 2;
    if (this.#size >= slotCount / 2) this.#rehash(slotCount * 2);
    if (insert(this.#slots, first, second)) this.#size++;
  }

  build(): KeySet {
    const size = this.#size;
    this.#rehash(Math.ceil(size / load) + 1);
    const slots = this.#slots;
    let bloomWords = 1;
    while (bloomWords * 32 < size * fewestBitsPerKey) bloomWords *= 2;
    const bloom = new Uint32Array(bloomWords);
    const bloomMask = bloomWords - 1;
    for (let at = 0; at < slots.length; at += 2) {
      const first = slots[at] ?? 0;
      const second = slots[at + 1] ?? 0;
      if ((first | second) === 0) continue;
      const word = second & bloomMask;
      bloom[word] = (bloom[word] ?? 0) | bloomBits(first);
    }
    return { size, slotCount: slots.length / 2, slots, bloomMask, bloom };
  }

  #rehash(slotCount: number): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(slotCount * 2);
    for (let at = 0; at < old.length; at += 2) {
      const first = old[at] ?? 0;
      const second = old[at + 1] ?? 0;
      if ((first | second) !== 0) insert(this.#slots, first, second);
    }
  }
}

/** Whether the key was new. There must be a free slot. */
function insert(slots: Uint32Array, first: number, second: number): boolean {
  const slotCount = slots.length / 2;
  let slot = firstSlot(first, slotCount);
  for (;;) {
    const word = slots[slot * 2] as number;
    const other = slots[slot * 2 + 1] as number;
    if (word === first && other === second) return false;
    if ((word | other) === 0) break;
    slot = slot + 1 === slotCount ? 0 : slot + 1;
  }
  slots[slot * 2] = first;
  slots[slot * 2 + 1] = second;
  return true;
}
