import { hasKey, type KeySet } from '../core/index.js';
import { classes, digit, hexLetter, hexValue, letter, underscore } from './byte-classes.js';

function isHashLength(length: number): boolean {
  return length === 32 || length === 40 || length === 64;
}

function eightDigits(bytes: Uint8Array, start: number): number {
  let value = 0;
  for (let at = start; at < start + 8; at++) {
    value = (value << 4) | (hexValue[bytes[at] as number] as number);
  }
  return value;
}

/** Whether a word holds a hash that is in the index: a whole run of letters, digits and `_`, all hex digits. */
export function hasHashCandidate(
  bytes: Uint8Array,
  start: number,
  end: number,
  hashes: KeySet,
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
      const a = eightDigits(bytes, runStart);
      if (hasKey(hashes, a, eightDigits(bytes, runStart + 8))) return true;
    }
    runStart = at + 1;
    isHex = true;
  }
  return false;
}
