import type { Cursor } from './cursor.js';
import { literal, Refusal } from './node.js';
import type { Part } from './node.js';

const lineEnds = String.raw`\n\x0b\f\r\x{85}\x{2028}\x{2029}`;
const blanks = String.raw`\t `;

/** What an escape of Boost stands for, where RE2 has no such escape or means another thing. */
const characters: Readonly<Record<string, string>> = {
  e: String.raw`\x1b`,
  h: `[${blanks}]`,
  H: `[^${blanks}]`,
  v: `[${lineEnds}]`,
  V: `[^${lineEnds}]`,
  N: String.raw`[^\n]`,
  l: '[[:lower:]]',
  L: '[[:^lower:]]',
  u: '[[:upper:]]',
  U: '[[:^upper:]]',
};
const assertions: Readonly<Record<string, string>> = {
  A: String.raw`\A`,
  '`': String.raw`\A`,
  z: String.raw`\z`,
  // Before line ends at the end of the text too, which events have not.
  Z: String.raw`\z`,
  "'": String.raw`\z`,
  b: String.raw`\b`,
  B: String.raw`\B`,
};
const inClass: Readonly<Record<string, string>> = {
  b: String.raw`\x08`,
  e: String.raw`\x1b`,
  h: blanks,
  v: lineEnds,
  l: 'a-z',
  u: 'A-Z',
};
const namedClasses =
  /^(?:alnum|alpha|blank|cntrl|digit|graph|lower|print|punct|space|upper|word|xdigit)$/i;

/** Reads an escape outside of a class; the backslash is taken already. Undefined: it stands for nothing. */
export function readEscape(cursor: Cursor): Part | undefined {
  const letter = cursor.next();
  switch (letter) {
    case '':
      throw new Refusal('a single backslash at its end', 'write \\\\ for a backslash');
    case 'E':
      return undefined;
    case 'K':
      return { kind: 'keep' };
    case '<':
      return { kind: 'edge', at: 'start' };
    case '>':
      return { kind: 'edge', at: 'end' };
    case 'R':
      return { kind: 'opaque', text: String.raw`(?:\r\n|[${lineEnds}])` };
    case 'g':
    case 'k':
      throw backReference(`\\${letter}`);
    case 'G':
    case 'X':
    case 'C':
      throw new Refusal(`\\${letter}`, `write the expression without \\${letter}`);
    case 'p':
    case 'P':
      return { kind: 'character', text: property(cursor, letter) };
    default:
      break;
  }
  if (/[1-9]/.test(letter)) throw backReference(`\\${letter}`);
  const assertion = ownOf(assertions, letter);
  if (assertion !== undefined) return { kind: 'assertion', text: assertion };
  if (/[dDwWsS]/.test(letter)) return { kind: 'character', text: `\\${letter}` };
  const known = ownOf(characters, letter) ?? readCode(cursor, letter);
  return known === undefined ? escaped(letter) : { kind: 'character', text: known };
}

/** Reads an escape inside of a class. */
export function readClassEscape(cursor: Cursor): string {
  const letter = cursor.next();
  if (letter === '') throw new Refusal('a class that is not closed', 'close every [ by a ]');
  if (/[dDwWsS]/.test(letter)) return `\\${letter}`;
  if (letter === 'p' || letter === 'P') return property(cursor, letter);
  const known = ownOf(inClass, letter) ?? readCode(cursor, letter);
  if (known !== undefined) return known;
  if (/[HVNLURXQE]/.test(letter)) {
    throw new Refusal(`\\${letter} in a class`, 'write out the characters that are meant');
  }
  return /[\p{L}\p{N}]/u.test(letter) || letter > '~' ? letter : `\\${letter}`;
}

/** `\x41`, `\x{41}`, `\012`, `\cA` and the control characters. */
function readCode(cursor: Cursor, letter: string): string | undefined {
  if (/[afnrt]/.test(letter)) return `\\${letter}`;
  if (letter === 'x') {
    const digits = cursor.match(/\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{1,2})/y);
    if (digits === undefined) throw new Refusal('\\x without a number', 'write \\x41 or \\x{41}');
    return `\\x{${digits[1] ?? digits[2] ?? ''}}`;
  }
  if (letter === '0') {
    const digits = cursor.match(/[0-7]{1,3}/y)?.[0] ?? '0';
    return `\\x{${parseInt(digits, 8).toString(16)}}`;
  }
  if (letter === 'c') return `\\x{${(cursor.next().charCodeAt(0) % 32).toString(16)}}`;
  return undefined;
}

/** `\p{alpha}` is a class of POSIX to Boost; other names are those of Unicode to both. */
function property(cursor: Cursor, letter: string): string {
  const found = cursor.match(/\{\^?([\w ]+)\}|([A-Za-z])/y);
  const name = found?.[1] ?? found?.[2] ?? '';
  if (namedClasses.test(name)) {
    return letter === 'p' ? `[[:${name.toLowerCase()}:]]` : `[[:^${name.toLowerCase()}:]]`;
  }
  return `\\${letter}${found?.[0] ?? ''}`;
}

/** A letter without a meaning of its own is itself; so is everything else. */
function escaped(character: string): Part {
  return /[A-Za-z0-9]/.test(character) || character > '~'
    ? literal(character)
    : { kind: 'character', text: `\\${character}` };
}

function backReference(what: string): Refusal {
  return new Refusal(
    `the back-reference ${what}`,
    'use two rules, or write the alternatives out: "[^"]*"|\'[^\']*\'',
  );
}

function ownOf(map: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}
