import { crc32 } from 'node:zlib';

import { ServiceError } from '../core/index.js';
import type { IndexBytes, IndexSink } from './index-bytes.js';

/** A file that is written: whole blocks one after the other, and in the end its first page. */
export interface FileSink {
  /** Writes all bytes; they belong to the caller and are only valid during the call. */
  write(bytes: Uint8Array, position: number): void;
}

/** A file that is read in place, synchronously. */
export interface FileSource {
  /** Its path, for errors. */
  readonly name: string;
  readonly size: number;
  /** Fills the target from a position on; gives the number of bytes there were. */
  read(target: Uint8Array, position: number): number;
}

export const blockBytes = 4096;
/** The rest of a block is the checksum of these bytes, begun with the block's number. */
export const payloadBytes = 4092;

const blocksInBatch = 64;
/** Blocks kept in memory, 4 MiB: what the last hits needed. */
const blocksKept = 1024;

/** What to do about any damage of an index file. */
export const compileAnew = 'remove the file and start or reload the service: it compiles it anew';

/** Cuts what is appended into blocks, each with its checksum, and writes them from `position` on. */
export class BlockWriter implements IndexSink {
  readonly #sink: FileSink;
  readonly #position: number;
  readonly #batch = Buffer.alloc(blocksInBatch * blockBytes);
  #blocksWritten = 0;
  /** Blocks of the batch that are full, and bytes in the one after them. */
  #full = 0;
  #used = 0;

  constructor(sink: FileSink, position: number) {
    this.#sink = sink;
    this.#position = position;
  }

  get length(): number {
    return (this.#blocksWritten + this.#full) * payloadBytes + this.#used;
  }

  append(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const size = Math.min(payloadBytes - this.#used, bytes.length - at);
      this.#batch.set(bytes.subarray(at, at + size), this.#full * blockBytes + this.#used);
      this.#used += size;
      at += size;
      if (this.#used === payloadBytes) this.#seal();
    }
  }

  /** Writes what is left, the last block filled up with zeros; gives the number of blocks. */
  finish(): number {
    if (this.#used > 0) {
      const start = this.#full * blockBytes;
      this.#batch.fill(0, start + this.#used, start + payloadBytes);
      this.#seal();
    }
    this.#flush();
    return this.#blocksWritten;
  }

  #seal(): void {
    const start = this.#full * blockBytes;
    const payload = this.#batch.subarray(start, start + payloadBytes);
    const number = this.#blocksWritten + this.#full;
    this.#batch.writeUInt32LE(crc32(payload, number), start + payloadBytes);
    this.#full++;
    this.#used = 0;
    if (this.#full === blocksInBatch) this.#flush();
  }

  #flush(): void {
    const bytes = this.#batch.subarray(0, this.#full * blockBytes);
    if (bytes.length > 0)
      this.#sink.write(bytes, this.#position + this.#blocksWritten * blockBytes);
    this.#blocksWritten += this.#full;
    this.#full = 0;
  }
}

/** Reads what BlockWriter wrote, checks it, and keeps the last blocks in memory. */
export class BlockReader implements IndexBytes {
  readonly #source: FileSource;
  readonly #position: number;
  readonly #blockCount: number;
  readonly #held = new Int32Array(blocksKept).fill(-1);
  #kept: Buffer | undefined;

  constructor(source: FileSource, position: number, blockCount: number) {
    this.#source = source;
    this.#position = position;
    this.#blockCount = blockCount;
  }

  bytes(offset: number, length: number): Buffer {
    const first = Math.floor(offset / payloadBytes);
    const start = offset - first * payloadBytes;
    if (start + length <= payloadBytes) return this.#block(first).subarray(start, start + length);
    if (offset + length > this.#blockCount * payloadBytes) {
      throw new RangeError('read beyond the end of the index');
    }
    const bytes = Buffer.allocUnsafe(length);
    let at = this.#block(first).copy(bytes, 0, start);
    for (let number = first + 1; at < length; number++) at += this.#block(number).copy(bytes, at);
    return bytes;
  }

  #block(number: number): Buffer {
    if (!(number >= 0 && number < this.#blockCount)) {
      throw new RangeError('read beyond the end of the index');
    }
    const place = number % blocksKept;
    this.#kept ??= Buffer.allocUnsafeSlow(blocksKept * blockBytes);
    const block = this.#kept.subarray(place * blockBytes, (place + 1) * blockBytes);
    const payload = block.subarray(0, payloadBytes);
    if (this.#held[place] === number) return payload;
    this.#held[place] = -1;
    const read = this.#source.read(block, this.#position + number * blockBytes);
    if (read !== blockBytes || block.readUInt32LE(payloadBytes) !== crc32(payload, number)) {
      throw new ServiceError('TF_INDEX', `block ${number} of the index is damaged`, {
        where: this.#source.name,
        hint: compileAnew,
      });
    }
    this.#held[place] = number;
    return payload;
  }
}
