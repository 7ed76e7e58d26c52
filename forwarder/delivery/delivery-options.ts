import type { Writable } from 'node:stream';

import type { Clock, CounterSource, Delivery, Logger } from '../core/index.js';
import type { DeliveryTiming } from './backoff.js';
import type { CollectorOptions } from './collector-options.js';
import type { LaneStatus } from './lane.js';

export interface DeliveryOptions {
  /** In order of preference; none means standard output. */
  readonly collectors: readonly CollectorOptions[];
  /** Host name of the syslog header: the log source identifier at JSA. */
  readonly identifier: string;
  /** Syslog facility, 1–23 (16 is local0). */
  readonly facility: number;
  /** Syslog severity, 1–7 (6 is informational). */
  readonly severity: number;
  /** Zone of the header's time; `local` when absent. */
  readonly timeZone?: 'local' | 'utc';
  /** Limits of what waits in memory; a message counts its body and 256 bytes. */
  readonly maxQueueBytes: number;
  readonly maxQueueMessages: number;
  readonly counters: CounterSource;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Waits and limits that differ from defaultTiming. */
  readonly timing?: Partial<DeliveryTiming>;
  /** Numbers from [0, 1[ for the jitter of the back-off. */
  readonly random?: () => number;
  /** Where messages go without a collector; the process's standard output when absent. */
  readonly output?: Writable;
}

/** What health and status show. */
export interface DeliveryStatus {
  readonly isConnected: boolean;
  /** URL of the collector in use. */
  readonly collector: string | undefined;
  readonly waiting: number;
  readonly waitingBytes: number;
  /** All collectors, in the configured order. */
  readonly collectors: readonly LaneStatus[];
}

export interface CollectorDelivery extends Delivery {
  status(): DeliveryStatus;
}
