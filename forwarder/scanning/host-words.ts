import {
  hasKey,
  hasKind,
  keyKinds,
  type CandidateFilter,
  type Fingerprint,
  type KeyKind,
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

function hasHost(filter: CandidateFilter, fingerprint: Fingerprint, kind: KeyKind): boolean {
  fingerprint.finish(kind);
  return hasKey(filter.keys, fingerprint.first, fingerprint.second);
}

/** Whether leading labels of the name, up to one of its dots, are a key. */
function hasPrefixKey(
  bytes: Uint8Array,
  start: number,
  end: number,
  filter: CandidateFilter,
  fingerprint: Fingerprint,
): boolean {
  fingerprint.start();
  let labelStart = start;
  for (let at = start; at < end; at++) {
    if (bytes[at] !== dotByte) continue;
    if (at > labelStart) {
      fingerprint.label(bytes, labelStart, at);
      if (hasHost(filter, fingerprint, keyKinds.hostPrefix)) return true;
    }
    labelStart = at + 1;
  }
  return false;
}

/**
 * Whether a word, as a host, may be in the index: it is an exact host, by itself or after `www.`, or
 * it or its end from a label on is a key for all below. One pass over the labels from the last one
 * to the first; the running fingerprint after each is that of the end of the host from there on.
 */
export function isHostCandidate(
  bytes: Uint8Array,
  wordStart: number,
  wordEnd: number,
  filter: CandidateFilter,
  fingerprint: Fingerprint,
): boolean {
  const classOf = classes;
  let start = wordStart;
  let end = wordEnd;
  while (start < end && (classOf[bytes[start] as number] as number) & joiner) start++;
  while (end > start && (classOf[bytes[end - 1] as number] as number) & joiner) end--;
  if (start === end) return false;
  const bare = afterWww(bytes, start, end);
  fingerprint.start();
  let labelEnd = end;
  let length = -1;
  for (let at = end - 1; at >= start; at--) {
    if (at > start && bytes[at - 1] !== dotByte) continue;
    // A run of dots is one: normalising collapses it.
    if (bytes[at] === dotByte) {
      labelEnd = at - 1;
      continue;
    }
    // Beyond the longest key nothing can be found.
    length += labelEnd - at + 1;
    if (length > filter.longestHost) break;
    fingerprint.label(bytes, at, labelEnd);
    labelEnd = at - 1;
    if (hasHost(filter, fingerprint, keyKinds.hostSuffix)) return true;
    const isExact = at === start || at === bare;
    if (isExact && hasHost(filter, fingerprint, keyKinds.exactHost)) return true;
  }
  if (!hasKind(filter, keyKinds.hostPrefix)) return false;
  return (
    hasPrefixKey(bytes, start, wordEnd, filter, fingerprint) ||
    (bare !== 0 && hasPrefixKey(bytes, bare, wordEnd, filter, fingerprint))
  );
}
