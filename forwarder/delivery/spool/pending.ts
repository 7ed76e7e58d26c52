import { encodeRecord, recordBound, recordBytes } from './record.js';
import type { Entry } from './spool.js';

const chunkBytes = 256 * 1024;
/** Kept to be used again. */
const idleChunks = 4;

/** Records that are written by one call. */
export interface Chunk {
  readonly buffer: Buffer;
  length: number;
  firstSeq: number;
  endSeq: number;
  /** Its first record is the first of a segment. */
  startsSegment: boolean;
  /** It is being written: nothing is added. */
  isTaken: boolean;
}

/** What was appended and is not written yet, as the bytes that will be. */
export class Pending {
  readonly #chunks: Chunk[] = [];
  readonly #idle: Buffer[] = [];
  /** The chunk with the prepared record behind its end. */
  #prepared: Chunk | undefined;
  #preparedBytes = 0;
  #bytes = 0;
  #startingSegments = 0;

  /** Bytes that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Of its chunks so many begin a segment. */
  get startingSegments(): number {
    return this.#startingSegments;
  }

  get oldest(): Chunk | undefined {
    return this.#chunks[0];
  }

  /** Makes a record of it, and returns its length; it is not taken before add(). */
  prepare(entry: Entry): number {
    let needed = recordBound(entry.message);
    if (needed > chunkBytes) needed = recordBytes(entry.message);
    let chunk = this.#chunks.at(-1);
    if (!chunk || chunk.isTaken || chunk.buffer.length - chunk.length < needed) {
      // What was prepared last and not taken has left one.
      const spare = this.#prepared?.length === 0 ? this.#prepared : undefined;
      const bytes = Math.max(needed, chunkBytes);
      chunk = spare && spare.buffer.length >= bytes ? spare : this.#newChunk(bytes);
    }
    this.#prepared = chunk;
    this.#preparedBytes = encodeRecord(chunk.buffer, chunk.length, entry);
    return this.#preparedBytes;
  }

  /** Takes what was prepared just now. */
  add(seq: number, startsSegment: boolean): void {
    let chunk = this.#prepared;
    const length = this.#preparedBytes;
    if (!chunk) return;
    if (startsSegment && chunk.length > 0) {
      const next = this.#newChunk(Math.max(length, chunkBytes));
      chunk.buffer.copy(next.buffer, 0, chunk.length, chunk.length + length);
      chunk = next;
    }
    if (chunk.length === 0) {
      chunk.firstSeq = seq;
      chunk.startsSegment = startsSegment;
      this.#chunks.push(chunk);
      if (startsSegment) this.#startingSegments++;
    }
    chunk.length += length;
    chunk.endSeq = seq + 1;
    this.#bytes += length;
    this.#prepared = undefined;
  }

  /** The oldest chunk, to be written; written() or giveBack() must follow. */
  take(): Chunk | undefined {
    const chunk = this.#chunks[0];
    if (chunk) chunk.isTaken = true;
    return chunk;
  }

  /** The chunk taken is on disk. */
  written(): void {
    const chunk = this.#chunks.shift();
    if (!chunk) return;
    this.#bytes -= chunk.length;
    if (chunk.startsSegment) this.#startingSegments--;
    this.#release(chunk);
  }

  /** The chunk taken could not be written: it stays. */
  giveBack(): void {
    const chunk = this.#chunks[0];
    if (chunk) chunk.isTaken = false;
  }

  /** Forgets the chunks at the beginning with nothing from `floor` on. True when there were some. */
  dropBelow(floor: number): boolean {
    let dropped = false;
    for (let chunk = this.#chunks[0]; chunk; chunk = this.#chunks[0]) {
      if (chunk.isTaken || chunk.endSeq > floor) break;
      this.written();
      dropped = true;
    }
    return dropped;
  }

  #newChunk(bytes: number): Chunk {
    const idle = bytes === chunkBytes ? this.#idle.pop() : undefined;
    const buffer = idle ?? Buffer.allocUnsafeSlow(bytes);
    return { buffer, length: 0, firstSeq: 0, endSeq: 0, startsSegment: false, isTaken: false };
  }

  #release({ buffer }: Chunk): void {
    if (buffer.length === chunkBytes && this.#idle.length < idleChunks) this.#idle.push(buffer);
  }
}
