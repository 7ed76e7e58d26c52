import type { KeySet } from './key-set.js';

/**
 * What the hot path knows of the index: for each indicator a fingerprint that the scanner can
 * compute from raw bytes (fingerprint.ts). The contract between `matching`, which builds it, and
 * `scanning`, which asks it. A key that is there says "perhaps"; one that is not there says "surely
 * nothing".
 *
 *     index: domain evil.com, mask docs.example/x/*, mask *.bad.example, 192.0.2.0/24
 *     → keys: hostSuffix evil.com and bad.example, exactHost docs.example; ranges [192.0.2.0–255]
 *     'see http://a.evil.com/x'   → suffixes evil.com: found → perhaps
 *     'see http://a.docs.example' → docs.example is an exact host, not a suffix → surely nothing
 */
export interface CandidateFilter {
  /** The seed of all fingerprints: `seedWords` words. */
  readonly seed: Uint32Array;
  readonly keys: KeySet;
  /** Bit n: there are keys of kind n (keyKinds). */
  readonly kinds: number;
  /** Bytes of the longest host key. */
  readonly longestHost: number;
  /** One of the IPv4 addresses lies in 0.0.0.0/8, where the small numbers of every event are. */
  readonly hasZeroNetAddresses: boolean;
  /** Merged ranges in ascending order: first and last address, alternating. */
  readonly ipv4Ranges: Uint32Array;
  /** 1 for each /16 block that a range touches; empty when there is no range. */
  readonly ipv4Blocks: Uint8Array;
  /** The prefix lengths that occur in keys of kind ipv6Network. */
  readonly ipv6PrefixLengths: readonly number[];
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

/** Whether the filter has keys of a kind (keyKinds). */
export function hasKind(filter: CandidateFilter, kind: number): boolean {
  return ((filter.kinds >>> kind) & 1) !== 0;
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
