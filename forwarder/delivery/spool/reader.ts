import { setTimeout as sleep } from 'node:timers/promises';

import { messageOf, type Counter, type Logger } from '../../core/index.js';
import { codeOf, type SpoolFile, type SpoolFiles } from './files.js';
import { moveAside } from './folder.js';
import { decodeSegmentHeader, segmentHeaderBytes, type HeaderFinding } from './segment-file.js';
import { SegmentScanner } from './segment-scanner.js';
import type { Segment, SegmentList } from './segments.js';
import type { Entry } from './spool.js';

export interface ReaderOptions {
  readonly folder: string;
  readonly files: SpoolFiles;
  readonly segments: SegmentList;
  readonly logger: Logger;
  /** Messages that could not be read back. */
  readonly lost: Counter;
  readonly retryMs: number;
  /** All messages below are done with. */
  readonly floor: () => number;
  /** All messages below are written. */
  readonly writtenSeq: () => number;
}

/** Where the last read ended. */
interface Place {
  readonly segment: Segment;
  readonly file: SpoolFile;
  readonly scanner: SegmentScanner;
}

/**
 * Reads messages back, in order. It remembers where it was, so that reading on costs the same
 * however long the spool is. What is damaged or missing is passed over and counted, once.
 */
export class SpoolReader {
  readonly #options: ReaderOptions;
  #place: Place | undefined;
  /** First number of the segment that was read to its end; the one after it comes next. */
  #passed: number | undefined;
  /** The number that comes next at #place. */
  #expected = 0;
  /** What is missing below this was counted. */
  #judgedBelow = 0;
  /** First numbers of the segments whose damage the log has told of. */
  readonly #told = new Set<number>();
  #last: Promise<unknown> = Promise.resolve();
  #isReading = false;
  #isClosed = false;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** See Spool.read. Reads wait for each other. */
  read(fromSeq: number, maxMessages: number, maxBytes: number): Promise<readonly Entry[]> {
    const result = this.#last.then(async () => {
      this.#isReading = true;
      try {
        return await this.#read(fromSeq, maxMessages, maxBytes);
      } finally {
        this.#isReading = false;
      }
    });
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** The segment was deleted: its file is closed. */
  async forget(segment: Segment): Promise<void> {
    if (!this.#isReading && this.#place?.segment === segment) await this.#leave();
  }

  /** A read that is under way ends with what it has. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#last;
    await this.#leave();
  }

  async #read(fromSeq: number, maxMessages: number, maxBytes: number): Promise<readonly Entry[]> {
    const { floor, writtenSeq, segments } = this.#options;
    const entries: Entry[] = [];
    let bytes = 0;
    let expected = Math.max(fromSeq, floor());
    await this.#goTo(expected);
    while (entries.length < maxMessages && bytes < maxBytes && !this.#isClosed) {
      // What was evicted meanwhile was counted by who evicted it.
      expected = Math.max(expected, floor());
      const end = writtenSeq();
      if (expected >= end) break;
      if (this.#place && !segments.has(this.#place.segment)) await this.#leave();
      this.#place ??= await this.#enter(expected);
      const place = this.#place;
      if (place === undefined) {
        if (this.#hasEnded()) break;
        this.#lose(expected, end, undefined);
        expected = end;
        break;
      }
      const { segment, scanner } = place;
      const { size } = segment;
      expected = Math.max(expected, segment.firstSeq);
      scanner.limit = size;
      scanner.endSeq = segments.after(segment.firstSeq)?.firstSeq ?? segment.endSeq;
      const header = scanner.next(expected);
      if (header !== undefined) {
        this.#lose(expected, header.seq, segment);
        entries.push(scanner.entry(header));
        bytes += header.length;
        expected = header.seq + 1;
      } else if (!(await scanner.fill()) && segment.size === size) {
        if (segments.newest !== segment) {
          await this.#leave();
          this.#passed = segment.firstSeq;
        } else {
          this.#lose(expected, writtenSeq(), segment);
          expected = writtenSeq();
        }
      }
    }
    this.#expected = expected;
    if (this.#place && !segments.has(this.#place.segment)) await this.#leave();
    return entries;
  }

  #hasEnded(): boolean {
    return this.#isClosed;
  }

  /** Goes on where the last read ended when `seq` lies ahead in the same segment. */
  async #goTo(seq: number): Promise<void> {
    if (seq === this.#expected) return;
    const segment = this.#place?.segment;
    if (segment && seq > this.#expected && this.#options.segments.at(seq) === segment) return;
    await this.#leave();
  }

  /** Opens the segment with `expected`, or else the next one; undefined when there is none. */
  async #enter(expected: number): Promise<Place | undefined> {
    const { segments } = this.#options;
    const passed = this.#passed;
    let segment =
      passed === undefined ? (segments.at(expected) ?? segments.oldest) : segments.after(passed);
    for (; segment; segment = segments.after(segment.firstSeq)) {
      const file = await this.#open(segment);
      if (this.#isClosed) {
        await file?.close();
        return undefined;
      }
      if (file === undefined) continue;
      const header = await readHeaderOf(file);
      const { firstSeq } = segment;
      const isForeign =
        header.kind === 'version' || (header.kind === 'header' && header.firstSeq !== firstSeq);
      if (isForeign && segment !== segments.newest) {
        await file.close();
        await this.#moveAside(segment, header);
        continue;
      }
      const done = header.kind === 'header' ? header.floor : 0;
      this.#lose(Math.max(expected, done), firstSeq, segment);
      const from = header.kind === 'header' ? segmentHeaderBytes : 0;
      const { size: limit, endSeq } = segment;
      return {
        segment,
        file,
        scanner: new SegmentScanner({ file, firstSeq, endSeq, from, limit }),
      };
    }
    return undefined;
  }

  /** Undefined when the file is gone. Other faults (too many open files) pass: tried again. */
  async #open(segment: Segment): Promise<SpoolFile | undefined> {
    const { files, segments, logger, retryMs } = this.#options;
    const { path } = segment;
    for (let hasTold = false; !this.#isClosed && segments.has(segment);) {
      try {
        return await files.open(path, 'read');
      } catch (error) {
        const code = codeOf(error);
        if (code === 'ENOENT' || code === 'ELOOP' || code === 'EINVAL') {
          segments.remove(segment);
          logger.warn('spool.missing', `a file of the spool is gone: ${path}`, { path });
          return undefined;
        }
        if (!hasTold) {
          const text = `a file of the spool cannot be opened, tried again: ${messageOf(error)}`;
          logger.warn('spool.unreadable', text, { path });
          hasTold = true;
        }
        await sleep(retryMs, undefined, { ref: false });
      }
    }
    return undefined;
  }

  async #moveAside(segment: Segment, header: HeaderFinding): Promise<void> {
    const { files, folder, segments, logger } = this.#options;
    const { path } = segment;
    segments.remove(segment);
    const why =
      header.kind === 'version'
        ? `it is of version ${header.version}`
        : 'it has the name of another one';
    try {
      const bad = await moveAside(files, folder, path);
      logger.warn('spool.moved_aside', `a file of the spool cannot be used: ${why}`, { path: bad });
    } catch (error) {
      const text = `a file of the spool cannot be used (${why}), nor moved: ${messageOf(error)}`;
      logger.warn('spool.moved_aside', text, { path });
    }
  }

  /** Messages [from, to[ cannot be read back. */
  #lose(from: number, to: number, segment: Segment | undefined): void {
    const { lost, logger, floor } = this.#options;
    const messages = to - Math.max(from, this.#judgedBelow, floor());
    this.#judgedBelow = Math.max(this.#judgedBelow, to);
    if (messages <= 0) return;
    lost.value += messages;
    const key = segment?.firstSeq ?? 0;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    logger.error(
      'spool.damaged',
      `messages of the spool are damaged or missing (from number ${from} on ${messages}); the others are sent`,
      { path: segment?.path, from, messages },
    );
  }

  async #leave(): Promise<void> {
    const place = this.#place;
    this.#place = undefined;
    this.#passed = undefined;
    await place?.file.close();
  }
}

async function readHeaderOf(file: SpoolFile): Promise<HeaderFinding> {
  const bytes = Buffer.alloc(segmentHeaderBytes);
  try {
    const read = await file.read(bytes, 0, bytes.length, 0);
    return decodeSegmentHeader(bytes.subarray(0, read));
  } catch {
    return { kind: 'damaged' };
  }
}
