import type { KeySet } from '../core/index.js';
import { entryBytes, startBytes } from './entries.js';
import type { IndexSink } from './index-bytes.js';
import { findIpv4Range } from './ipv4-ranges.js';
import type { KeySetBuilder } from './key-set-builder.js';
import { NumberRows } from './number-rows.js';

/** Stands in place of record and indicator for a key that only the scanner asks for. */
const noEntry = 0xffffffff;
/** Written at once, in entries and in starts. */
const written = 4096;
/** So many entries of one place are put in order one by one. */
const few = 24;

/**
 * Collects what is filed where, about 20 bytes each, and writes it as entries.ts says: entries in
 * the order of their places, then the starts.
 */
export class EntryBuilder {
  readonly #keys: KeySetBuilder;
  /** Sub-hash, low part of the record's offset, its high part and the indicator's number; a row a key. */
  readonly #ofKeys = new NumberRows(3);
  /** The same and an address in the range. */
  readonly #ofRanges = new NumberRows(4);
  readonly #everywhere = new NumberRows(3);

  constructor(keys: KeySetBuilder) {
    this.#keys = keys;
  }

  /** Entries filed everywhere. */
  get everywhereCount(): number {
    return this.#everywhere.length;
  }

  addKey(first: number, second: number): void {
    this.#keys.add(first, second);
    this.#ofKeys.push(0, 0, noEntry);
  }

  fileUnderKey(
    first: number,
    second: number,
    sub: number,
    record: number,
    indicator: number,
  ): void {
    this.#keys.add(first, second);
    this.#ofKeys.push(sub, record, packed(record, indicator));
  }

  fileInRange(network: number, sub: number, record: number, indicator: number): void {
    this.#ofRanges.push(sub, record, packed(record, indicator), network);
  }

  fileEverywhere(record: number, indicator: number): void {
    this.#everywhere.push(0, record, packed(record, indicator));
  }

  /** Writes all entries and starts, and gives their offsets. */
  write(
    set: KeySet,
    ipv4Ranges: Uint32Array,
    sink: IndexSink,
  ): { readonly entriesAt: number; readonly startsAt: number } {
    const lastPlace = set.slotCount + ipv4Ranges.length / 2;
    const placeOf = (row: number): number => {
      const range = row - this.#ofKeys.length;
      if (range < 0) return this.#keys.slotOf(set, row);
      if (range >= this.#ofRanges.length) return lastPlace;
      return set.slotCount + findIpv4Range(ipv4Ranges, this.#ofRanges.at(range, 3));
    };
    const { order, starts } = this.#arrange(placeOf, lastPlace + 1);
    const entriesAt = sink.length;
    this.#writeEntries(order, sink);
    const startsAt = sink.length;
    writeStarts(starts, sink);
    return { entriesAt, startsAt };
  }

  /** All rows that are entries, by place, sub-hash and the order in which they were filed. */
  #arrange(
    placeOf: (row: number) => number,
    placeCount: number,
  ): { readonly order: Uint32Array; readonly starts: Uint32Array } {
    const rows = this.#ofKeys.length + this.#ofRanges.length + this.#everywhere.length;
    const places = new Uint32Array(rows);
    // While the rows are put in, start n + 1 says where the next entry of place n goes.
    const starts = new Uint32Array(placeCount + 2);
    for (let row = 0; row < rows; row++) {
      if (this.#at(row, 2) === noEntry) continue;
      const place = placeOf(row);
      places[row] = place;
      starts[place + 2] = (starts[place + 2] ?? 0) + 1;
    }
    for (let place = 2; place < starts.length; place++) {
      starts[place] = (starts[place] ?? 0) + (starts[place - 1] ?? 0);
    }
    const order = new Uint32Array(starts[placeCount + 1] ?? 0);
    for (let row = 0; row < rows; row++) {
      if (this.#at(row, 2) === noEntry) continue;
      const next = (places[row] ?? 0) + 1;
      const at = starts[next] ?? 0;
      order[at] = row;
      starts[next] = at + 1;
    }
    for (let place = 0; place < placeCount; place++) {
      const [start, end] = [starts[place] ?? 0, starts[place + 1] ?? 0];
      if (end - start > 1) this.#sort(order.subarray(start, end));
    }
    return { order, starts: starts.subarray(0, placeCount + 1) };
  }

  /** Rows of one place by their sub-hash, then as they were filed. */
  #sort(rows: Uint32Array): void {
    if (rows.length <= few) {
      rows.sort((left, right) => this.#at(left, 0) - this.#at(right, 0) || left - right);
      return;
    }
    const keyed = new BigUint64Array(rows.length);
    rows.forEach((row, at) => (keyed[at] = (BigInt(this.#at(row, 0)) << 32n) | BigInt(row)));
    keyed.sort();
    keyed.forEach((key, at) => (rows[at] = Number(key & 0xffffffffn)));
  }

  #writeEntries(order: Uint32Array, sink: IndexSink): void {
    const bytes = Buffer.allocUnsafe(written * entryBytes);
    let at = 0;
    for (const row of order) {
      const rest = this.#at(row, 2);
      at = bytes.writeUInt32LE(this.#at(row, 0), at);
      at = bytes.writeUInt32LE(this.#at(row, 1), at);
      // The offset's highest byte comes before the number of the indicator, as packed() has them.
      at = bytes.writeUInt32LE(rest, at);
      if (at < bytes.length) continue;
      sink.append(bytes);
      at = 0;
    }
    sink.append(bytes.subarray(0, at));
  }

  #at(row: number, column: number): number {
    const range = row - this.#ofKeys.length;
    if (range < 0) return this.#ofKeys.at(row, column);
    const rest = range - this.#ofRanges.length;
    return rest < 0 ? this.#ofRanges.at(range, column) : this.#everywhere.at(rest, column);
  }
}

/** The highest byte of a record's offset, and above it the number of the indicator. */
function packed(record: number, indicator: number): number {
  return ((indicator << 8) | Math.floor(record / 2 ** 32)) >>> 0;
}

function writeStarts(starts: Uint32Array, sink: IndexSink): void {
  const bytes = Buffer.allocUnsafe(written * startBytes);
  let at = 0;
  for (const start of starts) {
    at = bytes.writeUInt32LE(start, at);
    if (at < bytes.length) continue;
    sink.append(bytes);
    at = 0;
  }
  sink.append(bytes.subarray(0, at));
}
