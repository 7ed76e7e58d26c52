import type { IndexBytes } from './index-bytes.js';

/**
 * An entry says which indicator of which record is filed in a place:
 *
 *     u32 sub-hash · u40 offset of the record · u24 number of the indicator in it
 *
 * The entries of a place stand side by side, ascending by sub-hash, then in the order of the
 * records. The starts say where: start n is the number of the first entry of place n, and start
 * n + 1 that of the next place's. Places are the slots of the key set, then the merged IPv4 ranges,
 * then one for what is filed everywhere.
 */
export const entryBytes = 12;
export const startBytes = 4;

/** The most indicators of one record that can be filed. */
export const mostIndicators = 2 ** 24 - 2;

/** Up to so many entries are looked through one by one, 4 KiB; more are searched by halves. */
const fewEntries = 341;

/** An indicator that may cover what is looked for. */
export interface Candidate {
  readonly record: number;
  readonly indicator: number;
}

/** The places of an index and their entries. Immutable, reads on demand. */
export class EntryTable {
  readonly #bytes: IndexBytes;
  readonly #entriesAt: number;
  readonly #startsAt: number;

  /** `entriesAt`, `startsAt`: offsets of the first entry and of the first start. */
  constructor(bytes: IndexBytes, entriesAt: number, startsAt: number) {
    this.#bytes = bytes;
    this.#entriesAt = entriesAt;
    this.#startsAt = startsAt;
  }

  /** Appends the entries of a place that have one of these sub-hashes. */
  take(place: number, subs: ReadonlySet<number>, into: Candidate[]): void {
    const starts = this.#bytes.bytes(this.#startsAt + place * startBytes, 2 * startBytes);
    const start = starts.readUInt32LE(0);
    const end = starts.readUInt32LE(startBytes);
    if (end - start <= fewEntries) this.#takeFew(start, end, subs, into);
    else for (const sub of subs) this.#takeRun(start, end, sub, into);
  }

  #takeFew(start: number, end: number, subs: ReadonlySet<number>, into: Candidate[]): void {
    if (end <= start) return;
    const bytes = this.#bytesOf(start, end - start);
    for (let at = 0; at < bytes.length; at += entryBytes) {
      if (subs.has(bytes.readUInt32LE(at))) into.push(candidateAt(bytes, at));
    }
  }

  #takeRun(start: number, end: number, sub: number, into: Candidate[]): void {
    let low = start;
    let high = end;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.#bytesOf(middle, 1).readUInt32LE(0) < sub) low = middle + 1;
      else high = middle;
    }
    for (; low < end; low++) {
      const bytes = this.#bytesOf(low, 1);
      if (bytes.readUInt32LE(0) !== sub) return;
      into.push(candidateAt(bytes, 0));
    }
  }

  #bytesOf(entry: number, count: number): Buffer {
    return this.#bytes.bytes(this.#entriesAt + entry * entryBytes, count * entryBytes);
  }
}

function candidateAt(bytes: Buffer, at: number): Candidate {
  return { record: bytes.readUIntLE(at + 4, 5), indicator: bytes.readUIntLE(at + 9, 3) };
}
