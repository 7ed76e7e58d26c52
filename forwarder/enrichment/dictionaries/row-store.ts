import type { ContextField } from '../../core/index.js';

/** One row may have so many bytes in its file. */
export const mostRowBytes = 1_048_576;
/** More different names than a table has columns: it is no table then. */
export const mostNames = 10_000;
const blockBytes = 16 * 1_048_576;
/** Offsets are 32 bits; the last block is left free, so that none comes near the end of them. */
const mostBlocks = 2 ** 32 / blockBytes - 1;
/** What the name and the length of a field take at most. */
const mostHeadBytes = 10;

/**
 * Rows as bytes in large blocks: a row that nobody asks for is no object. A row is its filled fields
 * in their order, then 0. A field is the number of its name (from 1), the length of its text in bytes,
 * its text in UTF-8. Numbers are of variable length: seven bits a byte, the lowest first, the highest
 * bit set where more follow.
 *
 *     login;name;unit         names: 1 login, 2 name, 3 unit
 *     anna;Anna Berg;         01 04 'anna'  02 09 'Anna Berg'  00
 *
 * A row is known by its offset: the number of its block · 16 MiB + its place in the block.
 */
export class RowStore {
  readonly #names: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #blocks: Buffer[] = [];
  #block = Buffer.alloc(0);
  /** Where the row that is being added begins, and where its next byte goes. */
  #start = 0;
  #at = 0;
  /** Where the next byte is read. */
  #cursor = 0;

  /** The number of a name; undefined when there are too many. */
  numberOf(name: string): number | undefined {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    if (this.#names.length === mostNames) return undefined;
    this.#names.push(name);
    this.#numbers.set(name, this.#names.length);
    return this.#names.length;
  }

  /**
   * Begins a row with at most so many fields and bytes of text. False: the store is full (4 GiB). A
   * row that was begun and not ended is forgotten.
   */
  begin(fields: number, bytes: number): boolean {
    this.#at = this.#start;
    const needed = fields * mostHeadBytes + bytes + 1;
    if (this.#at + needed <= this.#block.length) return true;
    if (this.#blocks.length === mostBlocks) return false;
    // Memory that is not written to is not taken: a small table does not cost a whole block.
    this.#block = Buffer.allocUnsafeSlow(blockBytes);
    this.#blocks.push(this.#block);
    this.#start = 0;
    this.#at = 0;
    return needed <= blockBytes;
  }

  /** Adds a field to the row that was begun. */
  add(name: number, bytes: Buffer, start: number, end: number): void {
    this.#number(name);
    this.#number(end - start);
    this.#at += bytes.copy(this.#block, this.#at, start, end);
  }

  /** Ends the row that was begun; its offset. */
  end(): number {
    this.#block[this.#at] = 0;
    const offset = (this.#blocks.length - 1) * blockBytes + this.#start;
    this.#start = this.#at + 1;
    return offset;
  }

  /** Whether the field of a row is exactly these bytes. */
  holds(row: number, name: number, bytes: Buffer, start: number, end: number): boolean {
    const block = this.#enter(row);
    for (let number = this.#read(block); number !== 0; number = this.#read(block)) {
      const length = this.#read(block);
      if (number === name) {
        const from = this.#cursor;
        return (
          length === end - start && block.compare(bytes, start, end, from, from + length) === 0
        );
      }
      this.#cursor += length;
    }
    return false;
  }

  /** A row as context. */
  read(row: number): readonly ContextField[] {
    const block = this.#enter(row);
    const context: ContextField[] = [];
    for (let number = this.#read(block); number !== 0; number = this.#read(block)) {
      const length = this.#read(block);
      const text = block.toString('utf8', this.#cursor, this.#cursor + length);
      context.push([this.#names[number - 1] ?? '', text]);
      this.#cursor += length;
    }
    return context;
  }

  #enter(row: number): Buffer {
    this.#cursor = row % blockBytes;
    return this.#blocks[Math.floor(row / blockBytes)] ?? Buffer.alloc(1);
  }

  #read(block: Buffer): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = block[this.#cursor++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  #number(value: number): void {
    let rest = value;
    for (; rest > 0x7f; rest >>>= 7) this.#block[this.#at++] = (rest & 0x7f) | 0x80;
    this.#block[this.#at++] = rest;
  }
}
