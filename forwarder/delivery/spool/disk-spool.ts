import { messageOf, type Counter } from '../../core/index.js';
import type { Checkpoint } from './checkpoint.js';
import { codeOf, systemError, type SpoolFiles } from './files.js';
import { prepareFolder } from './folder.js';
import type { FolderLock } from './lock.js';
import type { SpoolOptions, SpoolTiming } from './options.js';
import { Pending } from './pending.js';
import { SpoolReader } from './reader.js';
import type { Recovered } from './recovery.js';
import { segmentHeaderBytes } from './segment-file.js';
import { largestRecord } from './segment-scanner.js';
import { isWantOfRoom, SegmentWriter } from './segment-writer.js';
import type { Segment, SegmentList } from './segments.js';
import type { Entry, Spool } from './spool.js';

/** So much that waits is written without gathering more. */
const gatheredBytes = 64 * 1024;

/** So long after a write it is looked whether the files are still where they should be. */
const checkMs = 1000;

export interface DiskSpoolParts {
  readonly options: SpoolOptions;
  readonly folder: string;
  readonly files: SpoolFiles;
  readonly timing: SpoolTiming;
  /** Taken. */
  readonly lock: FolderLock;
  /** Loaded. */
  readonly checkpoint: Checkpoint;
  readonly recovered: Recovered;
}

/**
 * The spool in its folder. What is appended is encoded at once and written by one loop, `#run`, that
 * does one thing after the other: writing, syncing, noting the checkpoint, deleting. A failure ends
 * the loop's turn; what was not done stays to be done, and is tried again every `retryMs`.
 */
export class DiskSpool implements Spool {
  readonly #parts: DiskSpoolParts;
  readonly #segments: SegmentList;
  readonly #segmentBytes: number;
  readonly #pending = new Pending();
  readonly #writer: SegmentWriter;
  readonly #reader: SpoolReader;
  readonly #written: Counter;
  readonly #evicted: Counter;
  readonly #failures: Counter;

  #floor: number;
  #noted: number | undefined;
  #nextSeq: number;
  #writtenSeq: number;
  /** Bytes that the segment will have once all that waits is written; what comes next is judged by it. */
  #filledBytes: number;

  #error: Error | undefined;
  #running: Promise<void> | undefined;
  #isClosed = false;
  #lastWriteAtMs = 0;
  #writeTimer: NodeJS.Timeout | undefined;
  #syncTimer: NodeJS.Timeout | undefined;
  #noteTimer: NodeJS.Timeout | undefined;
  #checkTimer: NodeJS.Timeout | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  #isSyncDue = false;
  #isNoteDue = false;
  #isCheckDue = false;
  #isRetryDue = false;

