import { keyKinds, type Observable } from '../../core/index.js';
import { parseCidr, parseIpv4, parseIpv6 } from '../../normalise/index.js';
import { coldOnly, plainSubs, silentRangeKind } from '../keys.js';
import type { Asking, LookupDefinition } from './lookup-definition.js';

const own: ReadonlySet<number> = new Set([plainSubs.own]);

function networkOf(address: number, bits: number): number {
  return bits === 0 ? 0 : (address & (-1 << (32 - bits))) >>> 0;
}

function take(kind: number, asking: Asking): void {
  const place = asking.placeOf(kind);
  if (place >= 0) asking.take(place, own);
}

function askIpv4(address: number, asking: Asking): void {
  for (const bits of asking.shape.silentIpv4Lengths) {
    asking.keys.silentRange(networkOf(address, bits), bits);
    take(silentRangeKind, asking);
  }
  const place = asking.rangePlaceOf(address);
  if (place < 0) return;
  const subs = new Set<number>();
  for (const bits of asking.shape.ipv4PrefixLengths) {
    subs.add(asking.keys.rangeSub(networkOf(address, bits), bits));
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
 * IPv6 networks have a key each: there are too many bits to merge them. So have the IPv4 ranges of
 * silent feeds, so that the scanner does not stop at an address of the house for an allow-list.
 */
export const cidrLookup: LookupDefinition = {
  name: 'cidr',
  indicators: ['cidr'],
  observables: ['ip'],
  file(value, { keys, shape, isSilent }) {
    const range = parseCidr(value);
    if (range === undefined) return { at: 'everywhere' };
    const { bits } = range;
    if (range.family === 6) {
      if (isSilent) shape.silentIpv6Lengths.add(bits);
      keys.network(range.bytes, bits);
      return { at: 'key', kind: keyKinds.ipv6Network, sub: plainSubs.own };
    }
    const { network } = range;
    if (isSilent) {
      shape.silentIpv4Lengths.add(bits);
      keys.silentRange(network, bits);
      return { at: 'key', kind: silentRangeKind, sub: plainSubs.own };
    }
    shape.ipv4PrefixLengths.add(bits);
    return { at: 'range', network, bits, sub: keys.rangeSub(network, bits) };
  },
  ask(observable, asking) {
    const address = parseIpv4(observable.value);
    if (address !== undefined) {
      askIpv4(address, asking);
      return;
    }
    const { keys, ipv6PrefixLengths, shape } = asking;
    const { silentIpv6Lengths } = shape;
    if (ipv6PrefixLengths.length + silentIpv6Lengths.length === 0) return;
    const bytes = parseIpv6(observable.value);
    if (bytes === undefined) return;
    for (const bits of ipv6PrefixLengths) {
      keys.network(bytes, bits);
      take(keyKinds.ipv6Network, asking);
    }
    for (const bits of silentIpv6Lengths) {
      keys.network(bytes, bits);
      take(keyKinds.ipv6Network + coldOnly, asking);
    }
  },
  covers: coversAddress,
};

function coversAddress(range: string, { value }: Observable): boolean {
  if (range.includes(':') !== value.includes(':')) return false;
  return parseCidr(`${value}${range.slice(range.indexOf('/'))}`)?.value === range;
}
