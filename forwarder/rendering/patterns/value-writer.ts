import { absentValue, attributeKey, cleanText, headerField } from '../../../dsm/leef/text.js';

/**
 * How values are made safe. `none`: nothing but what would break the line (see cleanText). `leef`,
 * `cef`, `html`: as those formats ask for.
 */
export type Escape = 'none' | 'leef' | 'cef' | 'html';

/** Makes texts of events and feeds fit for the place they stand in. None of these ever throws. */
export interface ValueWriter {
  /** A value; may be ''. */
  readonly value: (text: string) => string;
  /** A value in the header of LEEF or CEF, or before it. */
  readonly header: (text: string) => string;
  /** The name of a field. */
  readonly name: (text: string) => string;
}

const backslashed = (characters: string): Readonly<Record<string, string>> =>
  Object.fromEntries(Array.from(characters, (one) => [one, `\\${one}`]));

const htmlEntities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/**
 * The writer of a dialect. `percentEncode` are ASCII characters that end a field in the dialect's own
 * syntax and have no escape there: in values they become `%7C` and the like, which is what a URL has
 * for them anyway and what no reader takes for the character itself.
 */
export function createValueWriter(escape: Escape, percentEncode = ''): ValueWriter {
  const encoded = Object.fromEntries(
    Array.from(percentEncode, (one) => [one, percentEncoded(one)] as const),
  );
  // With fields that are told apart by a character, a name also ends at the first `=`.
  const inNames = percentEncode === '' ? {} : { ...encoded, '=': percentEncoded('=') };
  const plain = replacer({});
  switch (escape) {
    case 'none':
      return { value: replacer(encoded), header: plain, name: replacer(inNames) };
    case 'leef':
      return { value: orAbsent(replacer(encoded)), header: headerField, name: attributeKey };
    case 'cef': {
      const value = replacer({ ...encoded, ...backslashed('\\=') });
      return { value, header: replacer(backslashed('\\|')), name: value };
    }
    case 'html':
      return {
        value: replacer({ ...encoded, ...htmlEntities }),
        header: replacer(htmlEntities),
        name: replacer({ ...inNames, ...htmlEntities }),
      };
    default:
      return escape satisfies never;
  }
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

/** QRadar drops a key whose value is empty. */
function orAbsent(write: (text: string) => string): (text: string) => string {
  return (text) => {
    const written = write(text);
    return written === '' ? absentValue : written;
  };
}

/** Cleans a text and replaces characters in it. Nearly every text passes as it is, at one look. */
function replacer(replacements: Readonly<Record<string, string>>): (text: string) => string {
  const special = Object.keys(replacements);
  const isOdd = new Uint8Array(128).fill(1, 0, 0x20);
  isOdd[0x7f] = 1;
  for (const one of special) isOdd[one.charCodeAt(0)] = 1;
  const isPlain = (text: string): boolean => {
    const last = text.length - 1;
    for (let index = 0; index <= last; index += 1) {
      const code = text.charCodeAt(index);
      if (code >= 128 || isOdd[code] === 1) return false;
    }
    return text.charCodeAt(0) !== 0x20 && text.charCodeAt(last) !== 0x20;
  };
  if (special.length === 0) return (text) => (isPlain(text) ? text : cleanText(text));
  const every = new RegExp(`[${special.map((one) => `\\x${hex(one)}`).join('')}]`, 'g');
  return (text) =>
    isPlain(text) ? text : cleanText(text).replace(every, (one) => replacements[one] ?? one);
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(2, '0');
}
