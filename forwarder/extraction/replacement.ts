import type { LinearPattern } from './patterns.js';

/** A compiled replace rule. */
export interface Replacement {
  /** Its place in the source: `replace[0]`. */
  readonly name: string;
  readonly pattern: LinearPattern;
  /** `\1`–`\9` are groups, `\s` a blank, any other escaped character itself. */
  readonly with: string;
}

/**
 * Applies one replace rule everywhere in a text. (CyberTrace help, page 198870.) `gaveUp` is told
 * from where on nothing was replaced, when the pattern costs too much (LinearPattern.findAll).
 *
 * `^\<(\d+)\>` with `NEW_EVENT\:\1\s` makes `NEW_EVENT:134 Jul 10` of `<134>Jul 10`.
 */
export function replaceAll(
  text: string,
  { pattern, with: template }: Replacement,
  gaveUp?: (at: number) => void,
): string {
  let result = '';
  let at = 0;
  for (const { start, end, groups } of pattern.findAll(text, gaveUp)) {
    result += text.slice(at, start) + expand(template, groups);
    at = end;
  }
  return result + text.slice(at);
}

function expand(template: string, groups: readonly string[]): string {
  return template.replace(/\\([^])/g, (_, character: string) => {
    if (character === 's') return ' ';
    return character >= '1' && character <= '9' ? (groups[Number(character)] ?? '') : character;
  });
}
