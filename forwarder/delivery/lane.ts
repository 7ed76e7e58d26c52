import { messageOf } from '../core/index.js';
import type { Clock, Counter, CounterSource, LogFields, Logger } from '../core/index.js';
import { backoffMs } from './backoff.js';
import type { DeliveryTiming } from './backoff.js';
import { StallError } from './transports/index.js';
import type { CollectorTransport } from './transports/index.js';

/** What lanes share. */
export interface LaneContext {
  readonly counters: CounterSource;
  readonly logger: Logger;
  readonly clock: Clock;
  /** A clock that never jumps, in milliseconds; waits are measured by it. */
  readonly monotonic: Clock;
  readonly random: () => number;
  readonly timing: DeliveryTiming;
}

/** What is known of one collector, for health and status. */
export interface LaneStatus {
  readonly url: string;
  readonly isOpen: boolean;
  /** Attempts that failed in a row. */
  readonly failures: number;
  readonly lastError: { readonly message: string; readonly atMs: number } | undefined;
}

/** One collector: its transport, its connection's fate, and when it may be tried again. */
export class Lane {
  /** Called when the open connection is lost. */
  onLost: (() => void) | undefined;
  readonly transport: CollectorTransport;
  readonly sent: Counter;
  readonly oversized: Counter;
  readonly #context: LaneContext;
  readonly #connections: Counter;
  readonly #connectFailures: Counter;
  readonly #losses: Counter;
  #notBeforeMs = 0;
  #returnFromMs = 0;
  #failures = 0;
  #openSinceMs: number | undefined;
  #lastError: LaneStatus['lastError'];
  #warnedAtMs: number | undefined;

  constructor(transport: CollectorTransport, context: LaneContext) {
    this.transport = transport;
    this.#context = context;
    const labels = { collector: transport.url };
    const counter = (name: string): Counter => context.counters.counter(name, labels);
    this.sent = counter('tf_delivery_sent_total');
    this.oversized = counter('tf_delivery_oversized_total');
    this.#connections = counter('tf_delivery_connections_total');
    this.#connectFailures = counter('tf_delivery_connect_failures_total');
    this.#losses = counter('tf_delivery_connections_lost_total');
  }

  get isOpen(): boolean {
    return this.#openSinceMs !== undefined;
  }

  /** When it may be tried, on the monotonic clock. */
  get notBeforeMs(): number {
    return this.#notBeforeMs;
  }

  /** When it may be gone back to although another one works, on the monotonic clock. */
  get returnNotBeforeMs(): number {
    return Math.max(this.#notBeforeMs, this.#returnFromMs);
  }

  get status(): LaneStatus {
    return {
      url: this.transport.url,
      isOpen: this.isOpen,
      failures: this.#failures,
      lastError: this.#lastError,
    };
  }

  /** Forgets the wait: the next attempt may be now. */
  hurry(): void {
    this.#notBeforeMs = 0;
  }

  /** Tries to connect; resolves with whether it is open now. Never rejects. */
  async open(signal: AbortSignal): Promise<boolean> {
    this.transport.onLost = (error) => {
      this.#lost(error);
    };
    try {
      await this.transport.open(signal);
    } catch (error) {
      if (!signal.aborted) this.#failed(error);
      return false;
    }
    this.#openSinceMs = this.#context.monotonic();
    this.#connections.value++;
    this.#warnedAtMs = undefined;
    this.#context.logger.info('collector.connected', `Connected to ${this.transport.url}`);
    return true;
  }

  /** Ends the connection without its counting as lost. Never rejects. */
  async close(deadlineMs: number): Promise<void> {
    this.#openSinceMs = undefined;
    try {
      await this.transport.close(deadlineMs);
    } catch (error) {
      this.#remember(error);
    }
  }

  /** Ends an open connection at once, as lost. */
  async abandon(error: unknown): Promise<void> {
    if (!this.isOpen) return;
    this.#lost(error instanceof Error ? error : new Error(String(error)));
    await this.close(0);
  }

  #failed(error: unknown): void {
    this.#connectFailures.value++;
    this.#retryLater();
    const fields = this.#remember(error);
    const now = this.#context.clock();
    const { warnEveryMs } = this.#context.timing;
    if (this.#warnedAtMs !== undefined && now - this.#warnedAtMs < warnEveryMs) return;
    this.#warnedAtMs = now;
    this.#context.logger.warn(
      'collector.unreachable',
      `Cannot connect to ${this.transport.url}: ${messageOf(error)}`,
      fields,
    );
  }

  #lost(error: Error): void {
    const { monotonic, timing, logger } = this.#context;
    const livedMs = monotonic() - (this.#openSinceMs ?? 0);
    this.#openSinceMs = undefined;
    this.#losses.value++;
    const isStalled = error instanceof StallError;
    if (isStalled) this.#returnFromMs = monotonic() + timing.stallPenaltyMs;
    if (isStalled || livedMs < timing.stableMs) {
      this.#retryLater();
    } else {
      this.#failures = 0;
      this.hurry();
    }
    const fields = this.#remember(error);
    logger.warn('collector.lost', `Lost ${this.transport.url}: ${messageOf(error)}`, fields);
    this.onLost?.();
  }

  #retryLater(): void {
    const { monotonic, timing, random } = this.#context;
    this.#failures++;
    this.#notBeforeMs = monotonic() + backoffMs(this.#failures, timing, random());
  }

  #remember(error: unknown): LogFields {
    this.#lastError = { message: messageOf(error), atMs: this.#context.clock() };
    const hint =
      typeof error === 'object' && error !== null && 'hint' in error ? error.hint : undefined;
    return { collector: this.transport.url, ...(hint === undefined ? {} : { hint }) };
  }
}
