import { Readable } from 'node:stream';
import yauzl from 'yauzl';
import type { OpenedFile } from './open-feed-file.js';
import { readRange } from './read-opened.js';

/** Gives the ZIP library bytes of a file that is open, and no more than those. */
export class ZipReader extends yauzl.RandomAccessReader {
  /** How many bytes were read, what was read twice counted twice. */
  bytesRead = 0;
  private readonly opened: OpenedFile;
  private readonly signal: AbortSignal | undefined;

  constructor(opened: OpenedFile, signal: AbortSignal | undefined) {
    super();
    this.opened = opened;
    this.signal = signal;
  }

  /** As the library wants it: a stream of the bytes from `start` to before `end`. */
  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.pieces(start, end), { objectMode: false });
  }

  private async *pieces(start: number, end: number): AsyncGenerator<Buffer, void, undefined> {
    for await (const piece of readRange(this.opened, start, end, this.signal)) {
      this.bytesRead += piece.length;
      yield piece;
    }
  }
}
