import { hashKinds, keyKinds } from '../../core/index.js';
import { coldOnly, plainSubs } from '../keys.js';
import type { LookupDefinition } from './lookup-definition.js';

const own: ReadonlySet<number> = new Set([plainSubs.own]);

/** MD5, SHA-1 and SHA-256: equal in every digit. */
export const hashLookup: LookupDefinition = {
  name: 'hash',
  indicators: hashKinds,
  observables: hashKinds,
  file(value, { keys }) {
    keys.hash(value);
    return { at: 'key', kind: keyKinds.hash, sub: plainSubs.own };
  },
  ask(observable, asking) {
    asking.keys.hash(observable.value);
    for (const kind of [keyKinds.hash, keyKinds.hash + coldOnly]) {
      const place = asking.placeOf(kind);
      if (place >= 0) asking.take(place, own);
    }
  },
  covers: (value, observable) => value === observable.value,
};
