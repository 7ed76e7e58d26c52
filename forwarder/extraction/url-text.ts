import { codeAt } from '../normalise/index.js';
import { classOf, urlStop } from './characters.js';

const schemes = ['http', 'https', 'ftp'] as const;
const longestScheme = 5;

/** Length of the scheme that ends before the `:` at `colon` when `//` follows it, else 0. */
export function schemeLengthBefore(text: string, colon: number, from: number): number {
  if (!text.startsWith('//', colon + 1)) return 0;
  const before = text.slice(Math.max(from, colon - longestScheme), colon).toLowerCase();
  for (const scheme of schemes) if (before.endsWith(scheme)) return scheme.length;
  return 0;
}

/** Whether `http://`, `https://` or `ftp://` begins here. */
export function schemeBeginsAt(text: string, at: number): boolean {
  const head = text.slice(at, at + longestScheme + 3).toLowerCase();
  return schemes.some((scheme) => head.startsWith(`${scheme}://`));
}

/**
 * Where the run of a URL ends: at the first stop character, or before a `,` or `;` after which a
 * new URL begins.
 */
export function urlRunEnd(text: string, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    const code = codeAt(text, at);
    if (classOf(code) & urlStop) return at;
    if ((code === 0x2c || code === 0x3b) && schemeBeginsAt(text, at + 1)) return at;
  }
  return end;
}

/** Where a `,` or `;` stands that a new URL follows, `end` if nowhere. */
export function nextUrlStart(text: string, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    const code = codeAt(text, at);
    if ((code === 0x2c || code === 0x3b) && schemeBeginsAt(text, at + 1)) return at;
  }
  return end;
}

const alwaysCut = ".,;:!?'";

/** Cuts trailing punctuation and closing brackets that were not opened inside; gives the new end. */
export function trimmedUrlEnd(text: string, start: number, end: number): number {
  let round = 0;
  let square = 0;
  for (let at = start; at < end; at++) {
    const code = codeAt(text, at);
    if (code === 0x28) round++;
    else if (code === 0x29) round--;
    else if (code === 0x5b) square++;
    else if (code === 0x5d) square--;
  }
  let at = end;
  for (; at > start; at--) {
    const character = text.charAt(at - 1);
    if (character === ')' && round < 0) round++;
    else if (character === ']' && square < 0) square++;
    else if (!alwaysCut.includes(character)) break;
  }
  return at;
}
