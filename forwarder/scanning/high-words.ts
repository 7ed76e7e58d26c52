import { classes, dot, joiner } from './byte-classes.js';

/**
 * How far a word with characters beyond ASCII has come: it only can be a name when a dot stands
 * between two of its other characters. A word may be cut in pieces by JSON escapes.
 */
export const nothingYet = 0;
export const insideLabel = 1;
export const afterDot = 2;
export const isDottedName = 3;

/** The state after one more piece of the word. */
export function stateAfter(bytes: Uint8Array, start: number, end: number, before: number): number {
  let state = before;
  for (let at = start; at < end && state !== isDottedName; at++) {
    const bits = classes[bytes[at] as number] as number;
    if (!(bits & joiner))
      state = state === afterDot ? isDottedName : state === nothingYet ? insideLabel : state;
    else if (bits & dot && state === insideLabel) state = afterDot;
  }
  return state;
}

/** The state after one more character beyond ASCII, written as an escape. */
export function stateAfterCharacter(before: number): number {
  return before >= afterDot ? isDottedName : insideLabel;
}

/**
 * First bytes of the blocks of Unicode that hold characters which normalising a host (UTS #46) turns
 * into ASCII digits and dots, or drops: Latin-1 signs, combining joiner, U+1000–1FFF, U+2000–3FFF,
 * U+F000–FFFF and everything above the basic plane. Other scripts cannot make a dot or an address.
 */
const compatible = new Uint8Array(256);
for (const byte of [0xc2, 0xcd, 0xe1, 0xe2, 0xe3, 0xef]) compatible[byte] = 1;
compatible.fill(1, 0xf0);

/** Whether a piece of a word may become digits or a dot when it is normalised as a host. */
export function hasCompatibleCharacter(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (compatible[bytes[at] as number] === 1) return true;
  return false;
}

/** Whether lower case may turn a character of the piece into an ASCII one (Kelvin sign, dotted I). */
export function hasFoldingCharacter(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === 0xe2 || bytes[at] === 0xc4) return true;
  return false;
}

/** hasCompatibleCharacter for one UTF-16 code unit; a surrogate stands for any character above the basic plane. */
export function isCompatibleUnit(unit: number): boolean {
  return (
    (unit >= 0x80 && unit < 0xc0) ||
    (unit >= 0x340 && unit < 0x380) ||
    (unit >= 0x1000 && unit < 0x4000) ||
    (unit >= 0xd800 && unit < 0xe000) ||
    unit >= 0xf000
  );
}

/** hasFoldingCharacter for one UTF-16 code unit. */
export function isFoldingUnit(unit: number): boolean {
  return unit === 0x212a || unit === 0x130;
}
