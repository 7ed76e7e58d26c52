import type { LinearPattern } from './patterns.js';

/** A compiled replace rule. */
export interface Replacement {
  readonly pattern: LinearPattern;
  /** `\1`–`\9` are groups, `\s` a blank, any other escaped character itself. */
  readonly with: string;
}

/** Applies one replace rule everywhere in a text. (CyberTrace help, page 198870.) */
export function replaceAll(text: string, { pattern, with: template }: Replacement): string {
  let result = '';
  let at = 0;
  for (const { start, end, groups } of pattern.findAll(text)) {
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
