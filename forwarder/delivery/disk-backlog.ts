import { MessageQueue } from './message-queue.js';
import { OutboxEntry } from './outbox-entry.js';
import type { Entry, Spool } from './spool/spool.js';

/** One read gives about so much, at most so many messages. */
const chunkBytes = 1024 * 1024;
const chunkMessages = 8192;

/** After a read that failed the next one waits. */
const retryMs = 1000;

export interface DiskBacklogOptions {
  readonly spool: Spool;
  /** Messages that were read, or are known to be lost: what can be taken has changed. */
  readonly onRead: () => void;
  /** So many messages could not be read back: they are damaged or gone. */
  readonly onDamaged: (messages: number) => void;
  /** A read failed as a whole; it is tried again. */
  readonly onFault: (error: unknown) => void;
}

/**
 * The oldest messages that wait: those that are only on disk, and the chunk of them that was read
 * back. All of them are written, and follow each other without gaps.
 *
 * Example: 5,000 messages are on disk, numbers 1 to 5,000. A chunk is read: `ready` holds 1–3,000. When
 * less than half of a chunk is left in it, the next is read.
 */
export class DiskBacklog {
  /** Read back, and can be taken. */
  readonly ready = new MessageQueue();
  readonly #options: DiskBacklogOptions;
  #from: number;
  #until: number;
  #isReading = false;
  #isClosed = false;
  #retry: NodeJS.Timeout | undefined;

  /** Begins with what the run before has left. */
  constructor(options: DiskBacklogOptions) {
    this.#options = options;
    this.#from = options.spool.firstSeq;
    this.#until = options.spool.nextSeq;
  }

  /** Messages that are only on disk. */
  get unread(): number {
    return this.#until - this.#from;
  }

  get length(): number {
    return this.ready.length + this.unread;
  }

  /** The lowest number that waits here; `undefined` when none does. */
  get firstSeq(): number | undefined {
    return this.ready.peek()?.seq ?? (this.unread > 0 ? this.#from : undefined);
  }

  /** Takes a written message over: it follows all those that wait here. */
  add(entry: OutboxEntry): void {
    if (this.unread === 0) this.#from = entry.seq;
    this.#until = entry.seq + 1;
  }

  /** The messages below this number are going to be deleted. Gives back how many waited here. */
  evict(belowSeq: number): number {
    let evicted = 0;
    while ((this.ready.peek()?.seq ?? belowSeq) < belowSeq) {
      this.ready.shift();
      evicted++;
    }
    const from = Math.max(this.#from, Math.min(belowSeq, this.#until));
    evicted += from - this.#from;
    this.#from = from;
    return evicted;
  }

  /** Reads ahead when little is left that can be taken. */
  fill(): void {
    if (this.unread === 0 || this.ready.bytes > chunkBytes / 2) return;
    if (this.#isReading || this.#isClosed || this.#retry !== undefined) return;
    this.#isReading = true;
    void this.#read().finally(() => {
      this.#isReading = false;
      if (this.#isClosed) return;
      this.fill();
      this.#options.onRead();
    });
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
  }

  async #read(): Promise<void> {
    const { spool, onFault } = this.#options;
    const asked = this.#from;
    try {
      const entries = await spool.read(asked, chunkMessages, chunkBytes);
      if (this.#isClosed) return;
      // What lies before it was evicted meanwhile: nothing is known of the rest yet.
      const isOutrun = entries.length === 0 && this.#from !== asked;
      if (isOutrun) return;
      if (entries.length === 0 && !spool.isHealthy) this.#retryLater();
      else this.#accept(entries);
    } catch (error) {
      if (this.#isClosed) return;
      this.#retryLater();
      onFault(error);
    }
  }

  #accept(entries: readonly Entry[]): void {
    let next = this.#from;
    let damaged = 0;
    for (const { seq, message } of entries) {
      if (seq < next) continue;
      const end = Math.min(seq, this.#until);
      damaged += end - next;
      next = end;
      if (seq >= this.#until) break;
      this.ready.push(new OutboxEntry(message, seq));
      next++;
    }
    // All of these were written: what is not found behind them is not there.
    if (entries.length === 0) {
      damaged += this.#until - next;
      next = this.#until;
    }
    this.#from = next;
    if (damaged > 0) this.#options.onDamaged(damaged);
  }

  #retryLater(): void {
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.fill();
    }, retryMs);
    this.#retry.unref();
  }
}
