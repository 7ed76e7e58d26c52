import { badAql, type Token } from './tokens.js';

/** Goes through the words of a query. */
export class TokenReader {
  private position = 0;
  private readonly tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  peek(): Token | undefined {
    return this.tokens[this.position];
  }

  next(expected: string): Token {
    const token = this.tokens[this.position++];
    if (token === undefined) throw badAql(`${expected} expected at the end`);
    return token;
  }

  needEnd(): void {
    const token = this.peek();
    if (token !== undefined) throw badAql(`unexpected "${token.value}"`);
  }

  takeWord(...words: readonly string[]): string | undefined {
    const token = this.peek();
    const word = token?.kind === 'word' ? token.value.toUpperCase() : undefined;
    if (word === undefined || !words.includes(word)) return undefined;
    this.position++;
    return word;
  }

  needWord(word: string): void {
    if (this.takeWord(word) === undefined) throw this.unexpected(word);
  }

  takeSign(...signs: readonly string[]): string | undefined {
    const token = this.peek();
    if (token?.kind !== 'sign' || !signs.includes(token.value)) return undefined;
    this.position++;
    return token.value;
  }

  needSign(sign: string): void {
    if (this.takeSign(sign) === undefined) throw this.unexpected(`"${sign}"`);
  }

  /** One thing, and more of it behind commas. */
  list<T>(one: () => T): readonly T[] {
    const items = [one()];
    while (this.takeSign(',') !== undefined) items.push(one());
    return items;
  }

  unexpected(expected: string): Error {
    return badAql(`${expected} expected, not "${this.peek()?.value ?? ''}"`);
  }
}
