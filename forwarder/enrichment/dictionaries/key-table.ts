const two32 = 4294967296;
const firstSlots = 64;
const mostFilled = 0.8;
const growth = 1.5;

/** FNV-1a with its bits spread afterwards; unsigned. */
export function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * Which row has which key: an open-addressing table of two numbers a key, 10 to 15 bytes. The search
 * begins at slot `hash · slots / 2^32` and goes on upwards and around, up to the key or a free slot.
 * The keys themselves are in their rows; a row is looked at only where all 32 bits of the hash agree.
 *
 *     slot  hash      row + 1 (0: free)
 *      22   5aa3f913  19                hash of "bert", whose row has offset 18; 0x5aa3f913 · 64 / 2^32 = 22
 *      47   be3d6c8d   1                hash of "anna", whose row has offset 0
 */
export class KeyTable {
  #hashes = new Uint32Array(firstSlots);
  #rows = new Uint32Array(firstSlots);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The slot of the next row with that hash, from `slot` on; -1: none. `firstSlot` begins the search. */
  nextSlot(hash: number, slot: number): number {
    for (let at = slot; ; at = at + 1 === this.#rows.length ? 0 : at + 1) {
      if (this.#rows[at] === 0) return -1;
      if (this.#hashes[at] === hash) return at;
    }
  }

  firstSlot(hash: number): number {
    return Math.floor((hash * this.#rows.length) / two32);
  }

  slotAfter(slot: number): number {
    return slot + 1 === this.#rows.length ? 0 : slot + 1;
  }

  rowAt(slot: number): number {
    return (this.#rows[slot] as number) - 1;
  }

  /** Another row for the key of a slot. */
  replace(slot: number, row: number): void {
    this.#rows[slot] = row + 1;
  }

  /** A row whose key is not in the table yet. */
  add(hash: number, row: number): void {
    this.#size += 1;
    if (this.#size > this.#rows.length * mostFilled) this.#grow();
    this.#put(hash, row + 1);
  }

  #put(hash: number, entry: number): void {
    let slot = this.firstSlot(hash);
    while (this.#rows[slot] !== 0) slot = this.slotAfter(slot);
    this.#hashes[slot] = hash;
    this.#rows[slot] = entry;
  }

  #grow(): void {
    const hashes = this.#hashes;
    const rows = this.#rows;
    const slots = Math.ceil(rows.length * growth);
    this.#hashes = new Uint32Array(slots);
    this.#rows = new Uint32Array(slots);
    rows.forEach((entry, slot) => {
      if (entry !== 0) this.#put(hashes[slot] as number, entry);
    });
  }
}
