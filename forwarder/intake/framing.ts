import { asBuffer } from './bytes.js';
import { blockBytes, LineBlocks } from './line-blocks.js';

/** JSA's longest payload is 32 KB and JSON escapes can double it; 1 MiB leaves room. */
export const defaultMaxLineBytes = 1_048_576;

/** The carry buffer grows up to this; what is longer goes on in blocks. */
const longestCarryBytes = 65_536;
const firstCarryBytes = 4_096;

const lf = 10;
const nothing = Buffer.alloc(0);

export interface LineFramerOptions {
  /** Longest line in bytes, the bytes before its LF counted; longer ones are skipped. */
  readonly maxLineBytes?: number;
  /** Memory for long lines, shared by all framers of a listener; one of its own by default. */
  readonly blocks?: LineBlocks;
  /**
   * Called with whole lines, as many as there are: `bytes` from `start` to `end`, each ended by LF,
   * the last one perhaps by nothing. The bytes are only valid during the call.
   */
  readonly onLines: (bytes: Uint8Array, start: number, end: number) => void;
  /** Called once for every line over the limit, at its end, with its whole length in bytes. */
  readonly onOversize: (bytesSkipped: number) => void;
}

/**
 * Cuts a stream of bytes at line ends. Bytes may arrive in chunks of any size.
 *
 * The lines that lie inside one chunk are handed over at once where they lie. Only the unfinished
 * end of a chunk is copied, into a carry buffer and blocks behind it, and handed over by itself when its
 * end has come. Example, limit 8:
 *
 *     push('ab\ncd\nef') → lines 'ab\ncd\n' inside the chunk; carry 'ef'
 *     push('gh\r\n')    → carry 'efgh\r' → lines 'efgh\r' inside the carry buffer
 *     push('123456789') → over the limit: the carry is dropped, the rest up to LF is only counted
 *     push('0\nx')      → onOversize(10); carry 'x'
 */
export class LineFramer {
  readonly #maxLineBytes: number;
  readonly #onLines: LineFramerOptions['onLines'];
  readonly #onOversize: (bytesSkipped: number) => void;
  readonly #blocks: LineBlocks;
  #carry = nothing;
  /** What goes on behind the carry buffer. */
  #long: Buffer[] = [];
  #carried = 0;
  /** Bytes of the line that is being skipped; 0 when none is. */
  #skipped = 0;
  #endings = 0;

  constructor(options: LineFramerOptions) {
    this.#maxLineBytes = options.maxLineBytes ?? defaultMaxLineBytes;
    this.#blocks = options.blocks ?? new LineBlocks();
    this.#onLines = options.onLines;
    this.#onOversize = options.onOversize;
  }

  /** Whether bytes of a line without its LF are held or being skipped. */
  get hasPartial(): boolean {
    return this.#carried > 0 || this.#skipped > 0;
  }

  /** Grows whenever the end of a line, or of several, was seen. */
  get endings(): number {
    return this.#endings;
  }

  /** Memory taken for unfinished lines, in bytes, used or not. */
  get heldBytes(): number {
    return this.#carry.length + this.#long.length * blockBytes;
  }

  /** Gives back the memory that is kept for the next unfinished line, unless there is one. */
  releaseUnused(): void {
    if (this.#carried === 0 && this.#carry.length > 0) this.#carry = nothing;
  }

  /** Takes the next bytes; they are not needed after the call. */
  push(chunk: Uint8Array): void {
    const bytes = asBuffer(chunk);
    const last = bytes.lastIndexOf(lf);
    let start = 0;
    if (last >= 0) {
      this.#endings += 1;
      if (this.hasPartial) start = this.#finishAt(bytes, 0);
      // In a chunk within the limit all lines are.
      if (bytes.length - start > this.#maxLineBytes) {
        while (start <= last) start = this.#finishAt(bytes, start);
      } else if (start <= last) {
        this.#onLines(bytes, start, last + 1);
        start = last + 1;
      }
    }
    if (start < bytes.length) this.#keep(bytes, start, bytes.length);
  }

  /** Finishes the line that goes on at `start`; gives back where the next one begins. */
  #finishAt(bytes: Buffer, start: number): number {
    const end = bytes.indexOf(lf, start);
    this.#finishLine(bytes, start, end);
    return end + 1;
  }

  /** The sender has finished (FIN): an unfinished last line is a line. */
  end(): void {
    if (this.hasPartial) this.#finishLine(this.#carry, 0, 0);
  }

  /**
   * Drops an unfinished line and returns its length in bytes, 0 when there is none. One that is
   * over the limit already is reported to onOversize, as ever, and 0 is returned.
   */
  discardPartial(): number {
    if (this.#skipped > 0) {
      this.#finishLine(this.#carry, 0, 0);
      return 0;
    }
    const dropped = this.#carried;
    this.#resetCarry();
    return dropped;
  }

  #finishLine(bytes: Buffer, start: number, end: number): void {
    const length = this.#skipped + this.#carried + end - start;
    if (length > this.#maxLineBytes) {
      this.#skipped = 0;
      this.#resetCarry();
      this.#onOversize(length);
    } else if (this.#carried === 0) {
      this.#onLines(bytes, start, end);
    } else if (this.#long.length === 0 && length <= longestCarryBytes) {
      this.#append(bytes, start, end);
      const line = this.#carry;
      this.#resetCarry();
      this.#onLines(line, 0, length);
    } else {
      const line = this.#joinWith(bytes, start, end);
      this.#resetCarry();
      this.#onLines(line, 0, length);
    }
  }

  #joinWith(bytes: Buffer, start: number, end: number): Buffer {
    const line = this.#blocks.joined(this.#carried + end - start);
    let at = this.#carry.copy(line, 0, 0, Math.min(this.#carried, longestCarryBytes));
    for (const block of this.#long)
      at += block.copy(line, at, 0, Math.min(blockBytes, this.#carried - at));
    bytes.copy(line, at, start, end);
    return line;
  }

  #keep(bytes: Buffer, start: number, end: number): void {
    const length = this.#skipped + this.#carried + end - start;
    if (length > this.#maxLineBytes) {
      this.#resetCarry();
      this.#skipped = length;
    } else {
      this.#append(bytes, start, end);
    }
  }

  #append(bytes: Buffer, start: number, end: number): void {
    let at = start;
    if (this.#carried < longestCarryBytes) {
      at = Math.min(end, start + longestCarryBytes - this.#carried);
      this.#growCarry(this.#carried + at - start);
      bytes.copy(this.#carry, this.#carried, start, at);
    }
    this.#carried += at - start;
    while (at < end) {
      // The carry buffer is as long as a block, so that this is the place in the last one.
      const used = this.#carried % blockBytes;
      if (used === 0) this.#long.push(this.#blocks.take());
      const upTo = Math.min(end, at + blockBytes - used);
      this.#long.at(-1)?.set(bytes.subarray(at, upTo), used);
      this.#carried += upTo - at;
      at = upTo;
    }
  }

  #growCarry(needed: number): void {
    if (needed <= this.#carry.length) return;
    const doubled = Math.max(needed, firstCarryBytes, this.#carry.length * 2);
    // Never smaller than `needed`: a line is only carried while it is within the limit.
    const most = Math.min(this.#maxLineBytes, longestCarryBytes);
    const grown = Buffer.allocUnsafeSlow(Math.min(doubled, most));
    this.#carry.copy(grown, 0, 0, this.#carried);
    this.#carry = grown;
  }

  #resetCarry(): void {
    this.#carried = 0;
    if (this.#long.length === 0) return;
    this.#blocks.give(this.#long);
    this.#long = [];
  }
}
