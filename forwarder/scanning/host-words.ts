import {
  hashA,
  hashB,
  hashStart,
  hasKey,
  mayHaveKey,
  type CandidateFilter,
  type KeySet,
} from '../core/index.js';
import { classes, joiner, lowerCase } from './byte-classes.js';

const dotByte = 0x2e;
const w = 0x77;

/** Where a name after `www.` begins, or 0 when the word from `start` does not begin so. */
function afterWww(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 5) return 0;
  for (let at = start; at < start + 3; at++) {
    if (lowerCase[bytes[at] as number] !== w) return 0;
  }
  let at = start + 3;
  while (at < end && bytes[at] === dotByte) at++;
  return at > start + 3 ? at : 0;
}

/** Whether leading labels of the name, up to one of its dots, are a key. */
function hasPrefixKey(
  bytes: Uint8Array,
  start: number,
  end: number,
  filter: CandidateFilter,
): boolean {
  let a = hashStart;
  let b = hashStart;
  for (let at = start; at < end; at++) {
    const byte = lowerCase[bytes[at] as number] as number;
    if (byte === dotByte) {
      if (bytes[at - 1] === dotByte) continue;
      if (hasKey(filter.hostPrefixes, a, b)) return true;
    }
    a = hashA(a, byte);
    b = hashB(b, byte);
  }
  return false;
}

/** Whether the set holds the bytes, hashed from the last to the first; `a` is their first hash. */
function hasHost(set: KeySet, a: number, bytes: Uint8Array, start: number, end: number): boolean {
  if (!mayHaveKey(set, a)) return false;
  let b = hashStart;
  for (let at = end - 1; at >= start; at--) {
    const byte = lowerCase[bytes[at] as number] as number;
    if (byte !== dotByte || bytes[at + 1] !== dotByte) b = hashB(b, byte);
  }
  return hasKey(set, a, b);
}

/**
 * Whether a word, as a host, may be in the index: it is an exact host, by itself or after `www.`, or
 * it or its end from a label on is a key for all below. One pass from the last byte to the first;
 * the running hash at each dot is that of the labels after it. The second hash is only made for
 * what the first one lets through.
 */
export function isHostCandidate(
  bytes: Uint8Array,
  wordStart: number,
  wordEnd: number,
  filter: CandidateFilter,
): boolean {
  const classOf = classes;
  const lower = lowerCase;
  let start = wordStart;
  let end = wordEnd;
  while (start < end && (classOf[bytes[start] as number] as number) & joiner) start++;
  while (end > start && (classOf[bytes[end - 1] as number] as number) & joiner) end--;
  if (start === end) return false;
  const { exactHosts, hostSuffixes, longestHost } = filter;
  const bare = afterWww(bytes, start, end);
  let a = hashStart;
  let next = 0;
  let length = 0;
  // Beyond the longest key nothing can be found; it also bounds what hasHost reads again.
  for (let at = end - 1; at >= start && length <= longestHost; at--) {
    const byte = lower[bytes[at] as number] as number;
    if (byte === dotByte) {
      // A run of dots is one: normalising collapses it.
      if (next === dotByte) continue;
      if (hasHost(hostSuffixes, a, bytes, at + 1, end)) return true;
      if (at + 1 === bare && hasHost(exactHosts, a, bytes, bare, end)) return true;
    }
    a = hashA(a, byte);
    next = byte;
    length++;
  }
  if (length <= longestHost && hasHost(hostSuffixes, a, bytes, start, end)) return true;
  if (length <= longestHost && hasHost(exactHosts, a, bytes, start, end)) return true;
  if (filter.hostPrefixes.size === 0) return false;
  return (
    hasPrefixKey(bytes, start, wordEnd, filter) ||
    (bare !== 0 && hasPrefixKey(bytes, bare, wordEnd, filter))
  );
}
