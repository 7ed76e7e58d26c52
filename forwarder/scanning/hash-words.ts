import { hasKey, keyKinds, type Fingerprint, type KeySet } from '../core/index.js';
import { classes, digit, hexLetter, letter, underscore } from './byte-classes.js';

function isHashLength(length: number): boolean {
  return length === 32 || length === 40 || length === 64;
}

/** Whether a word holds a hash that is in the index: a whole run of letters, digits and `_`, all hex digits. */
export function hasHashCandidate(
  bytes: Uint8Array,
  start: number,
  end: number,
  keys: KeySet,
  fingerprint: Fingerprint,
): boolean {
  let runStart = start;
  let isHex = true;
  for (let at = start; at <= end; at++) {
    const bits = at < end ? (classes[bytes[at] as number] as number) : 0;
    if (bits & (letter | digit | underscore)) {
      if (!(bits & (digit | hexLetter))) isHex = false;
      continue;
    }
    if (isHex && isHashLength(at - runStart)) {
      const { first, second } = fingerprint.start().text(bytes, runStart, at).finish(keyKinds.hash);
      if (hasKey(keys, first, second)) return true;
    }
    runStart = at + 1;
    isHex = true;
  }
  return false;
}
