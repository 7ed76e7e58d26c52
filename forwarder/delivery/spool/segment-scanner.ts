import type { SpoolFile } from './files.js';
import {
  decodeRecord,
  isContentWhole,
  readHeader,
  recordHeaderBytes,
  recordMagic,
  type RecordHeader,
} from './record.js';
import { segmentHeaderBytes } from './segment-file.js';
import type { Entry } from './spool.js';

/** Read at once; a longer record is read whole nevertheless. */
const blockBytes = 256 * 1024;

/** What cannot be read (a bad place of the disk) is passed over in steps of one page. */
const pageBytes = 4096;

/** Longer records are neither written nor believed. */
export const largestRecord = 2 ** 28;

export interface ScannerOptions {
  readonly file: SpoolFile;
  /** Number of the segment's first message. */
  readonly firstSeq: number;
  /** No message of the segment has this number or a greater one. */
  readonly endSeq: number;
  /** Where to begin. */
  readonly from: number;
  /** Where to end. */
  readonly limit: number;
}

/**
 * Finds the undamaged records of a segment, in order, whatever its bytes are: after damage it goes
 * on at the next place that begins like a record and whose checksum is right. Memory: one block, or
 * the longest record.
 *
 * Example: `while ((header = scanner.next(1)) || (await scanner.fill())) if (header) use(scanner.entry(header))`
 */
export class SegmentScanner {
  readonly #options: ScannerOptions;
  /** Bytes [#base + #from, #base + #to[ of the file stand in #block[#from, #to[. */
  #block = Buffer.allocUnsafeSlow(blockBytes);
  #base: number;
  #from = 0;
  #to = 0;
  /** Bytes that the record at #from needs. */
  #needed = 0;
  #foundAt = 0;
  #lastSeq = 0;
  /** Grows while the segment is being written. */
  limit: number;
  endSeq: number;

  constructor(options: ScannerOptions) {
    this.#options = options;
    this.#base = options.from;
    this.limit = options.limit;
    this.endSeq = options.endSeq;
  }

  /** Place in the file after the record found last, or after what was passed over. */
  get offset(): number {
    return this.#base + this.#from;
  }

  /**
   * The next record with a number from `minSeq` on among the bytes read; those below are passed over
   * by their length. Undefined: fill() must read more first.
   */
  next(minSeq: number): RecordHeader | undefined {
    const view = this.#block.subarray(0, this.#to);
    while (this.#to - this.#from >= recordHeaderBytes) {
      const header = readHeader(view, this.#from);
      if (!header || !this.#isPlausible(header)) {
        this.#passOver(view);
        continue;
      }
      if (header.length > this.#to - this.#from) {
        this.#needed = header.length;
        return undefined;
      }
      if (header.seq >= minSeq && !isContentWhole(view, this.#from, header)) {
        this.#passOver(view);
        continue;
      }
      this.#foundAt = this.#from;
      this.#from += header.length;
      this.#lastSeq = header.seq;
      if (header.seq >= minSeq) return header;
    }
    return undefined;
  }

  /** The record that next() returned just now. */
  entry(header: RecordHeader): Entry {
    return decodeRecord(this.#block, this.#foundAt, header);
  }

  /** Reads on; false when there is no more up to the limit. */
  async fill(): Promise<boolean> {
    const left = this.#to - this.#from;
    const remaining = this.limit - this.#base - this.#to;
    if (remaining <= 0) return false;
    const size = Math.max(blockBytes, this.#needed);
    const block = this.#block.length === size ? this.#block : Buffer.allocUnsafeSlow(size);
    this.#block.copy(block, 0, this.#from, this.#to);
    this.#block = block;
    this.#base += this.#from;
    this.#from = 0;
    this.#to = left;
    this.#needed = 0;
    const wanted = Math.min(size - left, remaining);
    const read = await this.#read(wanted);
    this.#to += read;
    if (read === 0) this.limit = this.#base + this.#to;
    return read > 0;
  }

  async #read(wanted: number): Promise<number> {
    const position = this.#base + this.#to;
    const { file } = this.#options;
    try {
      return await file.read(this.#block, this.#to, wanted, position);
    } catch {
      const page = Math.min(wanted, pageBytes - (position % pageBytes));
      try {
        return await file.read(this.#block, this.#to, page, position);
      } catch {
        this.#block.fill(0, this.#to, this.#to + page);
        return page;
      }
    }
  }

  /** Numbers ascend, and there are no more messages before a record than bytes for them. */
  #isPlausible({ seq, length }: RecordHeader): boolean {
    const { firstSeq } = this.#options;
    const before = (this.offset - segmentHeaderBytes) / recordHeaderBytes;
    return (
      seq > this.#lastSeq &&
      seq >= firstSeq &&
      seq - firstSeq <= before &&
      seq < this.endSeq &&
      length <= largestRecord &&
      length <= this.limit - this.offset
    );
  }

  /** To the next place that begins like a record. */
  #passOver(view: Buffer): void {
    const found = view.indexOf(recordMagic, this.#from + 1);
    // The beginning of a record may stand at the end of what was read.
    this.#from = found < 0 ? Math.max(this.#from + 1, this.#to - recordMagic.length + 1) : found;
  }
}
