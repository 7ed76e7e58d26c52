import { join } from 'node:path';

import type { Counter } from '../../core/index.js';
import { writeAll } from './checkpoint.js';
import { codeOf, type SpoolFiles } from './files.js';
import type { Chunk } from './pending.js';
import type { ActiveSegment } from './recovery.js';
import { encodeSegmentHeader, segmentHeaderBytes, segmentName } from './segment-file.js';
import type { SegmentList } from './segments.js';

export interface WriterOptions {
  readonly folder: string;
  readonly files: SpoolFiles;
  readonly segments: SegmentList;
  /** The segment to go on with. */
  readonly active: ActiveSegment | undefined;
  readonly syncs: Counter;
}

/**
 * Appends chunks to the last segment and begins new ones. After a failure the file ends where the
 * last whole record does; everything rejects with what the system says.
 */
export class SegmentWriter {
  readonly #options: WriterOptions;
  #active: ActiveSegment | undefined;
  /** Something was written since the last sync; a name was added since. */
  #isDirty = false;
  #isFolderDirty = false;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#active = options.active;
  }

  get isDirty(): boolean {
    return this.#isDirty;
  }

  get active(): ActiveSegment | undefined {
    return this.#active;
  }

  /** `floor` is what is done with, for the header of a new segment. */
  async write(chunk: Chunk, floor: number, syncsAtOnce: boolean): Promise<void> {
    if (!this.#fits(chunk)) await this.seal();
    const { segment, file } = (this.#active ??= await this.#begin(chunk.firstSeq, floor));
    this.#isDirty = true;
    try {
      await writeAll(file, chunk.buffer.subarray(0, chunk.length), segment.size);
      if (syncsAtOnce) await this.sync();
    } catch (error) {
      // A part of it may be in the file; what is left of the disk goes to others meanwhile.
      await file.truncate(segment.size).catch(() => undefined);
      throw error;
    }
    this.#options.segments.grow(segment, chunk.length, chunk.endSeq);
  }

  /** Whether the chunk belongs into the segment in use. */
  #fits({ firstSeq, startsSegment }: Chunk): boolean {
    const segment = this.#active?.segment;
    if (segment?.endSeq !== firstSeq) return false;
    // One that was begun for this very chunk, whose writing failed then, has nothing in it.
    return !startsSegment || segment.firstSeq === firstSeq;
  }

  /** Forces onto the disk what was written. Rejects also when the file is no longer in its folder. */
  async sync(): Promise<void> {
    const active = this.#active;
    if (active && this.#isDirty) {
      await active.file.sync();
      this.#options.syncs.value++;
    }
    if (this.#isFolderDirty) await this.#options.files.syncFolder(this.#options.folder);
    this.#isFolderDirty = false;
    this.#isDirty = false;
  }

  /** Whether what is written goes where it will be looked for. */
  async isInPlace(): Promise<boolean> {
    const active = this.#active;
    if (!active) return true;
    return (await this.#options.files.facts(active.segment.path))?.identity === active.identity;
  }

  /** Ends the segment; the next chunk begins another one. */
  async seal(): Promise<void> {
    const active = this.#active;
    if (!active) return;
    await this.sync();
    this.#active = undefined;
    // All of it is on the disk: what closing says does not matter.
    await active.file.close().catch(() => undefined);
  }

  /** Gives up the segment as it is, after a failure. */
  async abandon(): Promise<void> {
    const active = this.#active;
    this.#active = undefined;
    this.#isDirty = false;
    await active?.file.close().catch(() => undefined);
  }

  /**
   * After a failure: back to the last whole record. A segment that cannot be mended, or whose disk
   * has faults, is left as it is, and another one begun.
   */
  async mend(error: unknown): Promise<void> {
    const active = this.#active;
    if (!active) return;
    if (!(await this.isInPlace())) {
      this.#options.segments.remove(active.segment);
      return this.abandon();
    }
    let isMended = true;
    try {
      await active.file.truncate(active.segment.size);
      await this.sync();
    } catch {
      isMended = false;
    }
    if (!isMended || !isWantOfRoom(error)) await this.abandon();
  }

  async #begin(firstSeq: number, floor: number): Promise<ActiveSegment> {
    const { files, folder, segments } = this.#options;
    const path = join(folder, segmentName(firstSeq));
    const file = await this.#create(path);
    const replaced = segments.newest;
    if (replaced?.firstSeq === firstSeq) segments.remove(replaced);
    try {
      await writeAll(file, encodeSegmentHeader({ firstSeq, floor }), 0);
      const { identity } = await file.facts();
      const segment = { firstSeq, path, size: segmentHeaderBytes, endSeq: firstSeq };
      segments.add(segment);
      this.#isFolderDirty = true;
      return { segment, file, identity };
    } catch (error) {
      await file.close().catch(() => undefined);
      await files.unlink(path).catch(() => undefined);
      throw error;
    }
  }

  /** A file of that name is what an attempt before this one left: no message of it was ever taken. */
  async #create(path: string): ReturnType<SpoolFiles['open']> {
    const { files } = this.#options;
    try {
      return await files.open(path, 'create');
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      await files.unlink(path);
      return files.open(path, 'create');
    }
  }
}

/** The disk itself is sound: it is full, or our share of it is used up. */
export function isWantOfRoom(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOSPC' || code === 'EDQUOT';
}
