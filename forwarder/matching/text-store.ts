import { GrowingNumbers } from './growing-numbers.js';

const firstChunkBytes = 1 << 16;
/** Chunks double up to 8 MiB. */
const largestDoubling = 7;

/**
 * Keeps texts as UTF-8 in large chunks, outside of the engine's heap: millions of small strings
 * would cost several times their length and hours of garbage collection. Texts are numbered from 0
 * in the order added, and decoded anew each time they are read.
 */
export class TextStore {
  readonly #chunks: Buffer[] = [];
  readonly #used: number[] = [];
  readonly #chunkOf = new GrowingNumbers();
  readonly #offsets = new GrowingNumbers();
  readonly #lengths = new GrowingNumbers();

  get length(): number {
    return this.#offsets.length;
  }

  /** Gives the text's number. */
  add(text: string): number {
    const most = text.length * 3;
    let last = this.#chunks.length - 1;
    if (last < 0 || (this.#used[last] ?? 0) + most > (this.#chunks[last]?.length ?? 0)) {
      const size = firstChunkBytes << Math.min(last + 1, largestDoubling);
      this.#chunks.push(Buffer.allocUnsafeSlow(Math.max(size, most)));
      this.#used.push(0);
      last++;
    }
    const offset = this.#used[last] ?? 0;
    const written = this.#chunks[last]?.write(text, offset) ?? 0;
    this.#used[last] = offset + written;
    this.#chunkOf.push(last);
    this.#lengths.push(written);
    return this.#offsets.push(offset);
  }

  textOf(number: number): string {
    const offset = this.#offsets.at(number);
    const chunk = this.#chunks[this.#chunkOf.at(number)];
    return chunk?.toString('utf8', offset, offset + this.#lengths.at(number)) ?? '';
  }

  /** All content, for a checksum: equal when and only when the same texts were added in this order. */
  *content(): Iterable<Uint8Array> {
    yield this.#lengths.bytes();
    for (const [index, chunk] of this.#chunks.entries()) yield chunk.subarray(0, this.#used[index]);
  }
}
