import { keyKinds, type Observable } from '../../core/index.js';
import { parseCidr, parseIpv4, parseIpv6 } from '../../normalise/index.js';
import { plainSubs } from '../keys.js';
import type { Asking, LookupDefinition } from './lookup-definition.js';

const own: ReadonlySet<number> = new Set([plainSubs.own]);

function askIpv4(address: number, asking: Asking): void {
  const place = asking.rangePlaceOf(address);
  if (place < 0) return;
  const subs = new Set<number>();
  for (const bits of asking.shape.ipv4PrefixLengths) {
    const network = bits === 0 ? 0 : (address & (-1 << (32 - bits))) >>> 0;
    subs.add(asking.keys.rangeSub(network, bits));
  }
  asking.take(place, subs);
}

/**
 * All ranges that cover an address, of every length. One question for each prefix length that
 * occurs; few do.
 *
 *     ranges 10.0.0.0/8, 10.1.0.0/16 (merged: 10.0.0.0–10.255.255.255); address 10.1.2.3
 *     → of the entries there, asked for: 10.0.0.0/8 (there), 10.1.0.0/16 (there)
 *
 * IPv6 networks have a key each: there are too many bits to merge them.
 */
export const cidrLookup: LookupDefinition = {
  name: 'cidr',
  indicators: ['cidr'],
  observables: ['ip'],
  file(value, { keys, shape }) {
    const range = parseCidr(value);
    if (range === undefined) return { at: 'everywhere' };
    const { bits } = range;
    if (range.family === 6) {
      keys.network(range.bytes, bits);
      return { at: 'key', kind: keyKinds.ipv6Network, sub: plainSubs.own };
    }
    shape.ipv4PrefixLengths.add(bits);
    const { network } = range;
    return { at: 'range', network, bits, sub: keys.rangeSub(network, bits) };
  },
  ask(observable, asking) {
    const address = parseIpv4(observable.value);
    if (address !== undefined) {
      askIpv4(address, asking);
      return;
    }
    const { keys, ipv6PrefixLengths } = asking;
    const bytes = ipv6PrefixLengths.length === 0 ? undefined : parseIpv6(observable.value);
    if (bytes === undefined) return;
    for (const bits of ipv6PrefixLengths) {
      keys.network(bytes, bits);
      const place = asking.placeOf(keyKinds.ipv6Network);
      if (place >= 0) asking.take(place, own);
    }
  },
  covers: coversAddress,
};

function coversAddress(range: string, { value }: Observable): boolean {
  if (range.includes(':') !== value.includes(':')) return false;
  return parseCidr(`${value}${range.slice(range.indexOf('/'))}`)?.value === range;
}
