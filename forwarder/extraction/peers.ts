import { ServiceError } from '../core/index.js';
import { parseCidr, parseIp, parseIpv4, parseIpv6, type Cidr } from '../normalise/index.js';

function covers(range: Cidr, peer: string): boolean {
  if (range.family === 4) {
    const address = parseIpv4(peer);
    const size = 2 ** (32 - range.bits);
    return address !== undefined && address >= range.network && address < range.network + size;
  }
  const bytes = parseIpv6(peer);
  if (bytes === undefined) return false;
  for (let bit = 0; bit < range.bits; bit += 8) {
    const mask = 0xff00 >> Math.min(8, range.bits - bit);
    const index = bit / 8;
    if (((bytes[index] ?? 0) & mask & 255) !== (range.bytes[index] ?? 0)) return false;
  }
  return true;
}

/**
 * Compiles a source's list of peers. The address asked for is in canonical text. Throws
 * ServiceError TF_CONFIG for an entry that is neither an address nor a range.
 */
export function compilePeers(peers: readonly string[], path: string): (peer: string) => boolean {
  const addresses = new Set<string>();
  const ranges: Cidr[] = [];
  peers.forEach((text, index) => {
    const address = parseIp(text);
    const range = parseCidr(text);
    if (address !== undefined) addresses.add(address);
    else if (range !== undefined) ranges.push(range);
    else {
      throw new ServiceError('TF_CONFIG', `${JSON.stringify(text)} is no IP address or range`, {
        where: `${path}[${index}]`,
        hint: 'write an address (192.0.2.1, 2001:db8::1) or a range (192.0.2.0/24)',
      });
    }
  });
  return (peer) => addresses.has(peer) || ranges.some((range) => covers(range, peer));
}
