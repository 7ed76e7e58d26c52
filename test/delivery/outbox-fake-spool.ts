import type { Entry, Spool, SpoolEvents } from '../../forwarder/delivery/spool/spool.js';

export interface FakeSpoolOptions {
  readonly events: SpoolEvents;
  /** So many messages have room; more when absent. */
  readonly maxMessages?: number;
  readonly whenFull?: 'dropOldest' | 'dropNewest';
}

/** What a message counts that waits to be written. */
export const fakeBytes = 3000;

/** A spool in memory whose disk does what it is told to: write when asked, lose, evict, fail. */
export class FakeSpool implements Spool {
  firstSeq = 1;
  nextSeq = 1;
  writtenSeq = 1;
  isHealthy = true;
  isClosed = false;
  segments = 1;
  /** Messages that were on disk at any time, in any run. */
  readonly everWritten: Set<Entry['message']>;
  readonly #options: FakeSpoolOptions;
  #entries = new Map<number, Entry['message']>();

  constructor(options: FakeSpoolOptions, everWritten = new Set<Entry['message']>()) {
    this.#options = options;
    this.everWritten = everWritten;
  }

  get bytes(): number {
    return this.#entries.size;
  }

  get unwrittenBytes(): number {
    return (this.nextSeq - this.writtenSeq) * fakeBytes;
  }

  append({ seq, message }: Entry): boolean {
    if (seq !== this.nextSeq) throw new Error(`seq ${seq} is not ${this.nextSeq}`);
    const { maxMessages = Number.POSITIVE_INFINITY, whenFull, events } = this.#options;
    if (this.nextSeq - this.firstSeq >= maxMessages) {
      if (whenFull === 'dropNewest') return false;
      // A whole segment goes at once.
      const below = this.firstSeq + Math.ceil(maxMessages / 4);
      events.onEvicted(below);
      this.#delete(below);
    }
    this.#entries.set(seq, message);
    this.nextSeq++;
    return true;
  }

  /** The disk writes what it has got. */
  write(): void {
    if (!this.isHealthy || this.writtenSeq === this.nextSeq) return;
    for (let seq = this.writtenSeq; seq < this.nextSeq; seq++) {
      const message = this.#entries.get(seq);
      if (message !== undefined) this.everWritten.add(message);
    }
    this.writtenSeq = this.nextSeq;
    this.#options.events.onWritten?.(this.writtenSeq);
  }

  setHealth(isHealthy: boolean): void {
    if (isHealthy === this.isHealthy) return;
    this.isHealthy = isHealthy;
    this.#options.events.onHealth?.(isHealthy, undefined);
  }

  /** A message on disk is damaged. */
  damage(seq: number): void {
    if (seq < this.writtenSeq) this.#entries.delete(seq);
  }

  has(seq: number): boolean {
    return this.#entries.has(seq);
  }

  /** The process was killed and starts again: what was not written is gone. */
  reopened(events: SpoolEvents): FakeSpool {
    const next = new FakeSpool({ ...this.#options, events }, this.everWritten);
    next.#entries = this.#entries;
    next.firstSeq = this.firstSeq;
    next.nextSeq = this.writtenSeq;
    next.writtenSeq = this.writtenSeq;
    for (const seq of [...next.#entries.keys()]) {
      if (seq >= next.nextSeq) next.#entries.delete(seq);
    }
    return next;
  }

  async read(fromSeq: number, maxMessages: number): Promise<readonly Entry[]> {
    await Promise.resolve();
    if (this.isClosed) throw new Error('read after close');
    const found: Entry[] = [];
    for (let seq = fromSeq; seq < this.writtenSeq && found.length < maxMessages; seq++) {
      const message = this.#entries.get(seq);
      if (message !== undefined) found.push({ seq, message });
    }
    return found;
  }

  acknowledge(seq: number): void {
    if (seq < this.firstSeq || seq > this.nextSeq) throw new Error(`acknowledged ${seq}`);
    this.#delete(seq);
  }

  close(): Promise<void> {
    this.write();
    this.isClosed = true;
    return Promise.resolve();
  }

  #delete(below: number): void {
    for (let seq = this.firstSeq; seq < below; seq++) this.#entries.delete(seq);
    this.firstSeq = Math.max(this.firstSeq, below);
    this.writtenSeq = Math.max(this.writtenSeq, this.firstSeq);
  }
}
