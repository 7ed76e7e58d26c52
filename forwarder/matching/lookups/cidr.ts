import type { Indicator, Lookup, LookupBuilder, Observable } from '../../core/index.js';
import { parseCidr } from '../../normalise/index.js';
import { ExactLookup } from './exact-lookup.js';
import type { EntryText, LookupDefinition } from './lookup-definition.js';

/**
 * All ranges that cover an address, of every length. One question for each prefix length that
 * occurs: the address is cut to that length and looked up as a text. Few lengths occur, and only
 * the cold path asks.
 *
 *     ranges 10.0.0.0/8, 10.1.0.0/16; address 10.1.2.3
 *     → asked: 10.0.0.0/8 (there), 10.1.0.0/16 (there)
 */
class CidrLookup implements LookupBuilder, Lookup {
  readonly #exact: ExactLookup;
  readonly #lengths = { 4: new Set<number>(), 6: new Set<number>() };

  constructor(textOf: EntryText) {
    this.#exact = new ExactLookup(textOf);
  }

  add(indicator: Indicator, entry: number): void {
    const range = parseCidr(indicator.value);
    if (range === undefined) return;
    this.#lengths[range.family].add(range.bits);
    this.#exact.add(indicator, entry);
  }

  build(): Lookup {
    return this;
  }

  find(observable: Observable, into: number[]): void {
    const address = observable.value;
    const found: number[] = [];
    for (const bits of this.#lengths[address.includes(':') ? 6 : 4]) {
      const range = parseCidr(`${address}/${bits}`);
      if (range !== undefined) this.#exact.findText(range.value, found);
    }
    for (const entry of found.sort((left, right) => left - right)) into.push(entry);
  }
}

export const cidrLookup: LookupDefinition = {
  name: 'cidr',
  indicators: ['cidr'],
  observables: ['ip'],
  create: (textOf) => new CidrLookup(textOf),
};
