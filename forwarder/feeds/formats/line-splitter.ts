import { ItemText } from './item-text.js';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Cuts lines out of bytes while they arrive, in memory bounded by one line. A line ends with LF or
 * CRLF, the last one also with the input. It is given as a place in bytes, not as text, and is
 * copied only where it crosses a chunk's end:
 *
 *     while (at < chunk.length) {
 *       at = splitter.scan(chunk, at);
 *       if (splitter.hasLine) use(splitter.bytes, splitter.start, splitter.end);
 *     }
 *     …
 *     splitter.finish();
 *     if (splitter.hasLine) use(…);
 */
export class LineSplitter {
  /** Whether the last scan() or finish() completed a line. */
  hasLine = false;
  /** Number of the line, from 1; those that are too long count too. */
  number = 0;
  /** Whether the line is longer than the limit; there are no bytes of it then. */
  isTooLong = false;
  /** The bytes in which the line stands from `start` to before `end`, until the next call. */
  bytes: Buffer = Buffer.alloc(0);
  start = 0;
  end = 0;
  private isSkipping = false;
  private readonly kept: ItemText;
  private readonly maxBytes: number;

  /** `maxBytes` is what one line may have at most, its LF not counted. */
  constructor(maxBytes: number) {
    this.kept = new ItemText(maxBytes);
    this.maxBytes = maxBytes;
  }

  /** Bytes kept between two calls: never more than `maxBytes`. */
  get bufferedBytes(): number {
    return this.hasLine ? 0 : this.kept.length;
  }

  /**
   * Reads `chunk` from `start` to the end of the next line, or to the chunk's end. Returns where it
   * stopped. The chunk belongs to the caller and is not kept.
   */
  scan(chunk: Buffer, start: number): number {
    if (this.hasLine) this.kept.clear();
    const end = chunk.indexOf(lineFeed, start);
    if (end < 0) {
      this.hasLine = false;
      this.keep(chunk, start, chunk.length);
      return chunk.length;
    }
    if (this.kept.length === 0 && !this.isSkipping) {
      this.complete(chunk, start, end, end - start > this.maxBytes);
    } else {
      this.keep(chunk, start, end);
      this.complete(this.kept.bytes, 0, this.kept.length, this.isSkipping);
    }
    return end + 1;
  }

  /** To be called after the last chunk: gives the last line when no LF ends it. */
  finish(): void {
    if (this.hasLine) this.kept.clear();
    this.hasLine = false;
    if (this.kept.length > 0 || this.isSkipping) {
      this.complete(this.kept.bytes, 0, this.kept.length, this.isSkipping);
    }
  }

  private keep(chunk: Buffer, start: number, end: number): void {
    if (this.isSkipping || this.kept.append(chunk, start, end)) return;
    this.isSkipping = true;
    this.kept.clear();
  }

  private complete(bytes: Buffer, start: number, end: number, isTooLong: boolean): void {
    this.hasLine = true;
    this.number += 1;
    this.isTooLong = isTooLong;
    this.isSkipping = false;
    this.bytes = bytes;
    this.start = start;
    this.end = end > start && bytes[end - 1] === carriageReturn ? end - 1 : end;
  }
}
