import type { Counter } from '../../core/index.js';
import type { Checkpoint } from './checkpoint.js';
import { codeOf, type SpoolFiles } from './files.js';
import type { SpoolEvents } from './spool.js';
import { segmentHeaderBytes } from './segment-file.js';
import { isWantOfRoom, type SegmentWriter } from './segment-writer.js';
import type { Segment, SegmentList } from './segments.js';

export interface DiskRoomOptions {
  readonly files: SpoolFiles;
  readonly segments: SegmentList;
  readonly writer: SegmentWriter;
  readonly checkpoint: Checkpoint;
  readonly maxBytes: number;
  readonly events: SpoolEvents;
  /** Messages deleted for want of room. */
  readonly evicted: Counter;
  /** All messages below are done with. */
  readonly floor: number;
  /** What the checkpoint says, where it is believed. */
  readonly noted: number | undefined;
  /** Lets go of a segment that was deleted. */
  readonly forget: (segment: Segment) => Promise<void>;
}

/**
 * Which messages are done with, the note of that on disk, and the room that their files give back: a
 * file goes only when the note is durable that nothing in it is needed.
 */
export class DiskRoom {
  readonly #options: DiskRoomOptions;
  #floor: number;
  #noted: number | undefined;

  constructor(options: DiskRoomOptions) {
    this.#options = options;
    this.#floor = options.floor;
    this.#noted = options.noted;
  }

  /** All messages below are done with, or deleted. */
  get floor(): number {
    return this.#floor;
  }

  /** False when that was known. */
  raiseFloor(floor: number): boolean {
    if (floor <= this.#floor) return false;
    this.#floor = floor;
    return true;
  }

  /** Whether there is a file of which nothing is needed, and that is not in use. */
  get isReleaseDue(): boolean {
    const { segments, writer } = this.#options;
    const { oldest } = segments;
    if (!oldest || oldest.endSeq > this.#floor) return false;
    return oldest !== writer.active?.segment;
  }

  /** Makes it durable which messages are done with: never more than there are on disk. */
  async note(): Promise<void> {
    const { segments, writer, checkpoint } = this.#options;
    const floor = Math.min(this.#floor, segments.newest?.endSeq ?? this.#floor);
    if (floor === this.#noted) return;
    // A checkpoint ahead of its messages would not be believed after a loss of power.
    if (writer.isDirty) await writer.sync();
    await checkpoint.note(floor);
    this.#noted = floor;
  }

  /** The checkpoint is gone: it is to be made anew. */
  forgetNote(): void {
    this.#noted = undefined;
  }

  /** Deletes the files of which nothing is needed any more. */
  async release(): Promise<void> {
    const { segments, checkpoint } = this.#options;
    const floor = this.#floor;
    try {
      await this.note();
    } catch (error) {
      // Without any note the oldest file tells where to begin: then it may go on a full disk, too.
      if (!isWantOfRoom(error) || checkpoint.isThere) throw error;
    }
    for (let segment = segments.oldest; segment; segment = segments.oldest) {
      if (!this.isReleaseDue || segment.endSeq > floor) return;
      await this.#delete(segment);
    }
  }

  /** On a full disk: what collectors have taken meanwhile makes room, the file in use included. */
  async free(): Promise<void> {
    const { writer } = this.#options;
    const active = writer.active?.segment;
    if (active && active.endSeq <= this.#floor) await writer.seal();
    if (this.isReleaseDue) await this.release();
  }

  /** Deletes the oldest messages until there is room; their owner is told before. */
  async makeFor(length: number): Promise<void> {
    const { segments, writer, maxBytes, events, evicted } = this.#options;
    for (;;) {
      const { oldest } = segments;
      if (!oldest || segments.bytes + length + segmentHeaderBytes <= maxBytes) return;
      if (oldest === writer.active?.segment) await writer.seal();
      const below = oldest.endSeq;
      if (below > this.#floor) {
        events.onEvicted(below);
        // The owner may have acknowledged some while it was told.
        evicted.value += Math.max(0, below - this.#floor);
        this.#floor = Math.max(this.#floor, below);
      }
      await this.release();
    }
  }

  async #delete(segment: Segment): Promise<void> {
    const { files, segments, forget } = this.#options;
    try {
      await files.unlink(segment.path);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
    }
    segments.remove(segment);
    // An open file takes its space for as long as it is open.
    await forget(segment);
  }
}
