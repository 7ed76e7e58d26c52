import { RE2JS } from 're2js';

import { messageOf } from '../../../core/index.js';
import { CharacterSets, nothing } from './character-sets.js';
import { unframe, type ExpressionUse, type Framed, type Look } from './look-around.js';
import { Refusal, type Part } from './node.js';
import { parseExpression, type Expression } from './parse.js';
import { canBeWordEdges, hasEdges, Printer } from './printer.js';

export type Translation =
  /** It finds the same; `notes` say what was written in another way. */
  | { readonly kind: 'equal'; readonly pattern: string; readonly notes: readonly string[] }
  | { readonly kind: 'changed'; readonly pattern: string; readonly notes: readonly string[] }
  | { readonly kind: 'refused'; readonly reason: string; readonly hint: string };

/**
 * Writes a Boost expression (Perl syntax, as CyberTrace's regular expressions are) as one of RE2, on
 * which configured patterns run. What needs no change keeps its text. Refused: back-references, and
 * look-around and atomic groups where nothing equal exists.
 *
 *     ([\da-f]{32})(?=\s|$)   →   ([\da-f]{32})(?:\s|$)
 *     user=([^;]++);          →   user=([^;]+);
 *     \<admin\>               →   \badmin\b
 */
export function translateExpression(text: string, use: ExpressionUse): Translation {
  try {
    return translate(parseExpression(text), text, use);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { kind: 'refused', reason: error.message, hint: error.hint };
  }
}

/** Why an expression is left out, and what to do. */
export function refusedText({ reason, hint }: Extract<Translation, { kind: 'refused' }>): string {
  return `left out, RE2 cannot have ${reason}: ${hint}`;
}

/** What may be written, and what is to be said about it. */
interface Candidate {
  readonly parts: readonly Part[];
  readonly notes: readonly string[];
  readonly isChanged: boolean;
}

function translate(expression: Expression, text: string, use: ExpressionUse): Translation {
  const sets = new CharacterSets(expression.ignoresCase);
  const { parts, notes, isChanged } = withoutLooks(expression, use, sets);
  const whole: Part = { kind: 'sequence', parts };
  const areEdgesWords = canBeWordEdges(whole, sets);
  const pattern = new Printer(sets, areEdgesWords).print(whole, { set: nothing, mayBeEmpty: true });
  checkCompiles(pattern);
  const edges = hasEdges(whole)
    ? [`\\< and \\> read as ${areEdgesWords ? 'the edges of a word' : 'the characters < and >'}`]
    : [];
  const said = [...notes, ...edges];
  if (isChanged) return { kind: 'changed', pattern, notes: said };
  return { kind: 'equal', pattern, notes: pattern === text ? said : said.concat(rewritten(said)) };
}

function rewritten(said: readonly string[]): readonly string[] {
  return said.length > 0 ? [] : ['written in the syntax of RE2, which finds the same'];
}

function withoutLooks(
  { root, groupCount }: Expression,
  use: ExpressionUse,
  sets: CharacterSets,
): Candidate {
  const all = root.kind === 'sequence' ? root.parts : [root];
  const flagsEnd = all.findIndex((part) => !isFlags(part));
  const flags = all.slice(0, flagsEnd < 0 ? all.length : flagsEnd);
  const framed = frame(all.slice(flags.length));
  const core = withoutKeep(framed.core, groupCount, use);
  if (framed.behind === undefined && framed.ahead === undefined) {
    return { parts: [...flags, ...core], notes: [], isChanged: false };
  }
  const needsGroup = groupCount === 0 && use.purpose !== 'test';
  for (const { before, after, takesMore, change } of unframe({ ...framed, core }, use, sets)) {
    // A group of its own keeps what is taken beside the value out of it, but would be #1.
    if (takesMore && needsGroup && (use.hasConcatenate || core.some(isFlags))) continue;
    const value = takesMore && needsGroup ? [capture(core)] : core;
    const parts = [before, ...value, after].filter((part) => part !== undefined);
    const note = change ?? 'look-around written without it; it finds the same';
    return { parts: [...flags, ...parts], notes: [note], isChanged: change !== undefined };
  }
  throw new Refusal(
    framed.ahead === undefined ? 'look-behind (?<…)' : 'look-ahead (?=…) or (?!…)',
    'match the surroundings too, and take the value by a group',
  );
}

function frame(parts: readonly Part[]): Framed {
  const isLook = (part: Part | undefined, isBehind: boolean): part is Look =>
    part?.kind === 'look' && part.isBehind === isBehind;
  const [first] = parts;
  const last = parts.at(-1);
  const behind = isLook(first, true) ? first : undefined;
  const ahead = isLook(last, false) ? last : undefined;
  const core = parts.slice(behind ? 1 : 0, ahead ? -1 : undefined);
  return { behind, core, ahead };
}

/** `\K`: with groups the value is theirs anyway; without, what follows becomes the only group. */
function withoutKeep(
  parts: readonly Part[],
  groupCount: number,
  { purpose, hasConcatenate }: ExpressionUse,
): readonly Part[] {
  const at = parts.findIndex((part) => part.kind === 'keep');
  if (at < 0 || purpose === 'replace') return parts;
  const [before, after] = [parts.slice(0, at), parts.slice(at + 1)];
  if (purpose === 'test' || groupCount > 0) return [...before, ...after];
  return hasConcatenate ? parts : [...before, capture(after)];
}

function capture(parts: readonly Part[]): Part {
  return { kind: 'group', open: '(', isCapturing: true, body: { kind: 'sequence', parts } };
}

function isFlags(part: Part): boolean {
  return part.kind === 'assertion' && part.text.startsWith('(?');
}

function checkCompiles(pattern: string): void {
  try {
    RE2JS.compile(pattern);
  } catch (error) {
    const reason = messageOf(error).replace(/^error parsing regexp: /, '');
    throw new Refusal(
      reason,
      /repeat|too large/.test(reason)
        ? 'at most 1000 repetitions, those of nested ones multiplied: use * or +, or a smaller number'
        : 'docs/reference/sources.md says which syntax there is',
    );
  }
}
