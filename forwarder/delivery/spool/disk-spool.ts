import { messageOf, type Counter } from '../../core/index.js';
import type { Checkpoint } from './checkpoint.js';
import { DiskRoom } from './disk-room.js';
import { Duties } from './duties.js';
import { systemError, type SpoolFiles } from './files.js';
import { prepareFolder } from './folder.js';
import type { FolderLock } from './lock.js';
import type { SpoolOptions, SpoolTiming } from './options.js';
import { Pending } from './pending.js';
import { SpoolReader } from './reader.js';
import type { Recovered } from './recovery.js';
import { segmentHeaderBytes } from './segment-file.js';
import { largestRecord } from './segment-scanner.js';
import { SegmentWriter } from './segment-writer.js';
import type { SegmentList } from './segments.js';
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
  readonly #room: DiskRoom;
  readonly #duties: Duties;
  readonly #written: Counter;
  readonly #failures: Counter;

  #nextSeq: number;
  #writtenSeq: number;
  /** Bytes that the segment will have once all that waits is written; what comes next is judged by it. */
  #filledBytes: number;

  #error: Error | undefined;
  #running: Promise<void> | undefined;
  #isClosed = false;
  #lastWriteAtMs = 0;
  #writeTimer: NodeJS.Timeout | undefined;

  constructor(parts: DiskSpoolParts) {
    const { options, files, folder, checkpoint, recovered, timing } = parts;
    const { segments, floor, noted, nextSeq, active } = recovered;
    const { counters, events, logger, maxBytes } = options;
    this.#parts = parts;
    this.#segments = segments;
    this.#segmentBytes = Math.min(options.segmentBytes, Math.floor(options.maxBytes / 4));
    this.#nextSeq = nextSeq;
    this.#writtenSeq = nextSeq;
    this.#filledBytes = active?.segment.size ?? Infinity;
    this.#written = counters.counter('tf_spool_written_total');
    this.#failures = counters.counter('tf_spool_write_failures_total');
    const syncs = counters.counter('tf_spool_syncs_total');
    this.#writer = new SegmentWriter({ folder, files, segments, active, syncs });
    this.#room = new DiskRoom({
      ...{ files, segments, writer: this.#writer, checkpoint, maxBytes, events, floor, noted },
      evicted: counters.counter('tf_spool_evicted_total'),
      forget: (segment) => this.#reader.forget(segment),
    });
    this.#reader = new SpoolReader({
      folder,
      files,
      segments,
      logger,
      lost: counters.counter('tf_spool_corrupt_records_total'),
      retryMs: timing.retryMs,
      floor: () => this.#room.floor,
      writtenSeq: () => this.#writtenSeq,
    });
    this.#duties = new Duties(() => {
      this.#kick();
    });
    if (recovered.isNoteWrong) this.#duties.add('note');
    this.#kick();
  }

  get firstSeq(): number {
    return this.#room.floor;
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
    clearTimeout(this.#writeTimer);
    this.#duties.stop();
    await this.#running;
    await this.#reader.close().catch(() => undefined);
    const { lock, checkpoint, options } = this.#parts;
    try {
      if (this.#error) {
        await this.#mend(this.#error);
        await this.#room.free();
      }
      while (this.#pending.oldest) await this.#write();
      await this.#room.note();
      await this.#room.release();
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
    const { floor } = this.#room;
    if (floor === this.#nextSeq) this.#filledBytes = Infinity;
    return needed - this.#segments.bytesBelow(floor) <= maxBytes;
  }

  #raiseFloor(floor: number): void {
    if (!this.#room.raiseFloor(floor)) return;
    if (this.#error && this.#pending.dropBelow(floor)) {
      // What others have already need not be written once the disk is back.
      this.#writtenSeq = this.#pending.oldest?.firstSeq ?? this.#nextSeq;
      if (!this.#pending.oldest) this.#filledBytes = Infinity;
      this.#parts.options.events.onWritten?.(this.#writtenSeq);
    }
    if (this.#room.isReleaseDue) this.#kick();
    this.#duties.addIn('note', this.#parts.timing.checkpointMs);
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
    const duties = this.#duties;
    if (this.#error) return duties.isDue('retry');
    const isOneDue = duties.isDue('sync') || duties.isDue('note') || duties.isDue('check');
    return isOneDue || this.#room.isReleaseDue;
  }

  async #run(): Promise<void> {
    try {
      if (this.#error) {
        if (!this.#duties.isDue('retry')) return;
        await this.#retry();
      }
      while (!this.#isClosed) {
        if (this.#room.isReleaseDue) await this.#room.release();
        else if (this.#duties.isDue('sync')) await this.#sync();
        else if (this.#duties.isDue('note')) await this.#note();
        else if (this.#duties.isDue('check')) await this.#check();
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
      if (options.whenFull === 'dropOldest') await this.#room.makeFor(chunk.length);
      await this.#writer.write(chunk, this.#room.floor, options.syncMs === 0);
    } catch (error) {
      this.#pending.giveBack();
      throw error;
    }
    this.#written.value += chunk.endSeq - chunk.firstSeq;
    this.#writtenSeq = chunk.endSeq;
    this.#pending.written();
    if (options.syncMs > 0) this.#duties.addIn('sync', options.syncMs);
    this.#duties.addIn('check', checkMs);
    options.events.onWritten?.(this.#writtenSeq);
  }

  async #sync(): Promise<void> {
    this.#duties.begin('sync');
    await this.#writer.sync();
  }

  async #note(): Promise<void> {
    this.#duties.begin('note');
    await this.#room.note();
  }

  /** A folder can be deleted under its service, which goes on writing to files without a name. */
  async #check(): Promise<void> {
    this.#duties.begin('check');
    if (!(await this.#writer.isInPlace()) || !(await this.#parts.lock.isHeld())) {
      throw new Error("the spool's folder or a file in it was taken away");
    }
  }

  #fail(error: unknown): void {
    const { options, folder, timing } = this.#parts;
    this.#failures.value++;
    const isNew = this.#error === undefined;
    this.#error = error instanceof Error ? error : systemError(error);
    this.#duties.putOff('retry', timing.retryMs);
    if (!isNew) return;
    options.logger.error(
      'spool.unhealthy',
      `the spool cannot be written; messages wait in memory until it can: ${this.#error.message}`,
      { path: folder },
    );
    options.events.onHealth?.(false, this.#error);
  }

  async #retry(): Promise<void> {
    this.#duties.begin('retry');
    const { options, folder } = this.#parts;
    if (this.#error) await this.#mend(this.#error);
    await this.#room.free();
    await this.#write();
    await this.#sync();
    await this.#check();
    this.#error = undefined;
    this.#duties.add('note');
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
    this.#room.forgetNote();
    for (const segment of this.#segments.all()) {
      if ((await files.facts(segment.path)) === undefined) this.#segments.remove(segment);
    }
  }
}
