const initialBytes = 4096;

/**
 * The text of one element that may be spread over several chunks. An element that lies in one
 * chunk is decoded where it stands; only one that crosses a chunk's end is copied here.
 */
export class ItemText {
  private kept: Buffer = Buffer.alloc(0);
  private used = 0;
  private readonly maxBytes: number;

  /** Keeps at most `maxBytes`. */
  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  get length(): number {
    return this.used;
  }

  /** Copies a part. False, and nothing is taken, when the element would become too large. */
  append(chunk: Buffer, start: number, end: number): boolean {
    const needed = this.used + end - start;
    if (needed > this.maxBytes) return false;
    if (needed > this.kept.length) this.grow(needed);
    chunk.copy(this.kept, this.used, start, end);
    this.used = needed;
    return true;
  }

  /** The whole text, with its last part; undefined when the element is too large. */
  finish(chunk: Buffer, start: number, end: number): string | undefined {
    if (this.used === 0) {
      return end - start > this.maxBytes ? undefined : chunk.toString('utf8', start, end);
    }
    return this.append(chunk, start, end) ? this.kept.toString('utf8', 0, this.used) : undefined;
  }

  /** What is kept, where it stands: good until the next append() or clear(). */
  get bytes(): Buffer {
    return this.kept.subarray(0, this.used);
  }

  clear(): void {
    this.used = 0;
  }

  private grow(needed: number): void {
    const size = Math.min(this.maxBytes, Math.max(needed, this.kept.length * 2, initialBytes));
    const larger = Buffer.allocUnsafe(size);
    this.kept.copy(larger, 0, 0, this.used);
    this.kept = larger;
  }
}
