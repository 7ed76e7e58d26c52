import type { Counter, Logger } from '../core/index.js';
import { messageOf } from '../core/index.js';
import { Throttle } from './throttle.js';

const logIntervalMs = 60_000;

/** What one listener tells the operator, each thing at most once a minute. */
export class ListenerLog {
  readonly #listener: string;
  readonly #logger: Logger;
  readonly #handlerErrors: Counter;
  readonly #throttle = new Throttle(logIntervalMs);

  constructor(listener: string, logger: Logger, handlerErrors: Counter) {
    this.#listener = listener;
    this.#logger = logger;
    this.#handlerErrors = handlerErrors;
  }

  warn(code: string, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#throttle.run(code, (heldBack) => {
      this.#logger.warn(code, message, { listener: this.#listener, ...fields, heldBack });
    });
  }

  /** A fault of ours in one event must not take the connection, or the service, with it. */
  readonly fault = (error: unknown): void => {
    this.#handlerErrors.value += 1;
    this.#throttle.run('intake.handler_failed', (heldBack) => {
      const stack = error instanceof Error ? error.stack : undefined;
      this.#logger.error('intake.handler_failed', messageOf(error), { heldBack, stack });
    });
  };
}
