/**
 * An immutable set of fingerprints: open addressing, and before it a bitmap (a blocked Bloom filter:
 * three bits of one word for each key) that answers most misses out of the processor's cache. At
 * most 12 bytes a key. The numbers of slots is any, that of the bitmap's words a power of two.
 *
 *     key (first f, second s)
 *     bitmap: word s & bloomMask; bits f & 31, f >>> 5 & 31, f >>> 10 & 31 must all be set
 *     slots:  from f · slotCount / 2^32 on, upwards and around, up to the key or a free slot
 */
export interface KeySet {
  readonly size: number;
  readonly slotCount: number;
  /** Two words a slot, both 0 when it is free; there always is a free one. */
  readonly slots: Uint32Array;
  /** Number of the bitmap's words less one. */
  readonly bloomMask: number;
  readonly bloom: Uint32Array;
}

const two32 = 4294967296;

/** The bits of a key in its word of the bitmap. */
export function bloomBits(first: number): number {
  return (1 << first) | (1 << (first >>> 5)) | (1 << (first >>> 10));
}

/** The slot at which the search for a key begins. */
export function firstSlot(first: number, slotCount: number): number {
  return Math.floor((first * slotCount) / two32);
}

/** The slot that holds the key, or -1. Allocates nothing. Both words unsigned, not both 0. */
export function findKey(set: KeySet, first: number, second: number): number {
  const bits = bloomBits(first);
  if (((set.bloom[(second & set.bloomMask) >>> 0] as number) & bits) !== bits) return -1;
  const { slots, slotCount } = set;
  let slot = firstSlot(first, slotCount);
  for (;;) {
    const word = slots[slot * 2] as number;
    const other = slots[slot * 2 + 1] as number;
    if (word === first && other === second) return slot;
    if ((word | other) === 0) return -1;
    slot = slot + 1 === slotCount ? 0 : slot + 1;
  }
}

/** Whether the set holds the key. */
export function hasKey(set: KeySet, first: number, second: number): boolean {
  return findKey(set, first, second) >= 0;
}
