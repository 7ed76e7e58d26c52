import type { Indicator, Lookup, LookupBuilder, Observable } from '../../core/index.js';
import { isAtOrBelow } from '../mask.js';
import type { EntryText, LookupDefinition } from './lookup-definition.js';
import { SuffixTable } from './suffix-table.js';

/**
 * A domain record covers the name and all below it.
 *
 *     records evil.example, b.evil.example; observable a.b.evil.example
 *     → asked: example (nothing), evil.example (there), b.evil.example (there), the name itself
 */
class DomainLookup implements LookupBuilder, Lookup {
  readonly #textOf: EntryText;
  readonly #names = new SuffixTable();

  constructor(textOf: EntryText) {
    this.#textOf = textOf;
  }

  add(indicator: Indicator, entry: number): void {
    this.#names.add(indicator.value, entry);
  }

  build(): Lookup {
    return this;
  }

  find(observable: Observable, into: number[]): void {
    const found: number[] = [];
    this.#names.find(observable.value, found);
    for (const entry of found.sort((left, right) => left - right)) {
      if (isAtOrBelow(observable.value, this.#textOf(entry))) into.push(entry);
    }
  }
}

export const domainLookup: LookupDefinition = {
  name: 'domain',
  indicators: ['domain'],
  observables: ['domain'],
  create: (textOf) => new DomainLookup(textOf),
};
