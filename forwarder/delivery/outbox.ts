import { setTimeout as sleep } from 'node:timers/promises';

import type { Message } from '../core/index.js';
import { DiskBacklog } from './disk-backlog.js';
import type { DropReason } from './drop-log.js';
import { MessageQueue } from './message-queue.js';
import { OutboxEntry } from './outbox-entry.js';
import { ReturnedEntries } from './returned-entries.js';
import type { Spool } from './spool/spool.js';
import { UnsettledEntries } from './unsettled-entries.js';

export interface OutboxOptions {
  /** Limits of what waits in memory; see OutboxEntry.bytes. */
  readonly maxMessages: number;
  readonly maxBytes: number;
  /** Keeps every message on disk until it is done; absent: memory only. It stays the caller's. */
  readonly spool: Spool | undefined;
  readonly onDropped: (reason: DropReason, messages: number) => void;
  /** Messages can be taken that could not be taken before. */
  readonly onReady: () => void;
  /** The spool could not be read; it is tried again. */
  readonly onFault: (error: unknown) => void;
}

/** A slow disk gets at least so many bytes ahead of it, however little memory is granted. */
const leastUnwrittenBytes = 16 * 1024 * 1024;

/**
 * The messages that are not done, oldest first:
 *
 *     given back │ read from disk │ only on disk │ in memory, in the spool │ in memory only
 *     └──────────┴─ disk backlog ─┴──────────────┘                         └─ while the disk
 *       were taken, and lost         "paged out"                              cannot keep up
 *
 * New messages come in on the right, and in the spool at once. When memory is full, the oldest in
 * memory that are written become "only on disk". take() gives them from the left. Without a spool the
 * oldest are dropped instead; and when the disk cannot keep up, the oldest that are in memory only.
 *
 * Each message taken by send(), and each found on disk at the start, ends confirmed or dropped, once:
 * `sent + restored = confirmed + dropped + waiting + unconfirmed` at any time.
 */
export class Outbox {
  /** Messages found in the spool at the start. */
  readonly restored: number;
  readonly #options: OutboxOptions;
  readonly #spool: Spool | undefined;
  readonly #disk: DiskBacklog | undefined;
  readonly #stored = new MessageQueue();
  readonly #unstored = new MessageQueue();
  readonly #givenBack = new ReturnedEntries();
  /** Taken and not done: those in the spool, and those that are not there yet. */
  readonly #takenStored = new UnsettledEntries();
  readonly #takenUnstored = new UnsettledEntries();
  readonly #maxUnwrittenBytes: number;
  #unconfirmed = 0;
  #turn = 0;

