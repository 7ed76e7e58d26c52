import { bloomBits, findKey, firstSlot, type KeySet } from '../core/index.js';
import { NumberRows } from './number-rows.js';

/** Share of the slots in use, and bits of the bitmap for each key: together under 12 bytes a key. */
const load = 0.78;
const fewestBitsPerKey = 6.4;

/** Collects the keys of a KeySet (core/key-set.ts); a key twice is one key. */
export class KeySetBuilder {
  readonly #keys = new NumberRows(2);

  /** Keys taken so far, each time counted. */
  get length(): number {
    return this.#keys.length;
  }

  add(first: number, second: number): void {
    this.#keys.push(first, second);
  }

  build(): KeySet {
    const keys = this.#keys;
    let slots = tableFor(keys.length);
    let size = 0;
    for (let row = 0; row < keys.length; row++) {
      if (insert(slots, keys.at(row, 0), keys.at(row, 1))) size++;
    }
    const exact = tableFor(size);
    if (exact.length < slots.length) {
      eachKey(slots, (first, second) => insert(exact, first, second));
      slots = exact;
    }
    let bloomWords = 1;
    while (bloomWords * 32 < size * fewestBitsPerKey) bloomWords *= 2;
    const bloom = new Uint32Array(bloomWords);
    const bloomMask = bloomWords - 1;
    eachKey(slots, (first, second) => {
      const word = second & bloomMask;
      bloom[word] = (bloom[word] ?? 0) | bloomBits(first);
    });
    return { size, slotCount: slots.length / 2, slots, bloomMask, bloom };
  }

  /** The slot of the key that was added as number `row`, in the set that was built. */
  slotOf(set: KeySet, row: number): number {
    return findKey(set, this.#keys.at(row, 0), this.#keys.at(row, 1));
  }
}

/** Room for this many keys and at least one free slot. */
function tableFor(size: number): Uint32Array {
  return new Uint32Array((Math.ceil(size / load) + 1) * 2);
}

function eachKey(slots: Uint32Array, visit: (first: number, second: number) => void): void {
  for (let at = 0; at < slots.length; at += 2) {
    const first = slots[at] ?? 0;
    const second = slots[at + 1] ?? 0;
    if ((first | second) !== 0) visit(first, second);
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
