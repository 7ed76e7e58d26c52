import { hashA, hashB, hashStart, hasKey, type CandidateFilter } from '../core/index.js';
import { classes, dot, joiner, lowerCase } from './byte-classes.js';

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

/**
 * Whether a word, as a host, may be in the index: it is an exact host, by itself or after `www.`, or
 * it or its end from a label on is a key for all below. One pass from the last byte to the first;
 * the running hash at each dot is the key of the labels after it.
 */
export function isHostCandidate(
  bytes: Uint8Array,
  wordStart: number,
  wordEnd: number,
  filter: CandidateFilter,
): boolean {
  let start = wordStart;
  let end = wordEnd;
  while (start < end && (classes[bytes[start] as number] as number) & joiner) start++;
  while (end > start && (classes[bytes[end - 1] as number] as number) & joiner) end--;
  if (start === end) return false;
  const { exactHosts, hostSuffixes } = filter;
  const bare = afterWww(bytes, start, end);
  let a = hashStart;
  let b = hashStart;
  for (let at = end - 1; at >= start; at--) {
    const byte = bytes[at] as number;
    if (classes[byte] === dot) {
      // A run of dots is one: normalising collapses it.
      if (bytes[at + 1] === dotByte) continue;
      if (hasKey(hostSuffixes, a, b)) return true;
      if (at + 1 === bare && hasKey(exactHosts, a, b)) return true;
    }
    const code = lowerCase[byte] as number;
    a = hashA(a, code);
    b = hashB(b, code);
  }
  if (hasKey(hostSuffixes, a, b) || hasKey(exactHosts, a, b)) return true;
  if (filter.hostPrefixes.size === 0) return false;
  return (
    hasPrefixKey(bytes, start, wordEnd, filter) ||
    (bare !== 0 && hasPrefixKey(bytes, bare, wordEnd, filter))
  );
}