  constructor(options: OutboxOptions) {
    this.#options = options;
    const { spool, onReady, onDropped, onFault } = options;
    this.#spool = spool;
    this.#maxUnwrittenBytes = Math.max(leastUnwrittenBytes, options.maxBytes / 4);
    if (spool !== undefined) {
      this.#disk = new DiskBacklog({
        spool,
        onRead: () => {
          this.#acknowledge();
          onReady();
        },
        onDamaged: (messages) => {
          onDropped('spool_damaged', messages);
        },
        onFault,
      });
    }
    this.restored = this.#disk?.length ?? 0;
    this.#disk?.fill();
  }

  /** Messages that wait to be sent, or to be sent again. */
  get waiting(): number {
    return this.#inMemory + (this.#disk?.unread ?? 0);
  }

  /** Those of them that are only on disk. */
  get waitingOnDisk(): number {
    return this.#disk?.unread ?? 0;
  }

  /** What those in memory count against its limit. */
  get waitingBytes(): number {
    const ready = this.#disk?.ready.bytes ?? 0;
    return this.#givenBack.bytes + ready + this.#stored.bytes + this.#unstored.bytes;
  }

  /** Messages that were taken, and neither confirmed nor given back. */
  get unconfirmed(): number {
    return this.#unconfirmed;
  }

  /** How many can be taken now. */
  get ready(): number {
    return this.waitingOnDisk === 0
      ? this.#inMemory
      : this.#givenBack.length + (this.#disk?.ready.length ?? 0);
  }

  /** Takes a new message in. Never waits, never throws. */
  send(message: Message): void {
    const entry = new OutboxEntry(message);
    const spool = this.#spool;
    if (spool === undefined) {
      this.#stored.push(entry);
    } else if (!this.#storeAll(spool)) {
      // Numbers follow the order in which messages came: nothing overtakes what is not there yet.
      this.#unstored.push(entry);
    } else if (append(spool, entry)) {
      this.#stored.push(entry);
    } else {
      this.#options.onDropped('spool_full', 1);
      return;
    }
    this.#trim();
  }

  /** Takes the next messages: at most `maxMessages`, and no more once they have `maxBytes`. */
  take(maxMessages: number, maxBytes: number): OutboxEntry[] {
    const taken: OutboxEntry[] = [];
    let bytes = this.#givenBack.takeInto(taken, maxMessages, maxBytes);
    const again = taken.length;
    const disk = this.#disk;
    if (disk !== undefined) {
      bytes += disk.ready.takeInto(taken, maxMessages, maxBytes - bytes);
      disk.fill();
    }
    if (disk === undefined || disk.length === 0) {
      bytes += this.#stored.takeInto(taken, maxMessages, maxBytes - bytes);
      this.#unstored.takeInto(taken, maxMessages, maxBytes - bytes);
    }
    for (let index = again; index < taken.length; index++) {
      const entry = taken[index] as OutboxEntry;
      entry.turn = ++this.#turn;
      if (disk === undefined) continue;
      (entry.seq > 0 ? this.#takenStored : this.#takenUnstored).push(entry);
    }
    this.#unconfirmed += taken.length;
    return taken;
  }

  /** What take() gave is with the collector. */
  confirmed(entries: readonly OutboxEntry[]): void {
    this.#unconfirmed -= entries.length;
    this.#done(entries);
    this.#acknowledge();
  }

  /** What take() gave can never be sent. */
  discard(entries: readonly OutboxEntry[], reason: DropReason): void {
    if (entries.length === 0) return;
    this.confirmed(entries);
    this.#options.onDropped(reason, entries.length);
  }

  /** What take() gave is to be sent, or sent again, before everything else. */
  giveBack(entries: readonly OutboxEntry[]): void {
    if (entries.length === 0) return;
    this.#unconfirmed -= entries.length;
    this.#givenBack.add(entries);
    this.#trim();
    this.#options.onReady();
  }

  /** The spool is about to delete all messages below this number. */
  evicted(belowSeq: number): void {
    let evicted = this.#disk?.evict(belowSeq) ?? 0;
    while ((this.#stored.peek()?.seq ?? belowSeq) < belowSeq) {
      this.#stored.shift();
      evicted++;
    }
    if (evicted > 0) this.#options.onDropped('spool_full', evicted);
  }

  /** The spool has written messages, or its disk can be written again. */
  catchUp(): void {
    const spool = this.#spool;
    if (spool === undefined) return;
    this.#storeAll(spool);
    this.#trim();
    this.#disk?.fill();
  }

  /**
   * The end, when nothing is taken any more: with a spool, what waits is written and stays there; what
   * it cannot write, and without a spool everything, is dropped as `shutdown`. Closes the spool, and
   * waits at most `deadlineMs` for that.
   */
  async close(deadlineMs: number): Promise<void> {
    const spool = this.#spool;
    if (spool !== undefined) {
      this.#disk?.close();
      if (spool.isHealthy) while (this.#storeNext(spool));
      this.#acknowledge();
      await within(deadlineMs, spool.close());
    }
    const isLost = ({ seq }: OutboxEntry): boolean =>
      spool === undefined || seq < spool.firstSeq || seq >= spool.writtenSeq;
    let dropped = 0;
    for (const queue of [this.#givenBack, this.#stored, this.#unstored]) {
      dropped += queue.remove(isLost);
    }
    if (dropped > 0) this.#options.onDropped('shutdown', dropped);
  }

  get #inMemory(): number {
    const ready = this.#disk?.ready.length ?? 0;
    return this.#givenBack.length + ready + this.#stored.length + this.#unstored.length;
  }

  #isDiskBehind(spool: Spool): boolean {
    return !spool.isHealthy || spool.unwrittenBytes >= this.#maxUnwrittenBytes;
  }

  /** Gives the spool what it has not got; true when it has all, and the disk keeps up. */
  #storeAll(spool: Spool): boolean {
    while (!this.#isDiskBehind(spool)) {
      if (this.#unstored.length === 0 && this.#takenUnstored.first() === undefined) return true;
      if (!this.#storeNext(spool)) return false;
    }
    return false;
  }

  /** Gives the spool the oldest message that it has not got; false when there is none, or no room. */
  #storeNext(spool: Spool): boolean {
    const taken = this.#takenUnstored.first();
    const entry = taken ?? this.#unstored.peek();
    if (entry === undefined || !append(spool, entry)) return false;
    if (taken === undefined) {
      this.#unstored.shift();
      this.#stored.push(entry);
    } else {
      this.#takenUnstored.shift();
      this.#takenStored.push(entry);
    }
    return true;
  }

  /** Brings memory back below its limits. */
  #trim(): void {
    const { maxMessages, maxBytes, onDropped } = this.#options;
    let dropped = 0;
    while (this.#inMemory > maxMessages || this.waitingBytes > maxBytes) {
      if (this.#pageOut()) continue;
      const oldest =
        this.#spool === undefined
          ? (this.#givenBack.shift() ?? this.#stored.shift())
          : this.#unstored.shift();
      // The rest is on its way to the disk.
      if (oldest === undefined) break;
      if (oldest.turn > 0) this.#done([oldest]);
      dropped++;
    }
    if (dropped > 0) onDropped('queue_full', dropped);
  }

  /** Leaves the oldest new message to the disk, if it is written. */
  #pageOut(): boolean {
    const spool = this.#spool;
    const oldest = this.#stored.peek();
    if (spool === undefined || oldest === undefined || oldest.seq >= spool.writtenSeq) return false;
    this.#stored.shift();
    this.#disk?.add(oldest);
    return true;
  }

  /** Marks messages that were taken; only the spool needs to know. */
  #done(entries: readonly OutboxEntry[]): void {
    if (this.#spool === undefined) return;
    let stored = 0;
    for (const entry of entries) {
      entry.isDone = true;
      if (entry.seq > 0) stored++;
    }
    this.#takenStored.settled(stored);
    this.#takenUnstored.settled(entries.length - stored);
  }

  /** Tells the spool below which number everything is done. */
  #acknowledge(): void {
    const spool = this.#spool;
    if (spool === undefined) return;
    const floor =
      this.#takenStored.first()?.seq ??
      this.#disk?.firstSeq ??
      this.#stored.peek()?.seq ??
      spool.nextSeq;
    if (floor <= spool.firstSeq) return;
    spool.acknowledge(floor);
    // Where there was no room there may be some now.
    this.#storeAll(spool);
  }
}

/** Waits for `work`, at most for `deadlineMs`. */
async function within(deadlineMs: number, work: Promise<void>): Promise<void> {
  const timer = new AbortController();
  await Promise.race([work, sleep(deadlineMs, undefined, { signal: timer.signal }).catch(() => 0)]);
  timer.abort();
}

/** Appends a message, and gives it its number; false when there is no room. */
function append(spool: Spool, entry: OutboxEntry): boolean {
  entry.seq = spool.nextSeq;
  if (spool.append(entry)) return true;
  entry.seq = 0;
  return false;
}
