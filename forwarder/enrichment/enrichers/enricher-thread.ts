import { pathToFileURL } from 'node:url';

import { messageOf, ServiceError, type Counter, type Logger } from '../../core/index.js';
import type { EnricherInput } from './enricher-module.js';
import type { EnricherMessage } from './messages.js';
import { areCheckedAnswers } from './read-reply.js';
import { ThreadLife } from './thread-life.js';
import { backoffMs, type EnricherLimits } from './limits.js';
import { WaitingEvents, type EventHandler } from './waiting-events.js';

/** An enricher that is so far behind answers too late anyway. */
export const mostWaiting = 1000;
/** Long events may wait only in smaller numbers: the service and the thread both keep their texts. */
const mostWaitingCharacters = 33_554_432;
const longestText = 500;

export interface EnricherThreadOptions {
  readonly name: string;
  /** Absolute path. */
  readonly module: string;
  readonly options: unknown;
  readonly timeoutMs: number;
  readonly limits: EnricherLimits;
  readonly logger: Logger;
  readonly restarts: Counter;
}

/**
 * One enricher in a thread of its own. Whatever its module does costs no more than the answers for
 * the events under way: when the thread hangs or ends it is started again, after a longer wait each
 * time.
 */
export class EnricherThread {
  readonly #options: EnricherThreadOptions;
  readonly #events: WaitingEvents;
  /** Undefined between the end of the thread and its next start. */
  #life: ThreadLife | undefined;
  #isClosed = false;
  /** Ends in a row. */
  #ends = 0;
  #restartTimer: NodeJS.Timeout | undefined;

  constructor(options: EnricherThreadOptions) {
    this.#options = options;
    this.#events = new WaitingEvents(options.timeoutMs, () => {
      this.#life?.watch();
      this.#send();
    });
  }

  /** Starts it for the first time; rejects with ServiceError TF_CONFIG where that cannot be done. */
  async start(): Promise<void> {
    const why = await new Promise<string | undefined>((resolve) => {
      this.#life = this.#begin(() => {
        resolve(undefined);
      }, resolve);
    });
    if (why === undefined) return;
    this.#life = undefined;
    const { name, module } = this.#options;
    throw new ServiceError('TF_CONFIG', `The enricher ${name} cannot be started: ${why}.`, {
      where: module,
      hint: 'Its default export must be a function that gives back an object with a function enrich; `node --check FILE` shows faults of syntax.',
    });
  }

  /** Asks about an event. `onDone` is called once; before this returns where it cannot be asked. */
  enrich(input: EnricherInput, onDone: EventHandler): void {
    if (this.#isClosed) onDone('stopped', []);
    else if (this.#life === undefined) onDone('crashed', []);
    else if (this.#isFull(input)) onDone('queue_full', []);
    else {
      this.#events.add(input, onDone);
      this.#send();
    }
  }

  #isFull({ text }: EnricherInput): boolean {
    const { size, characters } = this.#events;
    return size >= mostWaiting || characters + text.length > mostWaitingCharacters;
  }

  /** Ends the thread; its module is not asked. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#restartTimer);
    const life = this.#life;
    this.#life = undefined;
    this.#events.settleAll('stopped');
    await life?.end();
  }

  #begin(onReady: () => void, onUnusable: (why: string) => void): ThreadLife {
    const { module, options, limits, logger, name } = this.#options;
    return new ThreadLife({
      module: pathToFileURL(module).href,
      options,
      limits,
      onReady: () => {
        onReady();
        this.#send();
      },
      onMessage: (message) => {
        this.#take(message);
      },
      onOutput: (text) => {
        logger.info('enrichment.output', `${name}: ${text.trim().slice(0, longestText)}`, {
          enricher: name,
        });
      },
      onEnd: (why, livedMs) => {
        if (livedMs === undefined) onUnusable(why);
        else this.#recover(why, livedMs);
      },
    });
  }

  #recover(why: string, livedMs: number): void {
    const { name, limits, logger, restarts } = this.#options;
    this.#life = undefined;
    this.#ends = livedMs >= limits.stableMs ? 1 : this.#ends + 1;
    const waitMs = backoffMs(this.#ends, limits);
    logger.error(
      'enrichment.enricher_ended',
      `the thread of the enricher ${name} ended and is started again in ${waitMs} ms: ${why}`,
      { enricher: name, lost: this.#events.size },
    );
    this.#events.settleAll('crashed');
    if (this.#isClosed) return;
    this.#restartTimer = setTimeout(() => {
      restarts.value += 1;
      const life = this.#begin(
        () => undefined,
        (reason) => {
          this.#recover(reason, 0);
        },
      );
      this.#life = life;
    }, waitMs).unref();
  }

  #take(message: EnricherMessage): void {
    if (message.kind === 'answers' && areCheckedAnswers(message.answers)) {
      this.#events.settle(message.id, 'answered', message.answers);
    } else if (message.kind === 'failed' && typeof message.why === 'string') {
      const { name, logger } = this.#options;
      logger.warn(
        'enrichment.enricher_failed',
        `the enricher ${name} gave no answer: ${message.why}`,
        { enricher: name },
      );
      this.#events.settle(message.id, message.reason === 'error' ? 'error' : 'bad_answer', []);
    }
    this.#send();
  }

  /** Hands over what the thread has room for. */
  #send(): void {
    while (this.#life?.hasRoom === true) {
      const event = this.#events.takeUnsent();
      if (event === undefined) return;
      try {
        this.#life.post(event);
      } catch (error) {
        const { name, logger } = this.#options;
        logger.error('enrichment.not_sent', `the enricher ${name}: ${messageOf(error)}`, {
          enricher: name,
        });
        this.#events.settle(event.id, 'error', []);
      }
    }
  }
}
