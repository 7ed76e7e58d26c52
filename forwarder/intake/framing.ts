import type { LineHandler } from '../core/index.js';
import { asBuffer } from './bytes.js';

/** JSA's longest payload is 32 KB and JSON escapes can double it; 1 MiB leaves room. */
export const defaultMaxLineBytes = 1_048_576;

/** A carry buffer above this size is given back after its line, so that idle peers stay small. */
const keptCarryBytes = 65_536;
const firstCarryBytes = 4_096;

const lf = 10;
const cr = 13;

export interface LineFramerOptions {
  /** Longest line in bytes, the bytes before its LF counted; longer ones are skipped. */
  readonly maxLineBytes?: number;
  /** Called for every line that is not empty; its bytes are only valid during the call. */
  readonly onLine: LineHandler;
  /** Called once for every line over the limit, at its end, with its whole length in bytes. */
  readonly onOversize: (bytesSkipped: number) => void;
}

/**
 * Cuts a stream of bytes into lines: LF ends a line, one CR before it is dropped, empty lines are
 * not delivered. Bytes may arrive in chunks of any size.
 *
 * A line that lies inside one chunk is handed over where it lies. Only the unfinished end of a
 * chunk is copied, into a carry buffer that doubles up to the limit. Example, limit 8:
 *
 *     push('ab\ncd')   → line 'ab' inside the chunk; carry 'cd'
 *     push('ef\r\n')   → carry 'cdef\r' → line 'cdef' inside the carry buffer
 *     push('123456789')→ over the limit: the carry is dropped, the rest up to LF is only counted
 *     push('0\nx')     → onOversize(10); carry 'x'
 */
export class LineFramer {
  readonly #maxLineBytes: number;
  readonly #onLine: LineHandler;
  readonly #onOversize: (bytesSkipped: number) => void;
  #carry = Buffer.alloc(0);
  #carried = 0;
  /** Bytes of the line that is being skipped; 0 when none is. */
  #skipped = 0;
  #linesEnded = 0;

  constructor(options: LineFramerOptions) {
    this.#maxLineBytes = options.maxLineBytes ?? defaultMaxLineBytes;
    this.#onLine = options.onLine;
    this.#onOversize = options.onOversize;
  }

  /** Whether bytes of a line without its LF are held or being skipped. */
  get hasPartial(): boolean {
    return this.#carried > 0 || this.#skipped > 0;
  }

  /** Number of LF seen, those of empty and of skipped lines included. */
  get linesEnded(): number {
    return this.#linesEnded;
  }

  /** Takes the next bytes; they are not needed after the call. */
  push(chunk: Uint8Array): void {
    const bytes = asBuffer(chunk);
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(lf, start);
      if (end === -1) break;
      this.#linesEnded += 1;
      this.#finishLine(bytes, start, end);
      start = end + 1;
    }
    if (start < bytes.length) this.#keep(bytes, start, bytes.length);
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
      this.#deliver(bytes, start, end);
    } else {
      this.#append(bytes, start, end);
      const line = this.#carry;
      this.#resetCarry();
      this.#deliver(line, 0, length);
    }
  }

  #deliver(bytes: Buffer, start: number, end: number): void {
    const last = end > start && bytes[end - 1] === cr ? end - 1 : end;
    if (last > start) this.#onLine(bytes, start, last);
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
    const needed = this.#carried + end - start;
    if (needed > this.#carry.length) {
      const doubled = Math.max(needed, firstCarryBytes, this.#carry.length * 2);
      // Never smaller than `needed`: a line is only carried while it is within the limit.
      const grown = Buffer.allocUnsafeSlow(Math.min(doubled, this.#maxLineBytes));
      this.#carry.copy(grown, 0, 0, this.#carried);
      this.#carry = grown;
    }
    bytes.copy(this.#carry, this.#carried, start, end);
    this.#carried = needed;
  }

  #resetCarry(): void {
    this.#carried = 0;
    if (this.#carry.length > keptCarryBytes) this.#carry = Buffer.alloc(0);
  }
}
