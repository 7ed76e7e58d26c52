import type { Keys } from './keys.js';

/** Length of a piece: long enough to be rare, short enough that most masks have one. */
const longestGram = 8;
/** From so many masks under one piece on a shorter piece is tried. */
const crowded = 16;
const shorter = [4, 2] as const;
/** Counts are kept by a hash: two pieces may share one, which only makes the choice less good. */
const counters = 1 << 20;

/** A piece of a mask's fixed text. */
export interface Gram {
  readonly text: string;
  readonly at: number;
  readonly length: number;
}

/**
 * Chooses for each wildcard mask the piece of its fixed text under which it is filed, so that a URL
 * is compared only with masks of which it holds that piece. The piece is at most 8 characters, from
 * the longest fixed part; of all such pieces the one under which the fewest masks are filed so far.
 *
 *     *.example/gate*.php    fixed parts `.example/gate`, `.php`
 *     pieces .example, example/, xample/g, ample/ga, …: the first free one
 */
export class GramChooser {
  readonly #keys: Keys;
  #counts: Uint8Array | undefined;

  constructor(keys: Keys) {
    this.#keys = keys;
  }

  /**
   * The piece for a mask, or undefined when it has no fixed text. Text before `from` is not taken
   * where there is other; masks of different `group` do not get into each other's way.
   */
  choose(mask: string, from: number, group: number): Gram | undefined {
    const parts = mask.split('*');
    const longest = Math.max(...parts.map((part) => part.length));
    if (longest === 0) return undefined;
    let best: Gram | undefined;
    let fewest = 255;
    const start = Math.min(longestGram, longest);
    for (const length of [start, ...shorter.filter((size) => size < start)]) {
      for (const gram of gramsOf(parts, length, from)) {
        const count = this.#countOf(gram, group);
        if (best !== undefined && count >= fewest) continue;
        best = gram;
        fewest = count;
        if (count === 0) break;
      }
      if (fewest < crowded) break;
    }
    if (best !== undefined) this.#note(best, group);
    return best ?? (from > 0 ? this.choose(mask, 0, group) : undefined);
  }

  #countOf(gram: Gram, group: number): number {
    return this.#counts?.[this.#counterOf(gram, group)] ?? 0;
  }

  #note(gram: Gram, group: number): void {
    this.#counts ??= new Uint8Array(counters);
    const counter = this.#counterOf(gram, group);
    this.#counts[counter] = Math.min(255, (this.#counts[counter] ?? 0) + 1);
  }

  #counterOf({ text, at, length }: Gram, group: number): number {
    return (this.#keys.gram(text, at, length).second ^ group) & (counters - 1);
  }
}

/** All pieces of this length in the fixed parts, those before `from` in the mask left out. */
function* gramsOf(parts: readonly string[], length: number, from: number): Generator<Gram> {
  let start = 0;
  for (const text of parts) {
    for (let at = Math.max(0, from - start); at + length <= text.length; at++) {
      yield { text, at, length };
    }
    start += text.length + 1;
  }
}
