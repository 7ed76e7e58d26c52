/** Thrown through the expression engine, and caught around it, when its reads are used up. */
export const readsUsedUp: unique symbol = Symbol('reads used up');

/** A search for a word in the whole rest of a text is so many times cheaper than reading it. */
const indexOfShare = 16;

/**
 * A text that counts how often its characters are read. One search of the engine is linear in the
 * text, but many searches, one after each match, need not be: `(\d+)(?:.*x)?` on `1 1 1 1 …` looks at
 * the whole rest of the text after every digit, to find that no `x` follows. So the reads of all
 * searches together are bounded, by this.
 */
export class CountedText extends String {
  readonly #text: string;
  #readsLeft = Number.POSITIVE_INFINITY;

  constructor(text: string) {
    super(text);
    this.#text = text;
  }

  /** From now on only so many reads; the next one throws readsUsedUp. */
  allowReads(count: number): void {
    this.#readsLeft = count;
  }

  override charCodeAt(at: number): number {
    this.#spend(1);
    return this.#text.charCodeAt(at);
  }

  override indexOf(searched: string, from = 0): number {
    const found = this.#text.indexOf(searched, from);
    const passed = (found < 0 ? this.#text.length : found) - from;
    this.#spend(1 + passed / indexOfShare);
    return found;
  }

  #spend(reads: number): void {
    this.#readsLeft -= reads;
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- a way out, not an error
    if (this.#readsLeft < 0) throw readsUsedUp;
  }
}
