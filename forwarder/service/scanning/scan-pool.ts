import { availableParallelism } from 'node:os';

import { automaticWorkers } from '../../config/index.js';
import { messageOf } from '../../core/index.js';
import type { Counter, Logger } from '../../core/index.js';
import type { Metrics } from '../../telemetry/index.js';
import { batchBytes, ScanThread } from './scan-thread.js';
import type { BatchHandler, ScanRules } from './scan-thread.js';

export interface ScanPoolOptions {
  /** The most threads; each is started when those before it have no room. */
  readonly size: number;
  readonly wasm: Uint8Array;
  readonly rules: ScanRules;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** The threads' program; tests give one that dies. */
  readonly program?: URL | undefined;
}

/** Threads that die more often than this within the time are not started again. */
const mostDeaths = 5;
const deathsWithinMs = 60_000;
/** A batch is worth the way to another thread from this size on: some fifty events. */
const worthBytes = 32_768;

/** Threads that scan batches of lines beside the main one. Batches come back in any order. */
export class ScanPool {
  readonly #options: ScanPoolOptions;
  readonly #restarts: Counter;
  readonly #reruns: Counter;
  readonly #batches: Counter;
  #rules: ScanRules;
  #threads: ScanThread[] = [];
  #deathsAtMs: number[] = [];
  #isGivenUp = false;

  constructor(options: ScanPoolOptions) {
    this.#options = options;
    this.#rules = options.rules;
    const { metrics } = options;
    this.#restarts = metrics.counter('tf_scan_thread_restarts_total');
    this.#reruns = metrics.counter('tf_scan_batches_rerun_total');
    this.#batches = metrics.counter('tf_scan_batches_total');
    metrics.gauge('tf_scan_threads', {}, () => (this.#isGivenUp ? 0 : this.#threads.length));
  }

  /** Batches handed over from now on are scanned by these rules. */
  useRules(rules: ScanRules): void {
    this.#rules = rules;
    for (const thread of this.#threads) thread.useRules(rules);
  }

  /**
   * Hands a batch over if that is worth it and a thread has room; `onDone` is called later. Gives
   * back the thread's copy of it, or undefined: the caller must scan it.
   */
  tryScan(
    bytes: Uint8Array,
    start: number,
    end: number,
    onDone: BatchHandler,
  ): Uint8Array | undefined {
    const size = end - start;
    if (size < worthBytes || size > batchBytes || this.#isGivenUp) return undefined;
    const thread = this.#threads.find(({ hasRoom }) => hasRoom);
    if (thread === undefined) {
      this.#addThread();
      return undefined;
    }
    this.#batches.value += 1;
    return thread.scan(bytes, start, end, onDone);
  }

  /** Ends all threads; what they have at hand is answered as not scanned. */
  async close(): Promise<void> {
    this.#isGivenUp = true;
    const threads = this.#threads;
    this.#threads = [];
    await Promise.all(threads.map((thread) => thread.close()));
  }

  /** Starts another thread, if all there are are at work and one more is allowed. */
  #addThread(): void {
    const { size, wasm, logger, program } = this.#options;
    if (this.#threads.length >= size || this.#threads.some(({ isReady }) => !isReady)) return;
    const thread = new ScanThread({
      ...this.#rules,
      wasm,
      program,
      onDeath: (error, rerun) => this.#noteDeath(error, rerun),
    });
    this.#threads.push(thread);
    logger.info('scanner.thread_started', `${this.#threads.length} of ${size} threads scan events`);
  }

  #noteDeath(error: unknown, rerun: number): boolean {
    const now = performance.now();
    this.#deathsAtMs = [...this.#deathsAtMs.filter((atMs) => now - atMs < deathsWithinMs), now];
    this.#reruns.value += rerun;
    const { logger } = this.#options;
    if (this.#deathsAtMs.length > mostDeaths) {
      this.#isGivenUp = true;
      logger.error(
        'scanner.threads_given_up',
        `a scanning thread died: ${messageOf(error)}; none is started again, the main thread scans all events`,
      );
      return false;
    }
    this.#restarts.value += 1;
    logger.error(
      'scanner.thread_died',
      `a scanning thread died and is started again: ${messageOf(error)}`,
      { rerun },
    );
    return true;
  }
}

/** The main thread has one processor, delivery's peers and the system another. */
const sparedProcessors = 2;
const mostAutomatic = 6;

/** The pool that `matching.workers` asks for; none without the kernel, which is what makes it pay. */
export function startPool(
  workers: number,
  wasm: Uint8Array | undefined,
  options: Omit<ScanPoolOptions, 'size' | 'wasm'>,
): ScanPool | undefined {
  const spare = Math.min(mostAutomatic, availableParallelism() - sparedProcessors);
  const size = workers === automaticWorkers ? spare : workers;
  return wasm === undefined || size < 1 ? undefined : new ScanPool({ ...options, size, wasm });
}
