import type { Readable } from 'node:stream';
import type { Worker } from 'node:worker_threads';

import { messageOf } from '../../core/index.js';
import type { EnricherMessage, EnricherRequest } from './messages.js';
import { startWorker } from './start-worker.js';
import type { EnricherLimits } from './limits.js';

/** So many messages may lie unread before the thread; what waits beyond them can still be taken back. */
const mostUnread = 128;
/** A message that is nothing but a reason for a sign of life. */
const nudge: EnricherRequest = {
  id: 0,
  input: { values: {}, observables: [], request: [], text: '' },
  uselessAfterMs: 0,
};

export interface ThreadLifeOptions {
  /** URL of the module. */
  readonly module: string;
  readonly options: unknown;
  readonly limits: EnricherLimits;
  /** Its module is loaded: it takes events from now on. */
  readonly onReady: () => void;
  readonly onMessage: (message: EnricherMessage) => void;
  /** What the module prints. */
  readonly onOutput: (text: string) => void;
  /** Called once, unless it was ended from here. `livedMs` since it was ready; undefined: never. */
  readonly onEnd: (why: string, livedMs: number | undefined) => void;
}

/** One run of an enricher's thread, from its start to its end, whatever ends it. */
export class ThreadLife {
  readonly #options: ThreadLifeOptions;
  readonly #worker: Worker;
  /** How many messages the thread has begun to work on; it counts them itself. */
  readonly #begun = new Int32Array(new SharedArrayBuffer(4));
  #posted = 0;
  #readyAtMs: number | undefined;
  #why: string | undefined;
  #isOver = false;
  #hangTimer: NodeJS.Timeout | undefined;
  readonly #startTimer: NodeJS.Timeout;

  constructor(options: ThreadLifeOptions) {
    this.#options = options;
    const { module, limits, onOutput } = options;
    const begun = this.#begun.buffer;
    const worker = startWorker({ module, options: options.options, begun }, limits.heapMiB);
    this.#worker = worker;
    worker.unref();
    worker.on('message', (message: EnricherMessage | null | undefined) => {
      this.#receive(message);
    });
    worker.on('error', (error) => {
      this.#why ??= messageOf(error);
    });
    worker.once('exit', (code) => {
      this.#end(`it ended with code ${code}`);
    });
    for (const stream of [worker.stdout, worker.stderr]) readText(stream, onOutput);
    this.#startTimer = setTimeout(() => {
      this.#kill(`its module was not loaded within ${limits.startMs} ms`);
    }, limits.startMs);
  }

  /** Whether it can take a message now. */
  get hasRoom(): boolean {
    return this.#readyAtMs !== undefined && this.#posted - this.#begunNow() < mostUnread;
  }

  /** Throws for what cannot be copied to another thread. */
  post(request: EnricherRequest): void {
    this.#worker.postMessage(request);
    this.#posted += 1;
  }

  /** Ends the thread when it does not even begin to read a message within `hangMs`. */
  watch(): void {
    if (this.#hangTimer !== undefined || this.#readyAtMs === undefined) return;
    const { hangMs } = this.#options.limits;
    const before = this.#begunNow();
    this.post(nudge);
    this.#hangTimer = setTimeout(() => {
      this.#hangTimer = undefined;
      if (this.#begunNow() === before) this.#kill(`it did nothing for ${hangMs} ms`);
    }, hangMs).unref();
  }

  /** Ends the thread, without onEnd. */
  async end(): Promise<void> {
    this.#stop();
    await this.#worker.terminate();
  }

  #receive(message: EnricherMessage | null | undefined): void {
    // The module shares the thread with our program, and can write to us whatever it likes.
    if (this.#isOver || message === null || message === undefined) return;
    switch (message.kind) {
      case 'ready':
        clearTimeout(this.#startTimer);
        this.#readyAtMs = performance.now();
        this.#options.onReady();
        return;
      case 'unusable':
        this.#kill(typeof message.why === 'string' ? message.why : 'it says not why');
        return;
      default:
        this.#options.onMessage(message);
    }
  }

  #kill(why: string): void {
    this.#why ??= why;
    this.#worker.terminate().catch(() => undefined);
  }

  #end(why: string): void {
    if (this.#isOver) return;
    this.#stop();
    const readyAtMs = this.#readyAtMs;
    const livedMs = readyAtMs === undefined ? undefined : performance.now() - readyAtMs;
    this.#options.onEnd(this.#why ?? why, livedMs);
  }

  #stop(): void {
    this.#isOver = true;
    clearTimeout(this.#startTimer);
    clearTimeout(this.#hangTimer);
  }

  #begunNow(): number {
    return Atomics.load(this.#begun, 0);
  }
}

function readText(stream: Readable, onText: (text: string) => void): void {
  stream.setEncoding('utf8');
  stream.on('data', onText);
}