  constructor(parts: DiskSpoolParts) {
    const { options, files, folder, recovered, timing } = parts;
    const { segments, floor, nextSeq, active } = recovered;
    const { counters, logger } = options;
    this.#parts = parts;
    this.#segments = segments;
    this.#segmentBytes = Math.min(options.segmentBytes, Math.floor(options.maxBytes / 4));
    this.#floor = floor;
    this.#noted = recovered.noted;
    this.#isNoteDue = recovered.isNoteWrong;
    this.#nextSeq = nextSeq;
    this.#writtenSeq = nextSeq;
    this.#filledBytes = active?.segment.size ?? Infinity;
    this.#written = counters.counter('tf_spool_written_total');
    this.#evicted = counters.counter('tf_spool_evicted_total');
    this.#failures = counters.counter('tf_spool_write_failures_total');
    const syncs = counters.counter('tf_spool_syncs_total');
    this.#writer = new SegmentWriter({ folder, files, segments, active, syncs });
    this.#reader = new SpoolReader({
      folder,
      files,
      segments,
      logger,
      lost: counters.counter('tf_spool_corrupt_records_total'),
      retryMs: timing.retryMs,
      floor: () => this.#floor,
      writtenSeq: () => this.#writtenSeq,
    });
    this.#kick();
  }

  get firstSeq(): number {
    return this.#floor;
  }

  get nextSeq(): number {
    return this.#nextSeq;
  }

  get writtenSeq(): number {
    return this.#writtenSeq;
  }

  get bytes(): number {
    return this.#segments.bytes;
  }

  get segments(): number {
    return this.#segments.count;
  }

  get isHealthy(): boolean {
    return this.#error === undefined;
  }

  get unwrittenBytes(): number {
    return this.#pending.bytes;
  }

  append(entry: Entry): boolean {
    if (this.#isClosed || entry.seq !== this.#nextSeq) return false;
    const length = this.#pending.prepare(entry);
    if (length > largestRecord || !this.#hasRoomFor(length)) return false;
    const startsSegment = this.#filledBytes + length > this.#segmentBytes;
    this.#filledBytes = length + (startsSegment ? segmentHeaderBytes : this.#filledBytes);
    this.#pending.add(entry.seq, startsSegment);
    this.#nextSeq++;
    this.#kick();
    return true;
  }

  read(fromSeq: number, maxMessages: number, maxBytes: number): Promise<readonly Entry[]> {
    return this.#reader.read(fromSeq, maxMessages, maxBytes);
  }

  acknowledge(seq: number): void {
    this.#raiseFloor(Math.min(seq, this.#nextSeq));
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#writeTimer);
    clearTimeout(this.#syncTimer);
    clearTimeout(this.#noteTimer);
    clearTimeout(this.#checkTimer);
    await this.#running;
    await this.#reader.close();
    const { lock, checkpoint, options } = this.#parts;
    try {
      if (this.#error) {
        await this.#mend(this.#error);
        await this.#freeRoom();
      }
      while (this.#pending.oldest) await this.#write();
      await this.#note();
      await this.#release();
      await this.#writer.seal();
    } catch (error) {
      const messages = this.#nextSeq - this.#writtenSeq;
      options.logger.error(
        'spool.not_closed',
        `the spool could not be brought to an end (${messages} messages are not written): ${messageOf(error)}`,
        { messages },
      );
    }
    await this.#writer.abandon();
    await checkpoint.close().catch(() => undefined);
    await lock.release().catch(() => undefined);
  }

  #hasRoomFor(length: number): boolean {
    const { maxBytes, whenFull } = this.#parts.options;
    if (length + segmentHeaderBytes > maxBytes) return false;
    if (whenFull === 'dropOldest') return true;
    const headers = (this.#pending.startingSegments + 1) * segmentHeaderBytes;
    const needed = this.#segments.bytes + this.#pending.bytes + headers + length;
    if (needed <= maxBytes) return true;
    // A file in use of which nothing is needed makes room when another one is begun.
    if (this.#floor === this.#nextSeq) this.#filledBytes = Infinity;
    return needed - this.#segments.bytesBelow(this.#floor) <= maxBytes;
  }

  #raiseFloor(floor: number): void {
    if (floor <= this.#floor) return;
    this.#floor = floor;
    if (this.#error && this.#pending.dropBelow(floor)) {
      // What others have already need not be written once the disk is back.
      this.#writtenSeq = this.#pending.oldest?.firstSeq ?? this.#nextSeq;
      if (!this.#pending.oldest) this.#filledBytes = Infinity;
      this.#parts.options.events.onWritten?.(this.#writtenSeq);
    }
    if (this.#isReleaseDue()) this.#kick();
    this.#noteTimer ??= this.#later(this.#parts.timing.checkpointMs, () => {
      this.#noteTimer = undefined;
      this.#isNoteDue = true;
    });
  }

  #isReleaseDue(): boolean {
    const { oldest } = this.#segments;
    if (!oldest || oldest.endSeq > this.#floor) return false;
    return oldest !== this.#writer.active?.segment;
  }

  /** After `afterMs` the flag that `set` sets is looked at. */
  #later(afterMs: number, set: () => void): NodeJS.Timeout {
    return setTimeout(() => {
      set();
      this.#kick();
    }, afterMs).unref();
  }

  /** Begins a turn of the loop, unless one is under way: that one looks again before it ends. */
  #kick(): void {
    if (this.#running || this.#isClosed || this.#writeTimer) return;
    const waitMs = this.#isOtherDue() ? 0 : this.#gatherMs();
    this.#writeTimer = setTimeout(() => {
      this.#writeTimer = undefined;
      if (this.#isClosed) return;
      this.#running = this.#run().finally(() => {
        this.#running = undefined;
        if (this.#isOtherDue() || (this.#pending.oldest && !this.#error)) this.#kick();
      });
    }, waitMs);
  }

  /** How long to wait for more before the next write. */
  #gatherMs(): number {
    if (this.#pending.bytes >= gatheredBytes) return 0;
    const since = performance.now() - this.#lastWriteAtMs;
    return since >= this.#parts.timing.gatherMs ? 0 : this.#parts.timing.gatherMs;
  }

  #isOtherDue(): boolean {
    if (this.#error) return this.#isRetryDue;
    return this.#isSyncDue || this.#isNoteDue || this.#isCheckDue || this.#isReleaseDue();
  }

  async #run(): Promise<void> {
    try {
      if (this.#error) {
        if (!this.#isRetryDue) return;
        await this.#retry();
      }
      while (!this.#isClosed) {
        if (this.#isReleaseDue()) await this.#release();
        else if (this.#isSyncDue) await this.#sync();
        else if (this.#isNoteDue) await this.#note();
        else if (this.#isCheckDue) await this.#check();
        else if (this.#pending.oldest && this.#gatherMs() === 0) await this.#write();
        else break;
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  async #write(): Promise<void> {
    const { options } = this.#parts;
    const chunk = this.#pending.take();
    if (!chunk) return;
    this.#lastWriteAtMs = performance.now();
    try {
      if (options.whenFull === 'dropOldest') await this.#makeRoomFor(chunk.length);
      await this.#writer.write(chunk, this.#floor, options.syncMs === 0);
    } catch (error) {
      this.#pending.giveBack();
      throw error;
    }
    this.#written.value += chunk.endSeq - chunk.firstSeq;
    this.#writtenSeq = chunk.endSeq;
    this.#pending.written();
    if (options.syncMs > 0) {
      this.#syncTimer ??= this.#later(options.syncMs, () => {
        this.#syncTimer = undefined;
        this.#isSyncDue = true;
      });
    }
    this.#checkTimer ??= this.#later(checkMs, () => {
      this.#checkTimer = undefined;
      this.#isCheckDue = true;
    });
    options.events.onWritten?.(this.#writtenSeq);
  }

  /** Deletes the oldest messages until there is room. */
  async #makeRoomFor(length: number): Promise<void> {
    const { maxBytes, events } = this.#parts.options;
    for (;;) {
      const { oldest } = this.#segments;
      if (!oldest || this.#segments.bytes + length + segmentHeaderBytes <= maxBytes) return;
      if (oldest === this.#writer.active?.segment) await this.#writer.seal();
      const below = oldest.endSeq;
      if (below > this.#floor) {
        events.onEvicted(below);
        // The owner may have acknowledged some while it was told.
        this.#evicted.value += Math.max(0, below - this.#floor);
        this.#floor = Math.max(this.#floor, below);
      }
      await this.#release();
    }
  }

  /** Deletes the files of which nothing is needed any more. */
  async #release(): Promise<void> {
    const floor = this.#floor;
    try {
      await this.#note();
    } catch (error) {
      // Without any note the oldest file tells where to begin: then it may go on a full disk, too.
      if (!isWantOfRoom(error) || this.#parts.checkpoint.isThere) throw error;
    }
    for (let segment = this.#segments.oldest; segment; segment = this.#segments.oldest) {
      if (!this.#isReleaseDue() || segment.endSeq > floor) return;
      await this.#delete(segment);
    }
  }

  /** On a full disk: what collectors have taken meanwhile makes room, the file in use included. */
  async #freeRoom(): Promise<void> {
    const active = this.#writer.active?.segment;
    if (active && active.endSeq <= this.#floor) await this.#writer.seal();
    if (this.#isReleaseDue()) await this.#release();
  }

  async #delete(segment: Segment): Promise<void> {
    try {
      await this.#parts.files.unlink(segment.path);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
    }
    this.#segments.remove(segment);
    // An open file takes its space for as long as it is open.
    await this.#reader.forget(segment);
  }

  /** Makes it durable which messages are done with: never more than there are on disk. */
  async #note(): Promise<void> {
    this.#isNoteDue = false;
    const floor = Math.min(this.#floor, this.#segments.newest?.endSeq ?? this.#floor);
    if (floor === this.#noted) return;
    // A checkpoint ahead of its messages would not be believed after a loss of power.
    if (this.#writer.isDirty) await this.#writer.sync();
    await this.#parts.checkpoint.note(floor);
    this.#noted = floor;
  }

  async #sync(): Promise<void> {
    this.#isSyncDue = false;
    await this.#writer.sync();
  }

  /** A folder can be deleted under its service, which goes on writing to files without a name. */
  async #check(): Promise<void> {
    this.#isCheckDue = false;
    if (!(await this.#writer.isInPlace()) || !(await this.#parts.lock.isHeld())) {
      throw new Error("the spool's folder or a file in it was taken away");
    }
  }

  #fail(error: unknown): void {
    const { options, folder, timing } = this.#parts;
    this.#failures.value++;
    const isNew = this.#error === undefined;
    this.#error = error instanceof Error ? error : systemError(error);
    this.#isRetryDue = false;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = this.#later(timing.retryMs, () => {
      this.#isRetryDue = true;
    });
    if (!isNew) return;
    options.logger.error(
      'spool.unhealthy',
      `the spool cannot be written; messages wait in memory until it can: ${this.#error.message}`,
      { path: folder },
    );
    options.events.onHealth?.(false, this.#error);
  }

  async #retry(): Promise<void> {
    this.#isRetryDue = false;
    const { options, folder } = this.#parts;
    if (this.#error) await this.#mend(this.#error);
    await this.#freeRoom();
    await this.#write();
    await this.#sync();
    await this.#check();
    this.#error = undefined;
    this.#isNoteDue = true;
    options.logger.info('spool.healthy', 'the spool can be written again', { path: folder });
    options.events.onHealth?.(true, undefined);
  }

  /** Puts right what a failure has left; rejects when it still cannot be. */
  async #mend(error: Error): Promise<void> {
    const { files, folder, lock, checkpoint } = this.#parts;
    await this.#writer.mend(error);
    if (await lock.isHeld()) return;
    await prepareFolder(files, folder);
    await lock.take();
    await checkpoint.close();
    this.#noted = undefined;
    for (const segment of this.#segments.all()) {
      if ((await files.facts(segment.path)) === undefined) this.#segments.remove(segment);
    }
  }
}
