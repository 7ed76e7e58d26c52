import type { Worker } from 'node:worker_threads';

import type { CandidateFilter } from '../../core/index.js';
import type { ScannerOptions } from '../../scanning/index.js';
import { startThread, threadProgram } from '../own-thread.js';

/** Bytes of a batch that a thread can take: as many as one read of a socket brings at most. */
export const batchBytes = 131_072;
/** A thread has the next batch at hand when it has finished one. */
const slotsOfThread = 2;

/** What the index in use means for scanning. */
export interface ScanRules {
  readonly filter: CandidateFilter;
  readonly options: ScannerOptions;
}

/** What a thread is started with. */
export interface ScanThreadData extends ScanRules {
  readonly wasm: Uint8Array;
  /** Shared memory that batches are handed over in. */
  readonly slots: readonly SharedArrayBuffer[];
}

/** To a thread: other rules from the next batch on, or the batch in a slot, from its first byte. */
export type ScanOrder =
  { readonly rules: ScanRules } | { readonly slot: number; readonly length: number };

/** From a thread, once: it takes batches from now on. */
export interface ScanReady {
  readonly isReady: true;
}

/** From a thread: the lines of a slot that may hold something. */
export interface ScanAnswer {
  readonly slot: number;
  /** Of each such line where it begins and ends in the batch, and the clean ones before it. */
  readonly lines: Int32Array;
  /** Clean lines after the last of them. */
  readonly clean: number;
}

/**
 * A scanned batch, whose bytes are only valid during the call; `undefined`: no thread could scan it,
 * so that all its lines may hold something.
 */
export type BatchHandler = (answer: ScanAnswer | undefined, batch: Uint8Array) => void;

interface Job {
  readonly slot: number;
  readonly length: number;
  readonly onDone: BatchHandler;
  /** A batch on which two threads died is not given to a third. */
  attempts: number;
}

const program = threadProgram('scanning/scan-worker');

export interface ScanThreadOptions extends ScanRules {
  readonly wasm: Uint8Array;
  /** Called each time the thread has died; whether to start it anew. */
  readonly onDeath: (error: unknown, rerun: number) => boolean;
  /** The program of the thread; tests give one that dies. */
  readonly program?: URL | undefined;
}

/**
 * One thread that scans batches, and the memory it shares with it. When it dies it is started anew
 * and gets its batches again; the one it was at, once.
 */
export class ScanThread {
  readonly #options: ScanThreadOptions;
  readonly #slots = Array.from({ length: slotsOfThread }, () => new SharedArrayBuffer(batchBytes));
  readonly #free = this.#slots.map((_buffer, slot) => slot);
  /** In the order in which the thread works on them. */
  #jobs: Job[] = [];
  #rules: ScanRules;
  #worker: Worker | undefined;
  #isReady = false;
  #isClosed = false;

  constructor(options: ScanThreadOptions) {
    this.#options = options;
    this.#rules = options;
    this.#worker = this.#start();
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** Whether it can take a batch now; not before it has started. */
  get hasRoom(): boolean {
    return this.#isReady && this.#free.length > 0;
  }

  useRules(rules: ScanRules): void {
    this.#rules = rules;
    this.#worker?.postMessage({ rules } satisfies ScanOrder);
  }

  /**
   * Takes a batch of up to `batchBytes`; there must be room. The bytes are copied; what is given back
   * is the copy, to be read until `onDone` is called.
   */
  scan(bytes: Uint8Array, start: number, end: number, onDone: BatchHandler): Uint8Array {
    const slot = this.#free.pop() ?? 0;
    const copy = this.#bytesOf(slot, end - start);
    copy.set(bytes.subarray(start, end));
    const job = { slot, length: end - start, onDone, attempts: 1 };
    this.#jobs.push(job);
    this.#order(job);
    return copy;
  }

  /** Ends the thread; batches under way are answered as not scanned. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#worker?.terminate();
    this.#giveUp();
  }

  #start(): Worker {
    const { filter, options } = this.#rules;
    const data: ScanThreadData = { wasm: this.#options.wasm, slots: this.#slots, filter, options };
    const worker = startThread(this.#options.program ?? program, data);
    worker.unref();
    let fault: unknown;
    worker.on('message', (answer: ScanAnswer | ScanReady) => {
      if ('isReady' in answer) {
        this.#isReady = this.#worker === worker;
        return;
      }
      const at = this.#jobs.findIndex(({ slot }) => slot === answer.slot);
      const job = this.#jobs[at];
      if (job === undefined) return;
      this.#jobs.splice(at, 1);
      this.#finish(job, answer);
    });
    worker.on('error', (error) => {
      fault = error;
    });
    worker.once('exit', (code) => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#isReady = false;
      if (!this.#isClosed) this.#recover(fault ?? new Error(`it ended with code ${code}`));
    });
    return worker;
  }

  #recover(error: unknown): void {
    const [first, ...others] = this.#jobs;
    const again = first !== undefined && first.attempts < 2 ? [first, ...others] : others;
    if (!this.#options.onDeath(error, again.length)) {
      this.#giveUp();
      return;
    }
    this.#worker = this.#start();
    this.#jobs = again;
    // The batch it was at when it died is the first one.
    if (first !== undefined && again[0] === first) first.attempts += 1;
    for (const job of again) this.#order(job);
    if (first !== undefined && again[0] !== first) this.#finish(first, undefined);
  }

  #giveUp(): void {
    const jobs = this.#jobs;
    this.#jobs = [];
    for (const job of jobs) this.#finish(job, undefined);
  }

  #finish(job: Job, answer: ScanAnswer | undefined): void {
    job.onDone(answer, this.#bytesOf(job.slot, job.length));
    this.#free.push(job.slot);
  }

  #order({ slot, length }: Job): void {
    this.#worker?.postMessage({ slot, length } satisfies ScanOrder);
  }

  #bytesOf(slot: number, length: number): Uint8Array {
    return new Uint8Array(this.#slots[slot] ?? new SharedArrayBuffer(0), 0, length);
  }
}
