/** Size of a block: what an unfinished line takes at a time when it is long. */
export const blockBytes = 65_536;

/**
 * The memory that long unfinished lines are kept in: blocks that go from one line to the next. New
 * memory for each would stand beside the old until the runtime looks for what is not in use, which is
 * when an attack is over; so what is held is also what is taken of the machine.
 */
export class LineBlocks {
  readonly #free: Buffer[] = [];
  /** Fewest free blocks since the last trim(): so many are not needed. */
  #spare = 0;
  #joined = Buffer.alloc(0);
  #isJoinedUsed = false;

  take(): Buffer {
    const block = this.#free.pop();
    this.#spare = Math.min(this.#spare, this.#free.length);
    return block ?? Buffer.allocUnsafeSlow(blockBytes);
  }

  give(blocks: readonly Buffer[]): void {
    this.#free.push(...blocks);
  }

  /** Room for a whole line; the same for everyone, valid until the next call. */
  joined(length: number): Buffer {
    this.#isJoinedUsed = true;
    if (this.#joined.length < length) {
      this.#joined = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(length)));
    }
    return this.#joined;
  }

  /** Gives back to the runtime what nobody has needed since the last call. */
  trim(): void {
    this.#free.length -= this.#spare;
    this.#spare = this.#free.length;
    if (!this.#isJoinedUsed) this.#joined = Buffer.alloc(0);
    this.#isJoinedUsed = false;
  }
}
