import { hexValue, lowerCase } from './byte-classes.js';

/** Whether the word before `=` ends like a key of extraction.md's URL keys and is as long as one. */
export function isUrlKey(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length !== 3 && length !== 6 && length !== 7 && length !== 10) return false;
  const last = bytes[end - 1] as number;
  return last === 0x6c || last === 0x69 || last === 0x74;
}

/** Where `http`, `https` or `ftp` begins at the end of a longer word; the word's start if it is none. */
export function schemeStart(bytes: Uint8Array, start: number, end: number): number {
  let at = end - 1;
  if (lowerCase[bytes[at] as number] === 0x73) at--;
  if (at < start || lowerCase[bytes[at] as number] !== 0x70) return start;
  at--;
  let ts = 0;
  while (at >= start && ts < 2 && lowerCase[bytes[at] as number] === 0x74) {
    at--;
    ts++;
  }
  const first = at >= start ? (lowerCase[bytes[at] as number] as number) : 0;
  const isScheme = (ts === 2 && first === 0x68) || (ts === 1 && first === 0x66);
  return isScheme ? at : start;
}

/** Whether two hex digits stand here, as after the `%` of a percent escape. */
export function isHexPair(bytes: Uint8Array, at: number, end: number): boolean {
  return (
    at + 1 < end &&
    hexValue[bytes[at] as number] !== 255 &&
    hexValue[bytes[at + 1] as number] !== 255
  );
}
