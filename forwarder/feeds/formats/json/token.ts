import { backslash, quote } from './bytes.js';
import { ItemText } from '../item-text.js';

const literalSyntax = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;
const longestLiteral = 1024;
const longestKey = 1024;

/** One string, number or word of a JSON document, over any number of chunks. */
export class JsonToken {
  private isEscaped = false;
  private readonly text = new ItemText(Math.max(longestKey, longestLiteral));
  private isTooLong = false;

  begin(): void {
    this.isEscaped = false;
    this.isTooLong = false;
    this.text.clear();
  }

  /** Passes over a string after its opening quote; the position after the closing one, or -1. */
  skipString(chunk: Buffer, start: number): number {
    let at = start;
    if (this.isEscaped) {
      this.isEscaped = false;
      at += 1;
    }
    while (at < chunk.length) {
      const byte = chunk[at];
      if (byte === quote) return at + 1;
      if (byte === backslash) {
        this.isEscaped = at + 1 === chunk.length;
        at += 1;
      }
      at += 1;
    }
    return -1;
  }

  /** As skipString(), and keeps it, for key(). */
  scanKey(chunk: Buffer, start: number): number {
    const end = this.skipString(chunk, start);
    this.keep(chunk, start, end < 0 ? chunk.length : end - 1);
    return end;
  }

  /** The key that scanKey() came to the end of; undefined when it is no valid string; '' too long. */
  key(): string | undefined {
    if (this.isTooLong) return '';
    const text = this.text.bytes.toString('utf8');
    try {
      return JSON.parse(`"${text}"`) as string;
    } catch {
      return undefined;
    }
  }

  /** Reads a number or a word; the position after it, or -1 when it may go on in the next chunk. */
  scanLiteral(chunk: Buffer, start: number): number {
    let at = start;
    while (at < chunk.length && isLiteralByte(chunk[at] as number)) at += 1;
    this.keep(chunk, start, at);
    return at === chunk.length ? -1 : at;
  }

  /** Whether scanLiteral() read what JSON has. */
  get isLiteral(): boolean {
    return !this.isTooLong && literalSyntax.test(this.text.bytes.toString('latin1'));
  }

  private keep(chunk: Buffer, start: number, end: number): void {
    if (!this.isTooLong && !this.text.append(chunk, start, end)) this.isTooLong = true;
  }
}

/** Digits, letters, `+`, `-`, `.`. */
function isLiteralByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2e
  );
}
