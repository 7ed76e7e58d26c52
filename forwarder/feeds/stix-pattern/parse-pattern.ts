import { bad, ok, type Result } from '../../core/index.js';
import { parseComparison } from './parse-comparison.js';
import { patternLimits, type Pattern, type Qualifier } from './pattern.js';
import { PatternFault, Tokens } from './tokens.js';

/**
 * The tree of a STIX pattern, or what is wrong with it and at which character. Never throws. Time
 * grows with the pattern's length and no faster: what a bracket opens is known when it is read, so
 * nothing is read twice. Words (`AND`, `IN`) are known in any letter case, as STIX 2.0 had them.
 */
export function parsePattern(text: string): Result<Pattern, string> {
  if (text.length > patternLimits.maxLength) {
    return bad(`longer than ${patternLimits.maxLength} characters`);
  }
  try {
    const tokens = new Tokens(text);
    const pattern = expression(tokens, 0);
    if (tokens.next.kind !== 'end') throw tokens.fault('the end is expected');
    return ok(pattern);
  } catch (error) {
    if (error instanceof PatternFault) return bad(error.message);
    throw error;
  }
}

/** FOLLOWEDBY binds loosest, then OR, then AND (STIX 2.1, section 9.4). */
function expression(tokens: Tokens, depth: number): Pattern {
  if (depth > patternLimits.maxDepth) throw tokens.fault('nested too deep');
  const part = (): Pattern => qualified(tokens, depth);
  const and = (): Pattern => chain('and', 'AND', tokens, part);
  const or = (): Pattern => chain('or', 'OR', tokens, and);
  return chain('followed-by', 'FOLLOWEDBY', tokens, or);
}

function chain(
  kind: 'and' | 'or' | 'followed-by',
  word: string,
  tokens: Tokens,
  part: () => Pattern,
): Pattern {
  const first = part();
  const parts = [first];
  while (tokens.takeWord(word)) parts.push(part());
  return parts.length === 1 ? first : { kind, parts };
}

function qualified(tokens: Tokens, depth: number): Pattern {
  let pattern = single(tokens, depth);
  // Each qualifier makes the tree deeper by one, so they count as depth.
  for (let level = depth; ; level += 1) {
    const qualifier = qualifierOf(tokens);
    if (qualifier === undefined) return pattern;
    if (level >= patternLimits.maxDepth) throw tokens.fault('nested too deep');
    pattern = { kind: 'qualified', pattern, qualifier };
  }
}

function single(tokens: Tokens, depth: number): Pattern {
  if (tokens.takeSymbol('(')) {
    const inner = expression(tokens, depth + 1);
    tokens.expectSymbol(')');
    return inner;
  }
  tokens.expectSymbol('[');
  const test = parseComparison(tokens, depth);
  tokens.expectSymbol(']');
  return { kind: 'observation', test };
}

function qualifierOf(tokens: Tokens): Qualifier | undefined {
  if (tokens.takeWord('WITHIN')) {
    const seconds = literalOf(tokens, 'number', 'a number of seconds');
    tokens.expectWord('SECONDS');
    return { kind: 'within', seconds };
  }
  if (tokens.takeWord('REPEATS')) {
    const times = literalOf(tokens, 'number', 'a number of times');
    tokens.expectWord('TIMES');
    return { kind: 'repeats', times };
  }
  if (!tokens.takeWord('START')) return undefined;
  const start = time(tokens);
  tokens.expectWord('STOP');
  return { kind: 'between', start, stop: time(tokens) };
}

/** A time of STIX 2.1 (`t'…'`) or 2.0 (`'…'`). */
function time(tokens: Tokens): string {
  const { next } = tokens;
  const kind = next.kind === 'literal' && next.value.kind === 'text' ? 'text' : 'time';
  return literalOf(tokens, kind, 'a time');
}

function literalOf(tokens: Tokens, kind: string, what: string): string {
  const { next } = tokens;
  if (next.kind !== 'literal' || next.value.kind !== kind) throw tokens.fault(`${what} is missing`);
  tokens.take();
  return next.value.text;
}
