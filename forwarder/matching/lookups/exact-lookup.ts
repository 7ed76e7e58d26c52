import type { Indicator, Lookup, LookupBuilder, Observable } from '../../core/index.js';
import { EntryTable } from '../entry-table.js';
import { TextHash } from '../text-hash.js';
import type { EntryText } from './lookup-definition.js';

/** Finds the entries whose value is the observable's value, character by character. */
export class ExactLookup implements LookupBuilder, Lookup {
  readonly #textOf: EntryText;
  readonly #table = new EntryTable();
  readonly #hash = new TextHash();

  constructor(textOf: EntryText) {
    this.#textOf = textOf;
  }

  add(indicator: Indicator, entry: number): void {
    this.#table.add(this.#hash.of(indicator.value), entry);
  }

  build(): Lookup {
    return this;
  }

  find(observable: Observable, into: number[]): void {
    this.findText(observable.value, into);
  }

  /** Appends, in ascending order, the entries whose value is this text. */
  findText(text: string, into: number[]): void {
    if (this.#table.size === 0) return;
    const found: number[] = [];
    this.#table.find(this.#hash.of(text), found);
    for (const entry of found.reverse()) if (this.#textOf(entry) === text) into.push(entry);
  }
}
