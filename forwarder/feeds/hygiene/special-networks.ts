import { parseCidr, type Cidr } from '../../normalise/index.js';

/**
 * Networks that nobody on the Internet has: private, reserved, of documentation, of groups (IANA IPv4
 * and IPv6 Special-Purpose Address Registries, RFC 6890, where they are not globally reachable; RFC
 * 5771 and RFC 1112 for 224.0.0.0/3; RFC 4291 §2.4: of IPv6 only 2000::/3 is given out).
 */
const special: readonly (readonly [network: string, what: string])[] = [
  ['0.0.0.0/8', 'this network (RFC 791)'],
  ['10.0.0.0/8', 'private addresses (RFC 1918)'],
  ['100.64.0.0/10', 'addresses shared by providers (RFC 6598)'],
  ['127.0.0.0/8', 'loopback (RFC 1122)'],
  ['169.254.0.0/16', 'link-local addresses (RFC 3927)'],
  ['172.16.0.0/12', 'private addresses (RFC 1918)'],
  ['192.0.0.0/24', 'protocol assignments (RFC 6890)'],
  ['192.0.2.0/24', 'documentation (RFC 5737)'],
  ['192.88.99.0/24', '6to4 relays (RFC 7526)'],
  ['192.168.0.0/16', 'private addresses (RFC 1918)'],
  ['198.18.0.0/15', 'benchmarks (RFC 2544)'],
  ['198.51.100.0/24', 'documentation (RFC 5737)'],
  ['203.0.113.0/24', 'documentation (RFC 5737)'],
  ['224.0.0.0/4', 'multicast (RFC 5771)'],
  ['240.0.0.0/4', 'reserved addresses (RFC 1112)'],
  ['::/8', 'reserved addresses, loopback and IPv4 within IPv6 (RFC 4291)'],
  ['100::/8', 'the discard-only prefix and reserved addresses (RFC 6666)'],
  ['200::/7', 'reserved addresses (RFC 4291)'],
  ['400::/6', 'reserved addresses (RFC 4291)'],
  ['800::/5', 'reserved addresses (RFC 4291)'],
  ['1000::/4', 'reserved addresses (RFC 4291)'],
  ['2001::/23', 'protocol assignments (RFC 2928)'],
  ['2001:db8::/32', 'documentation (RFC 3849)'],
  ['3fff::/20', 'documentation (RFC 9637)'],
  ['4000::/2', 'reserved addresses (RFC 4291)'],
  ['8000::/2', 'reserved addresses (RFC 4291)'],
  ['c000::/3', 'reserved addresses (RFC 4291)'],
  ['e000::/4', 'reserved addresses (RFC 4291)'],
  ['f000::/5', 'reserved addresses (RFC 4291)'],
  ['f800::/6', 'reserved addresses (RFC 4291)'],
  ['fc00::/7', 'unique local addresses (RFC 4193)'],
  ['fe00::/9', 'reserved addresses (RFC 4291)'],
  ['fe80::/10', 'link-local addresses (RFC 4291)'],
  ['fec0::/10', 'site-local addresses (RFC 3879)'],
  ['ff00::/8', 'multicast (RFC 4291)'],
];

export interface SpecialNetwork {
  readonly range: Cidr;
  readonly what: string;
}

export const specialNetworks: readonly SpecialNetwork[] = special.flatMap(([network, what]) => {
  const range = parseCidr(network);
  return range === undefined ? [] : [{ range, what }];
});

/** The first special network that shares addresses with a range. */
export function specialWithin(range: Cidr): SpecialNetwork | undefined {
  return specialNetworks.find((network) =>
    agree(network.range, range, Math.min(network.range.bits, range.bits)),
  );
}

/** Whether all addresses of a range are of one special network. */
export function isSpecial(range: Cidr): boolean {
  return specialNetworks.some(
    (network) =>
      network.range.bits <= range.bits && agree(network.range, range, network.range.bits),
  );
}

/** Whether two ranges are of one family and begin with the same `bits` bits. */
function agree(one: Cidr, other: Cidr, bits: number): boolean {
  if (one.family === 4) {
    return (
      other.family === 4 && (bits === 0 || (one.network ^ other.network) >>> (32 - bits) === 0)
    );
  }
  if (other.family === 4) return false;
  for (let at = 0; at * 8 < bits; at++) {
    const difference = (one.bytes[at] ?? 0) ^ (other.bytes[at] ?? 0);
    if (difference >> Math.max(0, 8 - (bits - at * 8)) !== 0) return false;
  }
  return true;
}
