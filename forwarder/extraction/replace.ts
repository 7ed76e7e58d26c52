import type { LinearPattern } from './patterns.js';

export interface ReplaceRule {
  readonly pattern: LinearPattern;
  /** Literal text and numbers of groups. */
  readonly output: readonly (string | number)[];
}

/** No replacing may make more than this of an event (characters). */
const maxLength = 4 * 1024 * 1024;
const escapes: Readonly<Record<string, string>> = { s: ' ', t: '\t', n: '\n', r: '\r' };

/**
 * Reads the replacement of a rule: `\1` is group 1, `\s` a blank, `\t`, `\n`, `\r` as usual; before
 * any other character a backslash only makes it literal, as in `NEW_EVENT\:\1\s` (CyberTrace help,
 * page 198870).
 */
export function compileOutput(text: string, groupCount: number): readonly (string | number)[] {
  const output: (string | number)[] = [];
  for (const [token] of text.matchAll(/\\[\s\S]|[^\\]+|\\/g)) {
    const character = token.length === 2 && token.startsWith('\\') ? token.charAt(1) : undefined;
    if (character === undefined) output.push(token);
    else if (character >= '1' && character <= '9') {
      if (Number(character) <= groupCount) output.push(Number(character));
    } else output.push(escapes[character] ?? character);
  }
  return output;
}

/** Replaces every match, rule after rule. */
export function applyReplaceRules(rules: readonly ReplaceRule[], text: string): string {
  let current = text;
  for (const { pattern, output } of rules) {
    let result = '';
    let done = 0;
    for (const match of pattern.matchesIn(current)) {
      result += current.slice(done, match.start);
      for (const piece of output) {
        result += typeof piece === 'number' ? (match.groups[piece] ?? '') : piece;
      }
      done = match.end;
      if (result.length > maxLength) break;
    }
    current = result + current.slice(done);
  }
  return current;
}
