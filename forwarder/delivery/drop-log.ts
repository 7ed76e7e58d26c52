import type { Clock, Counter, CounterSource, Logger } from '../core/index.js';

/** Why a message was given up; the label `reason` of tf_delivery_dropped_total. */
export type DropReason = 'queue_full' | 'spool_full' | 'spool_damaged' | 'too_long' | 'shutdown';

const explanations: Readonly<Record<DropReason, string>> = {
  queue_full: 'the queue was full, the oldest went; is the collector reachable and quick enough?',
  spool_full: 'the spool was full; is the collector reachable and quick enough?',
  spool_damaged: 'the spool could not give them back; look at its disk',
  too_long: 'too long for a datagram; use tcp:// or tls://',
  shutdown: 'still waiting when the service stopped',
};

export interface DropLogOptions {
  readonly counters: CounterSource;
  readonly logger: Logger;
  readonly clock: Clock;
  /** At most one line for a reason in so many milliseconds. */
  readonly everyMs: number;
}

/** Counts what is given up, and says so in the log: the first at once, then in sums. */
export class DropLog {
  readonly #options: DropLogOptions;
  readonly #counters: Readonly<Record<DropReason, Counter>>;
  readonly #unsaid = new Map<DropReason, number>();
  readonly #saidAtMs = new Map<DropReason, number>();

  constructor(options: DropLogOptions) {
    this.#options = options;
    const counter = (reason: DropReason): Counter =>
      options.counters.counter('tf_delivery_dropped_total', { reason });
    // All made now, so that every reason is shown from the start, as 0.
    this.#counters = {
      queue_full: counter('queue_full'),
      spool_full: counter('spool_full'),
      spool_damaged: counter('spool_damaged'),
      too_long: counter('too_long'),
      shutdown: counter('shutdown'),
    };
  }

  count(reason: DropReason, messages: number): void {
    const { clock, everyMs } = this.#options;
    this.#counters[reason].value += messages;
    this.#unsaid.set(reason, (this.#unsaid.get(reason) ?? 0) + messages);
    const now = clock();
    const saidAtMs = this.#saidAtMs.get(reason);
    if (saidAtMs !== undefined && Math.abs(now - saidAtMs) < everyMs) return;
    this.#saidAtMs.set(reason, now);
    this.#say(reason);
  }

  /** Says what was not said yet; for the end. */
  flush(): void {
    for (const reason of this.#unsaid.keys()) this.#say(reason);
  }

  #say(reason: DropReason): void {
    const messages = this.#unsaid.get(reason) ?? 0;
    if (messages === 0) return;
    this.#unsaid.set(reason, 0);
    this.#options.logger.warn(
      'delivery.dropped',
      `${messages} message${messages === 1 ? '' : 's'} dropped: ${explanations[reason]}`,
      { reason, messages },
    );
  }
}
