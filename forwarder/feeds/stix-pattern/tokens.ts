import type { Literal } from './pattern.js';

/** A piece of a pattern, and where it starts, in characters from 0. */
export type Token =
  | { readonly kind: 'symbol' | 'name' | 'end'; readonly text: string; readonly at: number }
  | {
      readonly kind: 'literal';
      readonly text: string;
      readonly at: number;
      readonly value: Literal;
    };

/** What is wrong with a pattern, and where; it never leaves this folder as an exception. */
export class PatternFault extends Error {
  constructor(what: string, at: number) {
    super(`${what} at character ${at + 1}`);
  }
}

const blanks = /(?:[\s\u0085]+|\/\/[^\n\r]*|\/\*(?:[^*]|\*(?!\/))*\*\/)*/y;
const quoted = /'((?:[^'\\]|\\['\\])*)'/y;
const tagged = /([bht])'((?:[^'\\]|\\['\\])*)'/y;
const number = /[+-]?(?:\d+(?:\.\d+)?|\.\d+)/y;
const name = /[A-Za-z_][A-Za-z0-9_-]*/y;
const symbol = /==|!=|<>|<=|>=|[=<>:.,*()[\]]/y;

const literalKinds: Readonly<Record<string, Literal['kind']>> = {
  b: 'binary',
  h: 'hex',
  t: 'time',
};

/** Reads a pattern piece by piece. Linear: each piece is looked at a fixed number of times. */
export class Tokens {
  private current: Token;
  private place = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
    this.current = this.read();
  }

  /** The piece that is next; it stays until take(). */
  get next(): Token {
    return this.current;
  }

  take(): Token {
    const token = this.current;
    this.current = this.read();
    return token;
  }

  /** Whether the next piece is this symbol; it is taken then. */
  takeSymbol(wanted: string): boolean {
    if (this.current.kind !== 'symbol' || this.current.text !== wanted) return false;
    this.take();
    return true;
  }

  /** Whether the next piece is this word, in any letter case; it is taken then. */
  takeWord(wanted: string): boolean {
    if (this.current.kind !== 'name' || this.current.text.toUpperCase() !== wanted) return false;
    this.take();
    return true;
  }

  expectSymbol(wanted: string): void {
    if (!this.takeSymbol(wanted)) throw this.fault(`${wanted} is missing`);
  }

  expectWord(wanted: string): void {
    if (!this.takeWord(wanted)) throw this.fault(`${wanted} is missing`);
  }

  fault(what: string): PatternFault {
    const { kind, text, at } = this.current;
    const found =
      kind === 'end' ? 'the pattern ends' : `${JSON.stringify(text.slice(0, 40))} stands`;
    return new PatternFault(`${what}: ${found}`, at);
  }

  private read(): Token {
    this.place += this.match(blanks)?.[0].length ?? 0;
    const at = this.place;
    if (at === this.text.length) return { kind: 'end', text: '', at };
    const text = this.match(quoted);
    if (text !== undefined) return this.literal('text', text[0], unescaped(text[1] ?? ''));
    const special = this.match(tagged);
    if (special !== undefined) {
      const [whole, tag = '', content = ''] = special;
      return this.literal(literalKinds[tag] ?? 'text', whole, unescaped(content));
    }
    const digits = this.match(number)?.[0];
    if (digits !== undefined) return this.literal('number', digits, digits);
    for (const [kind, syntax] of [['name', name] as const, ['symbol', symbol] as const]) {
      const found = this.match(syntax)?.[0];
      if (found === undefined) continue;
      this.place += found.length;
      return { kind, text: found, at };
    }
    if (this.text[at] === "'")
      throw new PatternFault('a text without its end, or a bad escape', at);
    throw new PatternFault(`${JSON.stringify(this.text.slice(at, at + 1))} stands`, at);
  }

  private match(syntax: RegExp): RegExpExecArray | undefined {
    syntax.lastIndex = this.place;
    return syntax.exec(this.text) ?? undefined;
  }

  private literal(kind: Literal['kind'], text: string, value: string): Token {
    const at = this.place;
    this.place += text.length;
    return { kind: 'literal', text, at, value: { kind, text: value } };
  }
}

function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\(['\\])/g, '$1') : text;
}
