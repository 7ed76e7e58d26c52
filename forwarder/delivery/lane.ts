import { messageOf } from '../core/index.js';
import type { Clock, Counter, CounterSource, Histogram, LogFields, Logger } from '../core/index.js';
import { backoffMs } from './backoff.js';
import type { DeliveryTiming } from './backoff.js';
import type { OutboxEntry } from './outbox-entry.js';
import { StallError } from './transports/index.js';
import type { CollectorTransport } from './transports/index.js';
import { isBodyOf, variantOf } from './wording.js';
import type { Wording } from './wording.js';

/** What lanes share. */
export interface LaneContext {
  readonly counters: CounterSource;
  readonly logger: Logger;
  readonly clock: Clock;
  /** A clock that never jumps, in milliseconds; waits are measured by it. */
  readonly monotonic: Clock;
  readonly random: () => number;
  readonly timing: DeliveryTiming;
  /** Told of the age of each message that is handed over for the first time, in seconds. */
  readonly way?: Histogram | undefined;
}

/**
 * `assured`: sent again until the collector has surely read it. `sent`: done with when the operating
 * system has it. `best effort`: likewise, and nobody notices when it gets lost (UDP).
 */
export type AssuranceKind = 'assured' | 'sent' | 'best effort';

/** What is known of one collector, for health and status. */
export interface LaneStatus {
  readonly url: string;
  readonly group: string | undefined;
  readonly assurance: AssuranceKind;
  readonly isOpen: boolean;
  /** Milliseconds since 1970. */
  readonly connectedSinceMs: number | undefined;
  /** assured: on the wire of the present connection, or of the last one. */
  readonly sentBytes: number | undefined;
  readonly acknowledgedBytes: number | undefined;
  /** assured: bytes sent that the collector's machine has not acknowledged. */
  readonly lagBytes: number | undefined;
  /** Messages sent that may have to be sent again. */
  readonly unconfirmed: number;
  /** Attempts that failed in a row. */
  readonly failures: number;
  readonly lastError: { readonly message: string; readonly atMs: number } | undefined;
}

/** A connection that lived so long and carried something is worth a quick try after its loss. */
const usefulMs = 1000;

/** One collector: its transport, its connection's fate, and when it may be tried again. */
export class Lane {
  /** Called when the open connection is lost. */
  onLost: (() => void) | undefined;
  readonly transport: CollectorTransport;
  /** What its collector gets of a message. */
  readonly wording: Wording;
  readonly sent: Counter;
  readonly resent: Counter;
  readonly acknowledged: Counter;
  readonly oversized: Counter;
  readonly turnOvers: Counter;
  readonly #context: LaneContext;
  readonly #connections: Counter;
  readonly #connectFailures: Counter;
  readonly #losses: Counter;
  /** Messages sent as `body` for want of the collector's dialect; none for one that wants `body`. */
  readonly #dialectMissing: Counter | undefined;
  #notBeforeMs = 0;
  #returnFromMs = 0;
  #failures = 0;
  #openSinceMs: number | undefined;
  #connectedSinceMs: number | undefined;
  #lastError: LaneStatus['lastError'];
  #warnedAtMs: number | undefined;

  constructor(transport: CollectorTransport, context: LaneContext, wording: Wording = {}) {
    this.transport = transport;
    this.wording = wording;
    this.#context = context;
    const labels = { collector: transport.url };
    const counter = (name: string): Counter => context.counters.counter(name, labels);
    this.sent = counter('tf_delivery_sent_total');
    this.resent = counter('tf_delivery_resent_total');
    this.acknowledged = counter('tf_delivery_acknowledged_total');
    this.oversized = counter('tf_delivery_oversized_total');
    this.turnOvers = counter('tf_delivery_turn_overs_total');
    this.#connections = counter('tf_delivery_connections_total');
    this.#connectFailures = counter('tf_delivery_connect_failures_total');
    this.#losses = counter('tf_delivery_connections_lost_total');
    if (isBodyOf(wording)) return;
    this.#dialectMissing = counter('tf_delivery_dialect_missing_total');
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

  /** Since when the connection is open, on the monotonic clock. */
  get openSinceMs(): number | undefined {
    return this.#openSinceMs;
  }

  status(group: string | undefined, unconfirmed: number): LaneStatus {
    const { url, assurance } = this.transport;
    const isBestEffort = url.startsWith('udp:');
    return {
      url,
      group,
      assurance: assurance !== undefined ? 'assured' : isBestEffort ? 'best effort' : 'sent',
      isOpen: this.isOpen,
      connectedSinceMs: this.isOpen ? this.#connectedSinceMs : undefined,
      sentBytes: assurance?.sentBytes,
      acknowledgedBytes: assurance?.acknowledgedBytes,
      lagBytes: assurance && Math.max(0, assurance.sentBytes - assurance.acknowledgedBytes),
      unconfirmed,
      failures: this.#isStable ? 0 : this.#failures,
      lastError: this.#lastError,
    };
  }

  /** Forgets the wait: the next attempt may be now. */
  hurry(): void {
    this.#notBeforeMs = 0;
  }

  /** Milliseconds since 1970. */
  get nowMs(): number {
    return this.#context.clock();
  }

  /** A message of that time was handed over for the first time. */
  noteWay(atMs: number, nowMs: number): void {
    // The clock may have been set back meanwhile.
    this.#context.way?.observe(Math.max(0, nowMs - atMs) / 1000);
  }

  /** The transport has taken these. */
  noteSent(entries: readonly OutboxEntry[]): void {
    this.sent.value += entries.length;
    const { dialect } = this.wording;
    if (dialect === undefined || this.#dialectMissing === undefined) return;
    for (const { message } of entries) {
      if (variantOf(message, dialect) === undefined) this.#dialectMissing.value++;
    }
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
    this.#connectedSinceMs = this.#context.clock();
    this.#connections.value++;
    this.#warnedAtMs = undefined;
    this.#context.logger.info('collector.connected', `Connected to ${this.transport.url}`);
    return true;
  }

  /** Ends the connection without its counting as lost. Never rejects. */
  async close(deadlineMs: number): Promise<void> {
    if (this.#isStable) this.#failures = 0;
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

  get #isStable(): boolean {
    const { monotonic, timing } = this.#context;
    return this.#openSinceMs !== undefined && monotonic() - this.#openSinceMs >= timing.stableMs;
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
    const wasStable = this.#isStable;
    this.#openSinceMs = undefined;
    this.#losses.value++;
    const isStalled = error instanceof StallError;
    if (isStalled) this.#returnFromMs = monotonic() + timing.stallPenaltyMs;
    if (isStalled || !wasStable) {
      const carried = this.transport.assurance?.acknowledgedBytes ?? 0;
      if (!isStalled && livedMs >= usefulMs && carried > 0) this.#failures = 0;
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
