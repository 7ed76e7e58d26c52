import { escapedMask, quoteMask, wordMask } from './layout';
import { isBlank, isSet, wordStart } from './masks';

/**
 * Whether a URL's host may stand at a place: the state that the reference scanner carries along
 * (line-scanner.ts, `inAuthority`), found by going back from the place to the last byte that sets
 * it. Few places ask.
 */
export const outside: u32 = 0;
export const inAuthority: u32 = 1;
/** The reference scanner must decide. */
export const unsure: u32 = 2;
/** The byte looked at does not set the state. */
const unchanged: u32 = 3;

const furthest: usize = 4096;

/** The last answer holds for later places up to which nothing was found. */
let knownAt: usize = 0;
let known: u32 = outside;

export function beginContext(): void {
  knownAt = 0;
  known = outside;
}

export function stateAt(line: usize, place: usize, escapes: bool): u32 {
  const state = goBack(line, place, escapes);
  knownAt = place;
  known = state;
  return state;
}

function goBack(line: usize, place: usize, escapes: bool): u32 {
  let at = place;
  while (at > knownAt) {
    if (place - at > furthest) return unsure;
    at--;
    if (isSet(wordMask, at)) {
      at = wordStart(at);
      continue;
    }
    const byte = load<u8>(line + at);
    if (escapes && isSet(escapedMask, at)) {
      at--;
      if (byte == 0x5c) return outside;
      if (byte == 0x22) continue;
      if (byte == 0x2f) {
        const state = afterSlash(line, at, escapes);
        if (state != unchanged) return state;
        continue;
      }
      if (byte == 0x75) return unsure;
      const state = afterBlank(line, at, escapes);
      if (state != unchanged) return state;
      continue;
    }
    switch (byte) {
      case 0x22:
      case 0x40:
        return inAuthority;
      case 0x3f:
      case 0x23:
      case 0x5c:
        return outside;
      case 0x2f: {
        const state = afterSlash(line, at, escapes);
        if (state != unchanged) return state;
        break;
      }
      case 0x3d:
        if (at > 0 && isSet(wordMask, at - 1) && isUrlKey(line, at)) return inAuthority;
        break;
      default:
        if (isBlank(byte)) {
          const state = afterBlank(line, at, escapes);
          if (state != unchanged) return state;
        }
    }
  }
  return known;
}

/** `//` begins an authority, a `/` after a word or `]` ends it. */
function afterSlash(line: usize, at: usize, escapes: bool): u32 {
  if (at == 0) return unchanged;
  if (isSet(wordMask, at - 1)) return outside;
  const before = load<u8>(line + at - 1);
  if (before == 0x2f) return inAuthority;
  if (escapes && isSet(escapedMask, at - 1)) return unchanged;
  if (before == 0x5d) return outside;
  return isDigitOfEscape(before) ? unsure : unchanged;
}

/** A blank ends a value, unless it stands before one. */
function afterBlank(line: usize, at: usize, escapes: bool): u32 {
  if (at == 0) return unchanged;
  if (isSet(wordMask, at - 1)) return outside;
  const before = load<u8>(line + at - 1);
  if (escapes && isSet(escapedMask, at - 1)) {
    return before == 0x5c || before == 0x2f ? outside : unchanged;
  }
  if (isBlank(before) || before == 0x22 || before == 0x3d) return unchanged;
  if (isDigitOfEscape(before)) return unsure;
  if (before != 0x3a) return outside;
  // After a key and its colon the value is to come.
  let key = at - 1;
  while (key > 0 && isBlank(load<u8>(line + key - 1))) key--;
  if (key == 0) return outside;
  if (escapes && isSet(escapedMask, key - 1)) return unsure;
  return isSet(quoteMask, key - 1) ? unchanged : outside;
}

/** A letter or digit that is no part of a word belongs to an escape `\u00XX`. */
@inline
function isDigitOfEscape(byte: u8): bool {
  return (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a);
}

/** As word-ends.ts: as long as `url`, `uri`, `request`, `cs-uri`, `requestUrl`, and ending so. */
function isUrlKey(line: usize, end: usize): bool {
  const length = end - wordStart(end - 1);
  if (length != 3 && length != 6 && length != 7 && length != 10) return false;
  const last = load<u8>(line + end - 1);
  return last == 0x6c || last == 0x69 || last == 0x74;
}
