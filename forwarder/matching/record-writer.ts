import { createHash } from 'node:crypto';

import {
  indicatorKinds,
  type ContextField,
  type FeedInfo,
  type FeedRecord,
} from '../core/index.js';
import type { IndexSink } from './index-bytes.js';
import { RecordEncoder } from './record-codec.js';

/** Lists of field names that are remembered; a feed with more writes some of them again. */
const listsKept = 1024;
const noFields: readonly ContextField[] = [];
/** Bytes that are hashed and written at once. */
const batchBytes = 1 << 16;

/**
 * Writes records one after the other and takes their checksum on the way. Field names come again and
 * again: each list of names is written once, a record says where it is.
 */
export class RecordWriter {
  readonly #sink: IndexSink;
  readonly #encoder = new RecordEncoder();
  readonly #hash = createHash('sha256');
  readonly #batch = Buffer.allocUnsafe(batchBytes);
  #waiting = 0;
  readonly #listOffsets = new Map<string, number>();
  #lastNames: readonly string[] = [];
  /** How many of the last names are those of actionable fields; -1 = there are none yet. */
  #lastActionable = -1;
  #lastOffset = 0;
  #count = 0;

  constructor(sink: IndexSink) {
    this.#sink = sink;
  }

  /** Where the next record or list of names will be. */
  get offset(): number {
    return this.#sink.length + this.#waiting;
  }

  /** Records written. */
  get count(): number {
    return this.#count;
  }

  /** Writes a record and gives its offset. */
  write(feed: number, record: FeedRecord): number {
    const namesOffset = this.#namesOffset(record);
    this.#count++;
    return this.#append(this.#encoder.record(feed, record, namesOffset));
  }

  /**
   * Writes what waits and gives the version: a checksum of all records and of the settings of the
   * feeds. Where a feed was read from does not count: the same feed from another folder is the same
   * content.
   */
  finish(feeds: readonly FeedInfo[]): string {
    this.#flush();
    const settings = feeds.map(({ name, role, confidence, categories, ...flags }) => [
      name,
      role,
      confidence,
      indicatorKinds.map((kind) => categories[kind]),
      flags.usedInMatching ?? true,
      flags.sentToSiem ?? true,
    ]);
    return this.#hash.update(JSON.stringify(settings)).digest('hex').slice(0, 32);
  }

  #namesOffset({ context, actionable = noFields }: FeedRecord): number {
    const last = this.#lastNames;
    if (
      this.#lastActionable === actionable.length &&
      last.length === context.length + actionable.length &&
      context.every(([name], index) => name === last[index]) &&
      actionable.every(([name], index) => name === last[context.length + index])
    ) {
      return this.#lastOffset;
    }
    const names = [...context, ...actionable].map(([name]) => name);
    const key = JSON.stringify([actionable.length, names]);
    let offset = this.#listOffsets.get(key);
    if (offset === undefined) {
      offset = this.#append(this.#encoder.names(names, actionable.length));
      if (this.#listOffsets.size === listsKept) this.#listOffsets.clear();
      this.#listOffsets.set(key, offset);
    }
    this.#lastNames = names;
    this.#lastActionable = actionable.length;
    this.#lastOffset = offset;
    return offset;
  }

  /** Takes the encoder's bytes over, and gives their offset. */
  #append(length: number): number {
    const { offset } = this;
    if (this.#waiting + length > batchBytes) this.#flush();
    const { bytes } = this.#encoder;
    if (length > batchBytes) this.#pass(bytes.subarray(0, length));
    else this.#waiting += bytes.copy(this.#batch, this.#waiting, 0, length);
    return offset;
  }

  #flush(): void {
    this.#pass(this.#batch.subarray(0, this.#waiting));
    this.#waiting = 0;
  }

  #pass(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#sink.append(bytes);
  }
}
