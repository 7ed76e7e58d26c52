import { EntryTable } from '../entry-table.js';
import { TextHash } from '../text-hash.js';

/** Length of a gram: long enough to be rare, short enough that most masks have one. */
const gramLength = 8;
/** Grams that this many masks share already are looked at no closer. */
const crowded = 64;

/**
 * Wildcard masks, each filed under one piece of its fixed text, so that a URL is compared only with
 * masks of which it holds that piece. The piece is at most 8 characters, from the longest fixed
 * part; of all such pieces the one under which the fewest masks are filed so far.
 *
 *     *.example/gate*.php    fixed parts `.example/gate`, `.php`
 *     pieces .example, example/, xample/g, ample/ga, …: the first free one, say `xample/g`
 */
export class GramTable {
  readonly #table = new EntryTable();
  readonly #hash = new TextHash();
  /** The lengths of the pieces in use. */
  readonly #lengths = new Set<number>();
  /** Entries without any fixed text: they are compared with every URL. */
  readonly #unfixed: number[] = [];

  add(mask: string, entry: number): void {
    const parts = mask.split('*');
    const length = Math.min(gramLength, Math.max(...parts.map((part) => part.length)));
    if (length === 0) {
      this.#unfixed.push(entry);
      return;
    }
    let best = '';
    let fewest = Number.POSITIVE_INFINITY;
    for (const part of parts) {
      for (let at = 0; at + length <= part.length && fewest > 0; at++) {
        const count = this.#table.count(this.#hash.of(part, at, at + length), crowded);
        if (count >= fewest) continue;
        fewest = count;
        best = part.slice(at, at + length);
      }
    }
    this.#lengths.add(length);
    this.#table.add(this.#hash.of(best), entry);
  }

  /** Appends the entries of which the text holds the piece, in any order and perhaps several times. */
  find(text: string, into: number[]): void {
    for (const entry of this.#unfixed) into.push(entry);
    const seen = new Set<string>();
    const found: number[] = [];
    for (const length of this.#lengths) {
      for (let at = 0; at + length <= text.length; at++) {
        const hash = this.#hash.of(text, at, at + length);
        if (this.#table.count(hash, 1) === 0) continue;
        // A text of one repeated piece must not list the same masks at each of its places.
        const piece = text.slice(at, at + length);
        if (seen.has(piece)) continue;
        seen.add(piece);
        found.length = 0;
        this.#table.find(hash, found);
        for (const entry of found) into.push(entry);
      }
    }
  }
}
