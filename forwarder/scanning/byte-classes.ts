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

/**
 * What a byte between words means to the line scanner: a dense numbering, so that its switch is one
 * jump. 0: nothing but that no key has ended before it.
 */
export const separator = {
  other: 0,
  blank: 1,
  quote: 2,
  colon: 3,
  slash: 4,
  equals: 5,
  atSign: 6,
  pathStart: 7,
  percent: 8,
  openObject: 9,
  openList: 10,
} as const;

/** The separator number of each byte; 0 for the bytes of words too. */
export const separators = new Uint8Array(256);
for (let byte = 0; byte <= 0x20; byte++) separators[byte] = separator.blank;
separators[0x7f] = separator.blank;
for (const [character, number] of [
  ['"', separator.quote],
  [':', separator.colon],
  ['/', separator.slash],
  ['=', separator.equals],
  ['@', separator.atSign],
  ['?', separator.pathStart],
  ['#', separator.pathStart],
  ['\\', separator.pathStart],
  ['%', separator.percent],
  ['{', separator.openObject],
  ['[', separator.openList],
] as const) {
  separators[character.charCodeAt(0)] = number;
}
