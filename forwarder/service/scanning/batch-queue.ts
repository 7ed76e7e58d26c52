import type { IntakeSession } from '../../core/index.js';
import type { ScanPool } from './scan-pool.js';
import type { ScanAnswer } from './scan-thread.js';

/** Lines that came with one read of one connection. */
export interface Batch {
  readonly session: IntakeSession;
  readonly onFault: (error: unknown) => void;
}

/** What becomes of batches; both are called in the order in which the batches came. */
export interface BatchTakers {
  /** A batch that nobody has scanned; the bytes are only valid during the call. Its lines' number. */
  scanHere(batch: Batch, bytes: Uint8Array, start: number, end: number): number;
  /** A scanned batch; without an answer every line may hold something. Its lines' number. */
  takeScanned(batch: Batch, bytes: Uint8Array, answer: ScanAnswer | undefined): number;
  /** Lines that were taken later than in the call that brought them. */
  countLines(batch: Batch, lines: number): void;
}

interface Waiting {
  readonly batch: Batch;
  bytes: Uint8Array;
  state: 'with a thread' | 'to be scanned here' | 'scanned';
  answer: ScanAnswer | undefined;
}

/** When so many batches, or bytes of them, wait, this thread no longer waits for another to do the first. */
const crowded = 32;
const crowdedBytes = 4_194_304;

/**
 * Shares batches between the main thread and a pool, and keeps their order:
 *
 *     read 1 (128 KiB) → a thread    queue: 1
 *     read 2 (128 KiB) → no room     queue: 1 2     a copy waits, to be scanned here
 *     read 3 (1 line)                queue: 1 2 3   waits too, or it would overtake
 *     1 is scanned                   → 1, then 2 and 3 scanned here
 *
 * When too much waits for a thread, the first batch is scanned here too, and the thread's answer is not
 * needed any more. So what waits is bounded (`crowded` batches, `crowdedBytes` and one batch), and a
 * sender that is too fast is slowed by TCP: while this thread scans it reads nothing.
 */
export class BatchQueue {
  readonly #pool: ScanPool;
  readonly #takers: BatchTakers;
  readonly #queue: Waiting[] = [];
  #waitingBytes = 0;
  #isDraining = false;
  #onEmpty: (() => void)[] = [];

  constructor(pool: ScanPool, takers: BatchTakers) {
    this.#pool = pool;
    this.#takers = takers;
  }

  /** Bytes of the batches that wait. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /**
   * Takes a batch; gives back how many of its lines were taken by now. `mayHandOver`: a scanner may
   * decide about its lines.
   */
  take(batch: Batch, bytes: Uint8Array, start: number, end: number, mayHandOver: boolean): number {
    const waiting: Waiting = { batch, bytes, state: 'with a thread', answer: undefined };
    const copy = mayHandOver
      ? this.#pool.tryScan(bytes, start, end, (answer, lent) => {
          if (waiting.state !== 'with a thread') return;
          // The bytes are lent: kept only if others come first.
          waiting.bytes = this.#queue[0] === waiting ? lent : new Uint8Array(lent);
          waiting.answer = answer;
          waiting.state = 'scanned';
          this.#drain();
        })
      : undefined;
    if (copy === undefined) {
      if (this.#queue.length === 0) return this.#takers.scanHere(batch, bytes, start, end);
      // A copy: slice() of a Buffer is none.
      waiting.bytes = new Uint8Array(bytes.subarray(start, end));
      waiting.state = 'to be scanned here';
    } else waiting.bytes = copy;
    this.#queue.push(waiting);
    this.#waitingBytes += waiting.bytes.length;
    this.#thinOut();
    return 0;
  }

  /** Does here what is with a thread until no more waits than may. */
  #thinOut(): void {
    for (let first = this.#queue[0]; first?.state === 'with a thread'; first = this.#queue[0]) {
      if (this.#queue.length < crowded && this.#waitingBytes < crowdedBytes) return;
      first.state = 'to be scanned here';
      this.#drain();
    }
  }

  /** Resolves when nothing waits. */
  idle(): Promise<void> {
    if (this.#queue.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onEmpty.push(resolve));
  }

  #drain(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      if (next.state === 'with a thread') break;
      this.#queue.shift();
      this.#waitingBytes -= next.bytes.length;
      this.#takeNext(next);
    }
    this.#isDraining = false;
    if (this.#queue.length > 0) return;
    const callbacks = this.#onEmpty;
    this.#onEmpty = [];
    for (const done of callbacks) done();
  }

  #takeNext({ batch, bytes, answer, state }: Waiting): void {
    try {
      const lines =
        state === 'scanned'
          ? this.#takers.takeScanned(batch, bytes, answer)
          : this.#takers.scanHere(batch, bytes, 0, bytes.length);
      this.#takers.countLines(batch, lines);
    } catch (error) {
      batch.onFault(error);
    }
  }
}
