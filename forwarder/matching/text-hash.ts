import { hashA, hashB, hashStart } from '../core/index.js';

/**
 * A running 64-bit hash over UTF-16 code units, as two 32-bit words. Only narrows a search down:
 * what is found is always compared with the text itself.
 */
export class TextHash {
  a = hashStart;
  b = hashStart;

  reset(): this {
    this.a = hashStart;
    this.b = hashStart;
    return this;
  }

  push(code: number): void {
    this.a = hashA(this.a, code);
    this.b = hashB(this.b, code);
  }

  /** The hash of a whole text, or of a part of it, from left to right. */
  of(text: string, start = 0, end = text.length): this {
    this.reset();
    for (let at = start; at < end; at++) this.push(text.charCodeAt(at));
    return this;
  }

  /** The hash of a whole text from right to left. */
  ofReversed(text: string): this {
    this.reset();
    for (let at = text.length - 1; at >= 0; at--) this.push(text.charCodeAt(at));
    return this;
  }
}
