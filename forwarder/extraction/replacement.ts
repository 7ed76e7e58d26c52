import type { LinearPattern } from './patterns.js';

/** A compiled replace rule. */
export interface Replacement {
  /** Its place in the source: `replace[0]`. */
  readonly name: string;
  readonly pattern: LinearPattern;
  readonly output: Output;
}

/** Literal text and numbers of groups. */
type Output = readonly (string | number)[];

/** No rule may make more of a payload than this: a megabyte of `a` by a long text each. */
const maxLength = 4 * 1024 * 1024;
const escapes: Readonly<Record<string, string>> = { s: ' ', t: '\t', n: '\n', r: '\r' };

/**
 * Compiles what a replace rule puts in: `\1`–`\9` are groups ('' when the pattern has fewer), `\s` is a
 * blank, `\t`, `\n` and `\r` as usual; before any other character a backslash only makes it literal.
 * (CyberTrace help, page 198870.)
 */
export function compileOutput(text: string): Output {
  return Array.from(text.matchAll(/\\([^])|[^\\]+|\\$/g), ([token, character]) => {
    if (character === undefined) return token;
    return character >= '1' && character <= '9'
      ? Number(character)
      : (escapes[character] ?? character);
  });
}

/**
 * Applies one replace rule everywhere in a text. `gaveUp` is told from where on nothing was replaced,
 * when the pattern costs too much (LinearPattern.findAll) or the text grows too long.
 *
 * `^\<(\d+)\>` with `NEW_EVENT\:\1\s` makes `NEW_EVENT:134 Jul 10` of `<134>Jul 10`.
 */
export function replaceAll(
  text: string,
  { pattern, output }: Replacement,
  gaveUp?: (at: number) => void,
): string {
  let result = '';
  let at = 0;
  for (const { start, end, groups } of pattern.findAll(text, gaveUp)) {
    if (result.length > maxLength) {
      gaveUp?.(at);
      break;
    }
    result += text.slice(at, start);
    for (const piece of output) result += typeof piece === 'number' ? (groups[piece] ?? '') : piece;
    at = end;
  }
  return result + text.slice(at);
}
