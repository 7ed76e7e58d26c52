/** Looked up once: in a sandboxed global (tests) each look-up of `Math` costs more than the product. */
const { imul } = Math;

/** First state of both hashes. */
const hashStart = 0x811c9dc5 | 0;

/** One step of the first hash (FNV-1a). */
function hashA(state: number, code: number): number {
  return imul(state ^ code, 0x01000193);
}

/** One step of the second hash, unrelated to the first. */
function hashB(state: number, code: number): number {
  return imul(((state << 7) | (state >>> 25)) ^ code, 0x5bd1e995);
}

/** The word that chooses the slot of a key. */
export function mixKey(a: number, b: number): number {
  const mixed = imul(a ^ ((b << 16) | (b >>> 16)), 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

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
