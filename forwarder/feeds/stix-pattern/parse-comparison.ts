import {
  patternLimits,
  type Comparison,
  type Literal,
  type ObjectPath,
  type Operator,
  type PathStep,
} from './pattern.js';
import type { Tokens } from './tokens.js';

const symbols: Readonly<Record<string, Operator>> = {
  '=': '=',
  '==': '=',
  '!=': '!=',
  '<>': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};
const words: Readonly<Record<string, Operator>> = {
  IN: 'IN',
  LIKE: 'LIKE',
  MATCHES: 'MATCHES',
  ISSUBSET: 'ISSUBSET',
  ISSUPERSET: 'ISSUPERSET',
};
const wholeNumber = /^[+-]?\d+$/;

/** Reads what stands between the brackets. AND binds closer than OR. Throws PatternFault. */
export function parseComparison(tokens: Tokens, depth: number): Comparison {
  if (depth > patternLimits.maxDepth) throw tokens.fault('nested too deep');
  return chain('or', 'OR', tokens, () => chain('and', 'AND', tokens, () => single(tokens, depth)));
}

/** Parts joined by one word; a single part stands for itself. */
function chain(
  kind: 'and' | 'or',
  word: string,
  tokens: Tokens,
  part: () => Comparison,
): Comparison {
  const first = part();
  const parts = [first];
  while (tokens.takeWord(word)) parts.push(part());
  return parts.length === 1 ? first : { kind, parts };
}

function single(tokens: Tokens, depth: number): Comparison {
  if (tokens.takeSymbol('(')) {
    const inner = parseComparison(tokens, depth + 1);
    tokens.expectSymbol(')');
    return inner;
  }
  const type = nameOf(tokens);
  if (type.toUpperCase() === 'EXISTS' && tokens.next.text !== ':') {
    return { kind: 'exists', path: path(tokens, nameOf(tokens)) };
  }
  const tested = path(tokens, type);
  const isNegated = tokens.takeWord('NOT');
  const operator = operatorOf(tokens);
  const values = operator === 'IN' ? set(tokens) : [literal(tokens)];
  return { kind: 'test', path: tested, isNegated, operator, values };
}

function nameOf(tokens: Tokens): string {
  if (tokens.next.kind !== 'name') throw tokens.fault('the type of an object is missing');
  return tokens.take().text;
}

function path(tokens: Tokens, type: string): ObjectPath {
  tokens.expectSymbol(':');
  const steps: PathStep[] = [step(tokens)];
  for (;;) {
    if (tokens.takeSymbol('.')) steps.push(step(tokens));
    else if (tokens.takeSymbol('[')) {
      steps.push(index(tokens));
      tokens.expectSymbol(']');
    } else return { type, steps };
  }
}

function step(tokens: Tokens): PathStep {
  const { next } = tokens;
  if (next.kind === 'name') return { kind: 'name', name: tokens.take().text };
  if (next.kind === 'literal' && next.value.kind === 'text') {
    tokens.take();
    return { kind: 'name', name: next.value.text };
  }
  throw tokens.fault('the name of a property is missing');
}

function index(tokens: Tokens): PathStep {
  if (tokens.takeSymbol('*')) return { kind: 'index', index: '*' };
  const { next } = tokens;
  if (next.kind !== 'literal' || !wholeNumber.test(next.text))
    throw tokens.fault('no place in a list');
  tokens.take();
  return { kind: 'index', index: next.text };
}

function operatorOf(tokens: Tokens): Operator {
  const { kind, text } = tokens.next;
  const operator =
    kind === 'symbol' ? symbols[text] : kind === 'name' ? words[text.toUpperCase()] : undefined;
  if (operator === undefined) throw tokens.fault('no comparison');
  tokens.take();
  return operator;
}

function set(tokens: Tokens): readonly Literal[] {
  tokens.expectSymbol('(');
  const values: Literal[] = [];
  if (tokens.takeSymbol(')')) return values;
  do values.push(literal(tokens));
  while (tokens.takeSymbol(','));
  tokens.expectSymbol(')');
  return values;
}

function literal(tokens: Tokens): Literal {
  const { next } = tokens;
  if (next.kind === 'literal') {
    tokens.take();
    return next.value;
  }
  for (const text of ['true', 'false']) {
    if (tokens.takeWord(text.toUpperCase())) return { kind: 'boolean', text };
  }
  throw tokens.fault('a value is missing');
}
