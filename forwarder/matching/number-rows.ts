const rowBits = 16;
const rowsInChunk = 1 << rowBits;
const rowMask = rowsInChunk - 1;

/**
 * A growing list of rows of up to four unsigned 32-bit numbers, in chunks: millions of rows cost
 * their numbers and nothing more, and growing copies nothing.
 */
export class NumberRows {
  readonly #width: number;
  readonly #chunks: Uint32Array[] = [];
  #length = 0;

  /** `width`: numbers in a row, 1 to 4. */
  constructor(width: number) {
    this.#width = width;
  }

  get length(): number {
    return this.#length;
  }

  /** Appends a row; of the numbers as many are kept as a row has. */
  push(a: number, b = 0, c = 0, d = 0): void {
    const place = (this.#length & rowMask) * this.#width;
    if (place === 0) this.#chunks.push(new Uint32Array(rowsInChunk * this.#width));
    const chunk = this.#chunks[this.#length >>> rowBits] as Uint32Array;
    chunk[place] = a;
    if (this.#width > 1) chunk[place + 1] = b;
    if (this.#width > 2) chunk[place + 2] = c;
    if (this.#width > 3) chunk[place + 3] = d;
    this.#length++;
  }

  /** One number of a row that was appended before. */
  at(row: number, column: number): number {
    const chunk = this.#chunks[row >>> rowBits];
    return chunk?.[(row & rowMask) * this.#width + column] ?? 0;
  }
}
