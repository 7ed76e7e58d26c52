import { messageOf } from '../../core/index.js';
import type { Clock, Counter, Logger } from '../../core/index.js';
import { hourMs } from './hour-counts.js';

export interface TroubleOptions {
  readonly directory: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly failures: Counter;
}

/** Tells the log of trouble with the disk: when it begins, each hour it lasts, and when it is over. */
export class Trouble {
  readonly #options: TroubleOptions;
  #toldAtMs: number | undefined;

  constructor(options: TroubleOptions) {
    this.#options = options;
  }

  /** A write has failed. */
  failed(error: unknown): void {
    const { directory, clock, logger, failures } = this.#options;
    failures.value += 1;
    const now = clock();
    if (this.#toldAtMs !== undefined && Math.abs(now - this.#toldAtMs) < hourMs) return;
    this.#toldAtMs = now;
    logger.warn(
      'statistics.not_written',
      `the statistics in ${directory} cannot be written, they are kept in memory: ${messageOf(error)}`,
      {
        directory,
        hint: 'look at the disk and the rights of the folder; each service needs a state.directory of its own',
      },
    );
  }

  /** A write has gone well. */
  ended(): void {
    if (this.#toldAtMs === undefined) return;
    this.#toldAtMs = undefined;
    const { directory, logger } = this.#options;
    logger.info('statistics.written_again', `the statistics in ${directory} are written again`, {
      directory,
    });
  }
}
