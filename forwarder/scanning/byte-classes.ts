/** Classes of bytes, as bits; together the bits of a word say what it can be. */
export const digit = 1;
/** `a`–`f`, `A`–`F`. */
export const hexLetter = 2;
export const otherLetter = 4;
export const dot = 8;
export const dash = 16;
export const underscore = 32;
/** A byte of a character beyond ASCII. */
export const high = 64;

export const letter = hexLetter | otherLetter;
/** What a word consists of, as in docs/reference/extraction.md. */
export const wordByte = digit | letter | dot | dash | underscore | high;
/** `.`, `-` and `_`: cut off at the ends of a word. */
export const joiner = dot | dash | underscore;

export const classes = new Uint8Array(256);
/** ASCII letters in lower case, every other byte as it is. */
export const lowerCase = new Uint8Array(256);
/** The value of a hex digit, 255 for every other byte. */
export const hexValue = new Uint8Array(256).fill(255);

for (let byte = 0; byte < 256; byte++) {
  const character = String.fromCharCode(byte);
  lowerCase[byte] = byte;
  if (byte >= 128) classes[byte] = high;
  else if (/[0-9]/.test(character)) classes[byte] = digit;
  else if (/[a-fA-F]/.test(character)) classes[byte] = hexLetter;
  else if (/[a-zA-Z]/.test(character)) classes[byte] = otherLetter;
  else if (character === '.') classes[byte] = dot;
  else if (character === '-') classes[byte] = dash;
  else if (character === '_') classes[byte] = underscore;
  if (byte < 128) {
    lowerCase[byte] = character.toLowerCase().charCodeAt(0);
    if (/[0-9a-fA-F]/.test(character)) hexValue[byte] = Number.parseInt(character, 16);
  }
}
