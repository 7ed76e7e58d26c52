import { codeAt } from '../normalise/index.js';

/** Classes of UTF-16 code units, as bits, for the linear matchers of this folder. */
export const digit = 1;
export const letter = 2;
/** `-`, `.` and `_`. */
export const joiner = 4;
export const hexDigit = 8;
/** Ends a URL in free text: blank, control character, `" < > | \ ^ { }` and the grave accent. */
export const urlStop = 16;
/** Every character beyond ASCII. */
export const beyondAscii = 32;
export const dot = 64;
export const colon = 128;
/** What a word consists of. */
export const wordCharacter = digit | letter | joiner | beyondAscii;

const classes = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const character = String.fromCharCode(code);
  if (/[0-9]/.test(character)) classes[code] = digit | hexDigit;
  else if (/[a-fA-F]/.test(character)) classes[code] = letter | hexDigit;
  else if (/[a-zA-Z]/.test(character)) classes[code] = letter;
  else if (/[-_]/.test(character)) classes[code] = joiner;
  else if (character === '.') classes[code] = joiner | dot;
  else if (character === ':') classes[code] = colon;
  else if (/[\u0000- \u007f"<>|\\^{}`]/.test(character)) classes[code] = urlStop;
}

/** The class bits of the code unit at a place inside the text; 0 for all other characters. */
export function classAt(text: string, at: number): number {
  return classOf(codeAt(text, at));
}

/** The class bits of a code unit. */
export function classOf(code: number): number {
  return code < 128 ? (classes[code] ?? 0) : beyondAscii;
}
