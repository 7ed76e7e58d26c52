import type { Worker } from 'node:worker_threads';

import type { Logger, Message } from '../../core/index.js';
import type { CollectorOptions } from '../../delivery/index.js';
import { startThread, threadProgram } from '../own-thread.js';

export interface HangWatchOptions {
  /** The main loop hangs when it did nothing for so long. */
  readonly limitMs: number;
  readonly collectors: readonly CollectorOptions[];
  /** Of the syslog header; see TransportSettings. */
  readonly header: HangHeader;
  /**
   * The message to send when it hangs: `atMs` and `hangSinceMark` in its body stand for the time of
   * sending and the moment since which nothing moved.
   */
  readonly render: () => Message;
  readonly logger: Logger;
}

export interface HangHeader {
  readonly identifier: string;
  readonly facility: number;
  readonly severity: number;
  readonly timeZone: 'local' | 'utc';
}

/** Stands in the message for the moment since which the service hangs. */
export const hangSinceMark = '0001-01-01T00:00:00.000Z';

/** What the thread is started with. */
export interface HangWatchData {
  /** One Int32 that the main loop counts up. */
  readonly heartbeat: SharedArrayBuffer;
  readonly limitMs: number;
  readonly collectors: readonly CollectorOptions[];
  readonly header: HangHeader;
  readonly message: Message;
}

export type HangWatchAnswer =
  | { readonly kind: 'reported'; readonly collector: string | undefined }
  | { readonly kind: 'over'; readonly stuckMs: number };

const program = threadProgram('operation/hang-watch-worker');

/**
 * Watches the main loop from a thread: when it did nothing for the limit, the thread sends a message
 * over a connection of its own to the first collector that takes it, once for each hang, and says so on
 * standard error. The end of the hang is logged by the main loop.
 */
export class HangWatch {
  readonly #options: HangWatchOptions;
  readonly #worker: Worker;
  readonly #beat: NodeJS.Timeout;

  constructor(options: HangWatchOptions) {
    this.#options = options;
    const { limitMs, collectors, header, logger } = options;
    const heartbeat = new SharedArrayBuffer(4);
    const count = new Int32Array(heartbeat);
    const data: HangWatchData = {
      heartbeat,
      limitMs,
      collectors,
      header,
      message: options.render(),
    };
    this.#worker = startThread(program, data);
    this.#worker.unref();
    this.#worker.on('error', (error) => {
      logger.warn('watchdog.ended', `nobody watches whether the service hangs: ${error.message}`);
    });
    this.#worker.on('message', (answer: HangWatchAnswer) => {
      this.#take(answer);
    });
    this.#beat = setInterval(
      () => {
        Atomics.add(count, 0, 1);
      },
      Math.min(1_000, limitMs / 4),
    ).unref();
  }

  /** Templates may have changed: the message is made anew. */
  renew(): void {
    this.#worker.postMessage(this.#options.render());
  }

  async close(): Promise<void> {
    clearInterval(this.#beat);
    await this.#worker.terminate();
  }

  #take(answer: HangWatchAnswer): void {
    const { logger } = this.#options;
    switch (answer.kind) {
      case 'reported': {
        const { collector } = answer;
        const to = collector ?? 'nobody: no collector took the message';
        logger.error('watchdog.reported', `the service hung, which was reported to ${to}`);
        // The next one needs a number of its own.
        this.renew();
        return;
      }
      case 'over':
        logger.error('watchdog.over', `the service did nothing for ${answer.stuckMs} ms`, {
          stuckMs: answer.stuckMs,
        });
        return;
      default:
        answer satisfies never;
    }
  }
}
