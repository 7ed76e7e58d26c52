import { EntryTable } from '../entry-table.js';
import { TextHash } from '../text-hash.js';

const dot = 0x2e;

/** Names, each found for itself and for every name below it: one probe for each label. */
export class SuffixTable {
  readonly #table = new EntryTable();
  readonly #hash = new TextHash();

  add(name: string, entry: number): void {
    this.#table.add(this.#hash.ofReversed(name), entry);
  }

  /** Appends the entries whose name may be `name` or a name above it, in any order; to be verified. */
  find(name: string, into: number[]): void {
    if (this.#table.size === 0) return;
    const hash = this.#hash.reset();
    for (let at = name.length - 1; at >= 0; at--) {
      const code = name.charCodeAt(at);
      if (code === dot) this.#table.find(hash, into);
      hash.push(code);
    }
    this.#table.find(hash, into);
  }
}
