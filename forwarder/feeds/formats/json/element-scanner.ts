import {
  backslash,
  closeBrace,
  closeBracket,
  colon,
  comma,
  openBrace,
  openBracket,
  quote,
} from './bytes.js';

/**
 * Finds where one element of a JSON array ends, over any number of chunks, and measures its depth
 * and keys on the way. It understands strings, brackets, and the comma or `]` outside both.
 *
 * Where brackets do not pair, a `}` closes up to the nearest `{` and a `]` up to the nearest `[`;
 * a `]` inside objects only is passed over. So damage stays in its element, or the element never
 * ends and the file is refused as a whole: records never disappear unnoticed.
 */
export class JsonElementScanner {
  private depth = 0;
  private deepest = 0;
  private colons = 0;
  private isInString = false;
  private isEscaped = false;
  /** The opening bracket of each open level; beyond its length brackets are taken to pair. */
  private readonly levels: Uint8Array;

  /** `trackedDepth`: levels up to which brackets are told apart; an element deeper is not used. */
  constructor(trackedDepth: number) {
    this.levels = new Uint8Array(trackedDepth);
  }

  /** Levels of objects and lists in the element so far. */
  get maxDepth(): number {
    return this.deepest;
  }

  /** Keys in the element so far, those of nested objects included. */
  get keys(): number {
    return this.colons;
  }

  /** Whether a string, an object or a list of the element is still open. */
  get isOpen(): boolean {
    return this.isInString || this.depth > 0;
  }

  /** Makes ready for the next element. */
  reset(): void {
    this.depth = 0;
    this.deepest = 0;
    this.colons = 0;
    this.isInString = false;
    this.isEscaped = false;
  }

  /** The position of the `,` or `]` that ends the element, or the chunk's length. */
  scan(chunk: Uint8Array, start: number): number {
    let at = start;
    while (at < chunk.length) {
      if (this.isInString) {
        at = this.scanString(chunk, at);
        continue;
      }
      switch (chunk[at]) {
        case quote:
          this.isInString = true;
          break;
        case openBrace:
          this.open(openBrace);
          break;
        case openBracket:
          this.open(openBracket);
          break;
        case colon:
          this.colons += 1;
          break;
        case closeBrace:
          this.close(openBrace);
          break;
        case closeBracket:
          if (this.depth === 0) return at;
          this.close(openBracket);
          break;
        case comma:
          if (this.depth === 0) return at;
          break;
        default:
      }
      at += 1;
    }
    return at;
  }

  private scanString(chunk: Uint8Array, start: number): number {
    let at = start;
    if (this.isEscaped) {
      this.isEscaped = false;
      at += 1;
    }
    while (at < chunk.length) {
      const byte = chunk[at];
      at += 1;
      if (byte === quote) {
        this.isInString = false;
        return at;
      }
      if (byte === backslash) {
        this.isEscaped = at === chunk.length;
        at += 1;
      }
    }
    return Math.min(at, chunk.length);
  }

  private open(bracket: number): void {
    if (this.depth < this.levels.length) this.levels[this.depth] = bracket;
    this.depth += 1;
    if (this.depth > this.deepest) this.deepest = this.depth;
  }

  private close(opening: number): void {
    if (this.depth > this.levels.length) {
      this.depth -= 1;
      return;
    }
    for (let level = this.depth - 1; level >= 0; level -= 1) {
      if (this.levels[level] === opening) {
        this.depth = level;
        return;
      }
    }
  }
}
