/**
 * What the hot path knows of the index: for each indicator a key of 64 bits that the scanner can
 * compute from raw bytes. The contract between `matching`, which builds it, and `scanning`, which
 * asks it. A key that is there says "perhaps"; one that is not there says "surely nothing".
 */

/** An immutable set of 64-bit keys: open addressing, before it one bit per key to answer most misses. */
export interface KeySet {
  readonly size: number;
  /** Number of slots less one; the number of slots is a power of two. */
  readonly slotMask: number;
  /** Two words a slot, both 0 when it is free. */
  readonly slots: Uint32Array;
  /** Number of bits less one; the first word of a key alone chooses its bit. */
  readonly bitMask: number;
  readonly bits: Uint8Array;
}

/**
 * Hosts are hashed from their last byte to their first, ASCII letters lower-case, runs of dots as
 * one dot: after `com`, `evil.com` and `a.evil.com` the running hash is the key of that suffix.
 *
 *     index: domain evil.com, mask docs.example/x/*, mask *.bad.example, 192.0.2.0/24
 *     → hostSuffixes {evil.com, bad.example}, exactHosts {docs.example}, ipv4Ranges [192.0.2.0–255]
 *     'see http://a.evil.com/x'   → suffixes com, evil.com: found → perhaps
 *     'see http://a.docs.example' → docs.example is an exact host, not a suffix → surely nothing
 */
export interface CandidateFilter {
  /** Hosts that are looked for as they are, or after `www.`. */
  readonly exactHosts: KeySet;
  /** Hosts that are looked for with all below them. */
  readonly hostSuffixes: KeySet;
  /** Leading labels of hosts whose end is a wildcard (`evil.com*` → `evil`); hashed left to right. */
  readonly hostPrefixes: KeySet;
  /** Bytes of the longest key of exactHosts and hostSuffixes. */
  readonly longestHost: number;
  /** Addresses: (address, 0). */
  readonly ipv4: KeySet;
  /** One of these addresses lies in 0.0.0.0/8, where the small numbers of every event are. */
  readonly hasZeroNetAddresses: boolean;
  /** Merged ranges in ascending order: first and last address, alternating. */
  readonly ipv4Ranges: Uint32Array;
  /** 1 for each /16 block that a range touches; empty when there is no range. */
  readonly ipv4Blocks: Uint8Array;
  /** Addresses: hash of the eight groups (hashGroups with 128 bits). */
  readonly ipv6: KeySet;
  /** Networks: hash of the eight groups, the rest zero (hashGroups with the prefix length). */
  readonly ipv6Ranges: KeySet;
  /** The prefix lengths that occur in ipv6Ranges. */
  readonly ipv6PrefixLengths: readonly number[];
  /** The first 16 hex digits of each hash as two words. */
  readonly hashes: KeySet;
  /** A host key has no dot: words without a dot are hosts too. */
  readonly hasDotlessHosts: boolean;
  /** A host key consists of digits and dots only. */
  readonly hasNumericHosts: boolean;
  /** A mask's fixed word may stand in a URL's path: a percent escape anywhere may hide it. */
  readonly hasFloatingWords: boolean;
  /** A host holds Punycode next to characters that no word has: no word beyond ASCII is sure. */
  readonly hasUnusualHosts: boolean;
  /** Masks without a fixed word (`*login*`); while there is one, every line is "perhaps". */
  readonly unfilterableMasks: number;
}

/** Looked up once: in a sandboxed global (tests) each look-up of `Math` costs more than the product. */
const { imul } = Math;

/** First state of both hashes. */
export const hashStart = 0x811c9dc5 | 0;

/** One step of the first hash (FNV-1a). */
export function hashA(state: number, byte: number): number {
  return imul(state ^ byte, 0x01000193);
}

/** One step of the second hash, unrelated to the first. */
export function hashB(state: number, byte: number): number {
  return imul(((state << 7) | (state >>> 25)) ^ byte, 0x5bd1e995);
}

/** The word that chooses the slot of a key. */
export function mixKey(a: number, b: number): number {
  const mixed = imul(a ^ ((b << 16) | (b >>> 16)), 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/** The word that chooses the bit of a key. */
export function mixFirst(a: number): number {
  const mixed = imul(a, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

/** Whether the set may hold a key with this first word: the cheap question to ask first. */
export function mayHaveKey(set: KeySet, a: number): boolean {
  const bit = mixFirst(a) & set.bitMask;
  return (((set.bits[bit >>> 3] as number) >>> (bit & 7)) & 1) !== 0;
}

/** Whether the set holds the key. Allocates nothing. */
export function hasKey(set: KeySet, a: number, b: number): boolean {
  if (!mayHaveKey(set, a)) return false;
  const first = a >>> 0;
  // (0, 0) marks a free slot: the key (0, 0) is kept as (0, 1).
  const second = (a | b) === 0 ? 1 : b >>> 0;
  const { slots, slotMask } = set;
  let slot = mixKey(first, second) & slotMask;
  for (;;) {
    const word = slots[slot * 2] as number;
    const other = slots[slot * 2 + 1] as number;
    if (word === first && other === second) return true;
    if ((word | other) === 0) return false;
    slot = (slot + 1) & slotMask;
  }
}

/** Whether an IPv4 address lies in one of the filter's ranges. Allocates nothing. */
export function isInIpv4Ranges(filter: CandidateFilter, address: number): boolean {
  const { ipv4Ranges, ipv4Blocks } = filter;
  if (ipv4Blocks.length === 0 || ipv4Blocks[address >>> 16] === 0) return false;
  let low = 0;
  let high = ipv4Ranges.length / 2 - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    if (address < (ipv4Ranges[middle * 2] as number)) high = middle - 1;
    else if (address > (ipv4Ranges[middle * 2 + 1] as number)) low = middle + 1;
    else return true;
  }
  return false;
}

/**
 * One of the two hashes of an IPv6 network: its first `prefixLength` bits, the rest taken as zero.
 * `groups`: eight 16-bit numbers.
 */
export function hashGroups(
  step: (state: number, value: number) => number,
  groups: Uint16Array,
  prefixLength: number,
): number {
  let state = step(hashStart, prefixLength);
  for (let index = 0; index < 8; index++) {
    const left = prefixLength - index * 16;
    const kept = left >= 16 ? 16 : left > 0 ? left : 0;
    const group = (groups[index] as number) & (0xffff0000 >> kept) & 0xffff;
    state = step(step(state, group >>> 8), group & 255);
  }
  return state;
}
