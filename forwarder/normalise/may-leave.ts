import ipaddr from 'ipaddr.js';
import { ServiceError } from '../core/index.js';
import { isHostname, normaliseHost } from './host.js';
import { parseCidr, parseIp } from './ip.js';

/**
 * Top-level names that are used inside a house only: RFC 6761, 6762 (`local`), 8375 (`home.arpa`),
 * ICANN's decisions on `internal` and on `corp`, `home` and `mail`, and those usual in practice; and
 * names that stand for addresses (`1.0.0.10.in-addr.arpa` is 10.0.0.1).
 */
const houseNames = [
  'localhost',
  'localdomain',
  'local',
  'internal',
  'intranet',
  'private',
  'corp',
  'home',
  'mail',
  'lan',
  'arpa',
];

/** Decides whether a host may be named to a server elsewhere: a name, or a canonical IP address. */
export type MayLeave = (host: string) => boolean;

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

/**
 * What a house keeps to itself is never asked about: addresses that are not public (private,
 * reserved, loopback, link-local, multicast), names of one label, names that exist in a house only,
 * and what `own` lists: domains, with all below them, addresses and ranges. Throws ServiceError
 * TF_CONFIG for an entry of `own` that is none of these; `setting` is where they are set.
 */
export function mayLeave(own: readonly string[] = [], setting?: string): MayLeave {
  const names = new Set(houseNames);
  const ranges: Range[] = [];
  for (const [at, text] of own.entries()) {
    const range = rangeOf(text);
    if (range !== undefined) {
      ranges.push(range);
      continue;
    }
    const name = normaliseHost(text.replace(/^\*?\./, ''));
    if (name === undefined) {
      throw unknownEntry(text, setting === undefined ? 'what is never asked' : `${setting}[${at}]`);
    }
    names.add(name);
  }
  return (host) => {
    if (parseIp(host) !== undefined) {
      const address = ipaddr.process(host);
      if (address.range() !== 'unicast') return false;
      return !ranges.some(([first, bits]) => isIn(address, first, bits));
    }
    return isHostname(host) && host.includes('.') && !endsWithAny(host, names);
  };
}

function rangeOf(text: string): Range | undefined {
  const ip = parseIp(text);
  if (ip !== undefined) {
    const address = ipaddr.parse(ip);
    return [address, address.kind() === 'ipv4' ? 32 : 128];
  }
  const cidr = parseCidr(text);
  return cidr === undefined ? undefined : ipaddr.parseCIDR(cidr.value);
}

function isIn(address: Range[0], first: Range[0], bits: number): boolean {
  return address.kind() === first.kind() && address.match(first, bits);
}

/** Whether the name is one of the names, or below one. */
function endsWithAny(host: string, names: ReadonlySet<string>): boolean {
  for (let at = 0; at >= 0; at = nextLabel(host, at)) {
    if (names.has(at === 0 ? host : host.slice(at))) return true;
  }
  return false;
}

/** Where the label after the one at `at` begins; -1 when it was the last. */
function nextLabel(host: string, at: number): number {
  const dot = host.indexOf('.', at);
  return dot < 0 ? -1 : dot + 1;
}

function unknownEntry(text: string, where: string): ServiceError {
  return new ServiceError('TF_CONFIG', `"${text}" is no domain, address or range of addresses.`, {
    where,
    hint: 'Write example.com, 192.0.2.7 or 192.0.2.0/24.',
  });
}
