import { closeBrace, closeBracket, openBrace, openBracket } from './bytes.js';

/** What may come next in the document. */
export type JsonPhase =
  | 'between'
  | 'value'
  | 'value-or-end'
  | 'list-start'
  | 'items'
  | 'key'
  | 'key-or-end'
  | 'in-key'
  | 'colon'
  | 'in-string'
  | 'in-literal'
  | 'after';

/** The objects and lists that are open around a place in a JSON document. */
export class JsonLevels {
  /** The current key of each open object; lists add none. */
  readonly path: string[] = [];
  private readonly brackets: number[] = [];

  get depth(): number {
    return this.brackets.length;
  }

  get isInObject(): boolean {
    return this.brackets.at(-1) === openBrace;
  }

  open(bracket: number): void {
    this.brackets.push(bracket);
    if (bracket === openBrace) this.path.push('');
  }

  setKey(key: string): void {
    this.path[this.path.length - 1] = key;
  }

  /** Whether the byte closes the innermost level. */
  isClosedBy(byte: number): boolean {
    if (byte === closeBrace) return this.brackets.at(-1) === openBrace;
    return byte === closeBracket && this.brackets.at(-1) === openBracket;
  }

  close(): void {
    if (this.brackets.pop() === openBrace) this.path.pop();
  }
}
