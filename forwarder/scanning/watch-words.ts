import { classes, digit, letter, lowerCase, underscore } from './byte-classes.js';

const longest = 31;
const runByte = letter | digit | underscore;

function hasClass(byte: number, bits: number): boolean {
  return ((classes[byte] as number) & bits) !== 0;
}

/** The part of a word that is watched for: its longest run of ASCII letters, digits and `_`. */
export function watchedRun(word: string): string {
  return (word.match(/[A-Za-z0-9_]+/g) ?? []).reduce(
    (best, run) => (run.length > best.length ? run : best),
    '',
  );
}

/**
 * Words that the cold path must see, whole words only, ASCII letter case ignored. Found by their
 * length first: a bit for each length in use, so that a word of another length costs one test.
 */
export class WatchWords {
  /** Bit n: there is a word of n bytes; bit 31: of 31 or more. */
  readonly lengths: number;
  /** Length of the shortest word. */
  readonly shortest: number;
  /** Classes of which a word of the scanner must have one to hold any of these. */
  readonly needed: number;
  readonly #words: readonly Uint8Array[];

  /** `words`: of each its longest run of ASCII letters, digits and `_` is watched for. */
  constructor(words: readonly string[]) {
    const runs = words.map(watchedRun);
    const encoder = new TextEncoder();
    this.#words = [...new Set(runs)]
      .filter((run) => run !== '')
      .map((run) => encoder.encode(run.toLowerCase()));
    let lengths = 0;
    for (const { length } of this.#words) lengths |= 1 << Math.min(length, longest);
    this.lengths = lengths;
    this.needed = this.#words.every((word) => word.some((byte) => hasClass(byte, letter)))
      ? letter
      : runByte;
    this.shortest = Math.min(...this.#words.map(({ length }) => length));
  }

  /** Whether a run from `start` to `end`, bounded by other bytes, is one of the words. */
  isRun(bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start;
    if (((this.lengths >>> (length < longest ? length : longest)) & 1) === 0) return false;
    for (const word of this.#words) {
      if (word.length !== length) continue;
      let at = 0;
      while (at < length && lowerCase[bytes[start + at] as number] === word[at]) at++;
      if (at === length) return true;
    }
    return false;
  }

  /** Whether a scanner's word, which may hold `.`, `-` and bytes beyond ASCII, has such a run in it. */
  isIn(bytes: Uint8Array, start: number, end: number): boolean {
    const classOf = classes;
    let runStart = start;
    for (let at = start; at <= end; at++) {
      if (at < end && (classOf[bytes[at] as number] as number) & runByte) continue;
      if (at > runStart && this.isRun(bytes, runStart, at)) return true;
      runStart = at + 1;
    }
    return false;
  }
}
