import { plainSubs } from '../keys.js';
import { askHost } from './host-places.js';
import type { LookupDefinition } from './lookup-definition.js';

const own: ReadonlySet<number> = new Set([plainSubs.own]);

/** Single IPv4 and IPv6 addresses, by their canonical text. */
export const ipLookup: LookupDefinition = {
  name: 'ip',
  indicators: ['ip'],
  observables: ['ip'],
  file: (value, { keys }) => ({ at: 'key', kind: keys.host(value), sub: plainSubs.own }),
  ask(observable, asking) {
    askHost(observable.value, () => own, asking);
  },
  covers: (value, observable) => value === observable.value,
};
