import { hexValue } from './byte-classes.js';

const quote = 0x22;
const backslash = 0x5c;
const openObject = 0x7b;
const u = 0x75;

/** What the letter after a backslash stands for; 0 when it is no escape of one letter (RFC 8259, section 7). */
const oneLetter = new Uint8Array(256);
oneLetter[0x74] = 0x09;
oneLetter[0x6e] = 0x0a;
oneLetter[0x72] = 0x0d;
oneLetter[0x62] = 0x08;
oneLetter[0x66] = 0x0c;
oneLetter[quote] = quote;
oneLetter[backslash] = backslash;
oneLetter[0x2f] = 0x2f;

/** decodeEscape: the backslash begins no escape. */
export const noEscape = 0;
/** Bytes of `\uXXXX`. */
export const longEscape = 6;

/** Size in bytes of what decodeEscape found; its low 16 bits are the UTF-16 code unit it stands for. */
export function escapeSize(decoded: number): number {
  return decoded >>> 16;
}

/** Reads the escape that begins with the backslash at `at`: code unit and size in one number. */
export function decodeEscape(bytes: Uint8Array, at: number, end: number): number {
  if (at + 1 >= end) return noEscape;
  const letter = bytes[at + 1] as number;
  const code = oneLetter[letter] as number;
  if (code !== 0) return code | (2 << 16);
  if (letter !== u || at + longEscape > end) return noEscape;
  let unit = 0;
  for (let index = at + 2; index < at + longEscape; index++) {
    const value = hexValue[bytes[index] as number] as number;
    if (value === 255) return noEscape;
    unit = (unit << 4) | value;
  }
  return unit | (longEscape << 16);
}

/** Whether `{"` stands in the bytes: the sign that the line's JSON escapes are undone. */
export function hasObjectStart(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at + 1 < end; at++) {
    if (bytes[at] === openObject && bytes[at + 1] === quote) return true;
  }
  return false;
}
