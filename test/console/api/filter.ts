import { Refusal } from './answer.js';

/** Whether an element of a list stays. */
export type Predicate = (item: object) => boolean;
type Scalar = string | number | boolean | null;

interface Token {
  readonly kind: 'word' | 'text' | 'number' | 'sign';
  readonly value: string;
}

const tokenPattern =
  /\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(-?\d+(?:\.\d+)?)(?![\w.])|([A-Za-z_][\w.]*)|(<=|>=|!=|<>|\^=|=|<|>|\(|\)|,))/y;

/**
 * Reads a `filter` of the API: comparisons (`=`, `!=`, `<>`, `^=`, `<`, `<=`, `>`, `>=`), `in (…)`,
 * `like`/`ilike` with `%` and `_`, `is null`, `between … and …`, `not`, `and`, `or`, parentheses;
 * `field(subfield="x")` reaches into objects and lists of them. What it does not understand is
 * refused with 422, so that a wrong filter of the client shows.
 */
export function parseFilter(text: string): Predicate {
  return new FilterParser(tokensOf(text)).whole();
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < end) {
    const at = tokenPattern.lastIndex;
    const found = tokenPattern.exec(text);
    if (found === null) throw bad(`cannot read "${text.slice(at)}"`);
    const [, double, single, number, word, sign] = found;
    const quoted = double ?? single;
    if (quoted !== undefined) tokens.push({ kind: 'text', value: quoted.replace(/\\(.)/g, '$1') });
    else if (number !== undefined) tokens.push({ kind: 'number', value: number });
    else if (word !== undefined) tokens.push({ kind: 'word', value: word });
    else tokens.push({ kind: 'sign', value: sign ?? '' });
  }
  return tokens;
}

class FilterParser {
  private position = 0;
  private readonly tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  whole(): Predicate {
    const predicate = this.either();
    const rest = this.tokens[this.position];
    if (rest !== undefined) throw bad(`unexpected "${rest.value}"`);
    return predicate;
  }

  private either(): Predicate {
    let left = this.both();
    while (this.takeWord('or')) left = anyOf(left, this.both());
    return left;
  }

  private both(): Predicate {
    let left = this.one();
    while (this.takeWord('and')) left = allOf(left, this.one());
    return left;
  }

  private one(): Predicate {
    if (this.takeWord('not')) {
      const inner = this.one();
      return (item) => !inner(item);
    }
    if (this.takeSign('(')) {
      const inner = this.either();
      this.needSign(')');
      return inner;
    }
    const field = this.next('word', 'the name of a field').value;
    if (this.takeSign('(')) {
      const inner = this.either();
      this.needSign(')');
      return (item) => elementsOf(item, field).some(inner);
    }
    return this.comparison(field);
  }

  private comparison(field: string): Predicate {
    const isNot = this.takeWord('not');
    const test = this.test(isNot);
    return (item) => test(valueOf(item, field)) !== isNot;
  }

  /** What follows a field; `isNot`: behind `not`, where only words may stand. */
  private test(isNot: boolean): (value: Scalar) => boolean {
    if (this.takeWord('in')) {
      const values = this.list();
      return (value) => values.includes(value);
    }
    if (this.takeWord('like')) return this.pattern('');
    if (this.takeWord('ilike')) return this.pattern('i');
    if (this.takeWord('between')) {
      const from = this.literal();
      if (!this.takeWord('and')) throw bad('"and" expected behind between');
      const to = this.literal();
      return (value) => order(value, from) >= 0 && order(value, to) <= 0;
    }
    if (!isNot && this.takeWord('is')) {
      const isNegated = this.takeWord('not');
      if (!this.takeWord('null')) throw bad('"null" expected behind is');
      return (value) => (value === null) !== isNegated;
    }
    if (isNot) throw bad('in, like, ilike or between expected behind not');
    const sign = this.next('sign', 'a comparison').value;
    const other = this.literal();
    switch (sign) {
      case '=':
        return (value) => value === other;
      case '!=':
      case '<>':
      case '^=':
        return (value) => value !== other;
      case '<':
        return (value) => order(value, other) < 0;
      case '<=':
        return (value) => order(value, other) <= 0;
      case '>':
        return (value) => order(value, other) > 0;
      case '>=':
        return (value) => order(value, other) >= 0;
      default:
        throw bad(`a comparison expected, not "${sign}"`);
    }
  }

  private pattern(flags: string): (value: Scalar) => boolean {
    const pattern = likePattern(this.next('text', 'a pattern in quotes').value, flags);
    return (value) => typeof value === 'string' && pattern.test(value);
  }

  private list(): readonly Scalar[] {
    this.needSign('(');
    const values = [this.literal()];
    while (this.takeSign(',')) values.push(this.literal());
    this.needSign(')');
    return values;
  }

  private literal(): Scalar {
    const token = this.tokens[this.position++];
    if (token?.kind === 'text') return token.value;
    if (token?.kind === 'number') return Number(token.value);
    const word = token?.kind === 'word' ? token.value.toLowerCase() : undefined;
    if (word === 'true') return true;
    if (word === 'false') return false;
    // A plain word needs no quotes.
    if (token !== undefined && word !== undefined) return token.value;
    throw bad(`a value expected${token === undefined ? '' : `, not "${token.value}"`}`);
  }

  private next(kind: Token['kind'], expected: string): Token {
    const token = this.tokens[this.position++];
    if (token?.kind !== kind) throw bad(`${expected} expected, not "${token?.value ?? ''}"`);
    return token;
  }

  private takeWord(word: string): boolean {
    const token = this.tokens[this.position];
    if (token?.kind !== 'word' || token.value.toLowerCase() !== word) return false;
    this.position++;
    return true;
  }

  private takeSign(sign: string): boolean {
    const token = this.tokens[this.position];
    if (token?.kind !== 'sign' || token.value !== sign) return false;
    this.position++;
    return true;
  }

  private needSign(sign: string): void {
    if (!this.takeSign(sign)) throw bad(`"${sign}" expected`);
  }
}

/** A pattern with `%` (any text) and `_` (one character) as a regular expression over the whole text. */
export function likePattern(pattern: string, flags: string): RegExp {
  const source = pattern
    .replace(/[$()*+.?[\\\]^{|}]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.');
  return new RegExp(`^${source}$`, `su${flags}`);
}

function anyOf(left: Predicate, right: Predicate): Predicate {
  return (item) => left(item) || right(item);
}

function allOf(left: Predicate, right: Predicate): Predicate {
  return (item) => left(item) && right(item);
}

function member(item: object, field: string): unknown {
  if (!(field in item)) throw bad(`there is no field "${field}"`);
  return (item as Readonly<Record<string, unknown>>)[field];
}

function valueOf(item: object, field: string): Scalar {
  const value = member(item, field);
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) {
    return value as Scalar;
  }
  throw bad(`"${field}" cannot be compared`);
}

function elementsOf(item: object, field: string): readonly object[] {
  const value = member(item, field);
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((one): one is object => typeof one === 'object' && one !== null);
}

/** Below, equal or above 0; NaN, which is none of them, for what has no order. */
function order(left: Scalar, right: Scalar): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === 'string' && typeof right === 'string') {
    return left < right ? -1 : Number(left > right);
  }
  return Number.NaN;
}

function bad(problem: string): Refusal {
  return new Refusal(422, 1001, `filter: ${problem}`);
}
