import { classes, digit, wordByte } from './byte-classes.js';

const quote = 0x22;
const colon = 0x3a;

function skipBlanks(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && (bytes[at] as number) <= 0x20) at++;
  return at;
}

/** Finds the fields that say how many events one stands for (`"eventCnt":"37"`). */
export class EventCount {
  /** The last word of each key, and whether more follows it before the quote. */
  readonly #keys: readonly { readonly word: Uint8Array; readonly isWhole: boolean }[];
  /** Bit n: there is a key word of n bytes, 31 for all longer ones. */
  readonly lengths: number;

  constructor(keys: readonly string[]) {
    const encoder = new TextEncoder();
    this.#keys = keys.map((key) => {
      const words = key.match(/[\w.\-\u0080-\uffff]+/g) ?? [''];
      const last = words.at(-1) ?? '';
      return { word: encoder.encode(last), isWhole: key.endsWith(last) };
    });
    let lengths = 0;
    for (const { word } of this.#keys) lengths |= 1 << Math.min(word.length, 31);
    this.lengths = lengths;
  }

  /**
   * Whether the word from `start` to `wordEnd` is such a field with any other value than 0 or 1. A
   * mention of its name that no quote follows is none.
   */
  isOther(bytes: Uint8Array, start: number, wordEnd: number, end: number): boolean {
    const length = wordEnd - start;
    if (((this.lengths >>> (length < 31 ? length : 31)) & 1) === 0) return false;
    for (const { word, isWhole } of this.#keys) {
      if (word.length !== length) continue;
      let same = 0;
      while (same < length && bytes[start + same] === word[same]) same++;
      if (same < length) continue;
      if (!isWhole) return true;
      if (wordEnd < end && bytes[wordEnd] === quote && !this.#isZeroOrOne(bytes, wordEnd + 1, end))
        return true;
    }
    return false;
  }

  #isZeroOrOne(bytes: Uint8Array, from: number, end: number): boolean {
    let at = skipBlanks(bytes, from, end);
    // A text that ends with the name, not a key.
    if (at >= end || bytes[at] !== colon) return true;
    at = skipBlanks(bytes, at + 1, end);
    if (bytes[at] === quote) at++;
    if (at >= end || !((classes[bytes[at] as number] as number) & digit)) return false;
    if ((bytes[at] as number) > 0x31) return false;
    return at + 1 >= end || !((classes[bytes[at + 1] as number] as number) & wordByte);
  }
}
