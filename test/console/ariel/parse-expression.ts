import type { Comparison, Condition, Expression } from './query.js';
import type { TokenReader } from './token-reader.js';
import { badAql } from './tokens.js';

const comparisons: Readonly<Record<string, Comparison>> = {
  '=': '=',
  '!=': '!=',
  '<>': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

/** Words that end an expression and name nothing. */
const reserved = new Set(
  'SELECT FROM WHERE GROUP ORDER BY LIMIT LAST START STOP AND OR NOT AS ASC DESC HAVING'.split(' '),
);

export function parseCondition(reader: TokenReader): Condition {
  let left = parseConjunction(reader);
  while (reader.takeWord('OR') !== undefined) {
    left = { kind: 'or', left, right: parseConjunction(reader) };
  }
  return left;
}

function parseConjunction(reader: TokenReader): Condition {
  let left = parseTerm(reader);
  while (reader.takeWord('AND') !== undefined) {
    left = { kind: 'and', left, right: parseTerm(reader) };
  }
  return left;
}

function parseTerm(reader: TokenReader): Condition {
  if (reader.takeWord('NOT') !== undefined) return { kind: 'not', inner: parseTerm(reader) };
  if (reader.takeSign('(') !== undefined) {
    const inner = parseCondition(reader);
    reader.needSign(')');
    return inner;
  }
  const left = parseExpression(reader);
  const sign = reader.takeSign(...Object.keys(comparisons));
  const comparison = sign === undefined ? undefined : comparisons[sign];
  if (comparison !== undefined) {
    return { kind: 'compare', sign: comparison, left, right: parseExpression(reader) };
  }
  if (reader.takeWord('IS') !== undefined) {
    const isNot = reader.takeWord('NOT') !== undefined;
    reader.needWord('NULL');
    return negated({ kind: 'null', left }, isNot);
  }
  const isNot = reader.takeWord('NOT') !== undefined;
  const like = reader.takeWord('LIKE', 'ILIKE');
  if (like !== undefined) {
    const pattern = reader.next('a pattern');
    if (pattern.kind !== 'text') throw badAql(`a pattern expected, not "${pattern.value}"`);
    const isCaseBlind = like === 'ILIKE';
    return negated({ kind: 'like', left, pattern: pattern.value, isCaseBlind }, isNot);
  }
  reader.needWord('IN');
  reader.needSign('(');
  const values = reader.list(() => parseExpression(reader));
  reader.needSign(')');
  return negated({ kind: 'in', left, values }, isNot);
}

function negated(inner: Condition, isNot: boolean): Condition {
  return isNot ? { kind: 'not', inner } : inner;
}

export function parseExpression(reader: TokenReader): Expression {
  let left = parseProduct(reader);
  for (;;) {
    const sign = reader.takeSign('+', '-');
    if (sign !== '+' && sign !== '-') return left;
    left = { kind: 'arithmetic', sign, left, right: parseProduct(reader) };
  }
}

function parseProduct(reader: TokenReader): Expression {
  let left = parseValue(reader);
  for (;;) {
    const sign = reader.takeSign('*', '/');
    if (sign !== '*' && sign !== '/') return left;
    left = { kind: 'arithmetic', sign, left, right: parseValue(reader) };
  }
}

function parseValue(reader: TokenReader): Expression {
  const token = reader.next('a value');
  switch (token.kind) {
    case 'text':
      return { kind: 'literal', value: token.value };
    case 'number':
      return { kind: 'literal', value: Number(token.value) };
    case 'name':
      return { kind: 'name', name: token.value };
    case 'sign':
      throw badAql(`a value expected, not "${token.value}"`);
    case 'word':
      break;
    default:
      throw new Error(`unknown token ${String(token.kind satisfies never)}`);
  }
  if (reserved.has(token.value.toUpperCase())) {
    throw badAql(`a value expected, not "${token.value}"`);
  }
  if (reader.takeSign('(') === undefined)
    return { kind: 'column', name: token.value.toLowerCase() };
  const name = token.value.toUpperCase();
  if (reader.takeSign('*') !== undefined) {
    reader.needSign(')');
    return { kind: 'call', name, values: [{ kind: 'star' }] };
  }
  const values =
    reader.takeSign(')') === undefined ? reader.list(() => parseExpression(reader)) : [];
  if (values.length > 0) reader.needSign(')');
  return { kind: 'call', name, values };
}

/** The name of a column that has no alias: the expression in lower-case letters. */
export function nameOf(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return String(expression.value);
    case 'column':
    case 'name':
      return expression.name;
    case 'star':
      return '*';
    case 'call':
      return `${expression.name.toLowerCase()}(${expression.values.map(nameOf).join(',')})`;
    case 'arithmetic':
      return `${nameOf(expression.left)} ${expression.sign} ${nameOf(expression.right)}`;
    default:
      throw new Error(`unknown expression ${String(expression satisfies never)}`);
  }
}
