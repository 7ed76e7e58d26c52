import { keyKinds } from '../../core/index.js';
import { plainSubs } from '../keys.js';
import { isAtOrBelow } from '../mask.js';
import type { LookupDefinition } from './lookup-definition.js';
import { askSuffixes } from './host-places.js';

const own: ReadonlySet<number> = new Set([plainSubs.own]);

/**
 * A domain record covers the name and all below it.
 *
 *     records evil.example, b.evil.example; observable a.b.evil.example
 *     → asked: example (nothing), evil.example (there), b.evil.example (there), the name itself
 */
export const domainLookup: LookupDefinition = {
  name: 'domain',
  indicators: ['domain'],
  observables: ['domain'],
  file(value, { keys }) {
    keys.labels(value);
    return { at: 'key', kind: keyKinds.hostSuffix, sub: plainSubs.own };
  },
  ask(observable, asking) {
    askSuffixes(observable.value, own, asking);
  },
  covers: (value, observable) => isAtOrBelow(observable.value, value),
};
