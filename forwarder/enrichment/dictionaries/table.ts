import type { ContextField } from '../../core/index.js';
import { hashOf, KeyTable } from './key-table.js';
import { RowStore } from './row-store.js';

/** What became of a row. */
export type RowOutcome = 'taken' | 'duplicate' | 'no_key' | 'full';

/** Rows that are found by one of their fields. Filled row by row, then only read. */
export class Table {
  readonly #rows = new RowStore();
  readonly #keys = new KeyTable();
  readonly #key: number;
  #scratch = Buffer.alloc(64);
  #longestKey = 0;
  #keyBytes: Buffer = this.#scratch;
  #keyStart = 0;
  #keyEnd = -1;

  /** `key`: the name of the field. */
  constructor(key: string) {
    this.#key = this.#rows.numberOf(key) ?? 0;
  }

  /** Keys that can be found. */
  get size(): number {
    return this.#keys.size;
  }

  /** The number by which `add` knows a field; undefined when there are too many names. */
  numberOf(name: string): number | undefined {
    return this.#rows.numberOf(name);
  }

  /** Begins a row with at most so many fields and bytes of text; false when there is no room. */
  begin(fields: number, bytes: number): boolean {
    this.#keyEnd = -1;
    return this.#rows.begin(fields, bytes);
  }

  /** A field of the row; its bytes must stay as they are until the row is ended. */
  add(name: number, bytes: Buffer, start: number, end: number): void {
    if (start === end) return;
    this.#rows.add(name, bytes, start, end);
    // Of two fields of that name the first one is the key, as `holds` sees it.
    if (name !== this.#key || this.#keyEnd >= 0) return;
    this.#keyBytes = bytes;
    this.#keyStart = start;
    this.#keyEnd = end;
  }

  /** Ends the row. One without a key is forgotten; of two with the same key the later one stays. */
  end(): Exclude<RowOutcome, 'full'> {
    const start = this.#keyStart;
    const end = this.#keyEnd;
    if (end < 0) return 'no_key';
    this.#longestKey = Math.max(this.#longestKey, end - start);
    const hash = hashOf(this.#keyBytes, start, end);
    const slot = this.#slotOf(hash, this.#keyBytes, start, end);
    const row = this.#rows.end();
    if (slot >= 0) {
      this.#keys.replace(slot, row);
      return 'duplicate';
    }
    this.#keys.add(hash, row);
    return 'taken';
  }

  /** The row whose key is exactly this text. */
  find(text: string): readonly ContextField[] | undefined {
    if (text.length > this.#longestKey) return undefined;
    // Room for one character more than any key has, so that what is cut off is never equal.
    if (this.#scratch.length < this.#longestKey + 4) {
      this.#scratch = Buffer.alloc(this.#longestKey + 4);
    }
    const length = this.#scratch.write(text);
    const slot = this.#slotOf(hashOf(this.#scratch, 0, length), this.#scratch, 0, length);
    return slot < 0 ? undefined : this.#rows.read(this.#keys.rowAt(slot));
  }

  #slotOf(hash: number, bytes: Buffer, start: number, end: number): number {
    const keys = this.#keys;
    let slot = keys.nextSlot(hash, keys.firstSlot(hash));
    while (slot >= 0) {
      if (this.#rows.holds(keys.rowAt(slot), this.#key, bytes, start, end)) return slot;
      slot = keys.nextSlot(hash, keys.slotAfter(slot));
    }
    return -1;
  }
}
