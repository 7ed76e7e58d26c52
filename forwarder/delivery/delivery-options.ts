import type { Writable } from 'node:stream';

import type { Clock, CounterSource, Delivery, Histogram, Logger } from '../core/index.js';
import type { DeliveryAlarm } from './alarms.js';
import type { DeliveryTiming } from './backoff.js';
import type { CollectorOptions } from './collector-options.js';
import type { LaneStatus } from './lane.js';
import type { Spool } from './spool/spool.js';
import type { SpoolRelay } from './spool-relay.js';

/** What is kept to be sent again: `delivery.replay` of the configuration. */
export interface ReplayOptions {
  /** What a collector's machine has acknowledged may be unread so far back; see automaticMargin(). */
  readonly marginBytes?: number | undefined;
  /** Messages wait at most so long for a proof that they were read; 300 when absent, 0: for ever. */
  readonly confirmSeconds?: number;
  /** A connection on which nothing is acknowledged for so long is given up; 5 when absent. */
  readonly stallSeconds?: number;
}

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
  /**
   * Limits of what waits in memory; a message counts its body and 256 bytes, each of its variants its
   * text and 64 bytes.
   */
  readonly maxQueueBytes: number;
  readonly maxQueueMessages: number;
  readonly replay?: ReplayOptions;
  /**
   * Keeps messages on disk until they are done; absent: memory only. It belongs to delivery from now
   * on: close() closes it. `events` is what it was opened with.
   */
  readonly spool?: { readonly spool: Spool; readonly events: SpoolRelay } | undefined;
  /** Told, from the event loop, what an operator is to know at once; at most once a minute a kind. */
  readonly onAlarm?: ((alarm: DeliveryAlarm) => void) | undefined;
  readonly counters: CounterSource;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Told, in seconds, how long each message was on its way when it was first handed over. */
  readonly way?: Histogram | undefined;
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
  /** URL of the collector in use; of a group, the first that is connected. */
  readonly collector: string | undefined;
  /** Messages that wait to be sent, or sent again. */
  readonly waiting: number;
  /** Those of them that are only on disk. */
  readonly waitingOnDisk: number;
  /** What those in memory count against its limit. */
  readonly waitingBytes: number;
  /** Messages sent that may have to be sent again. */
  readonly unconfirmed: number;
  /** Messages found in the spool at the start. */
  readonly restored: number;
  /** Absent when there is none. */
  readonly spool: SpoolFigures | undefined;
  /** All collectors, in the configured order. */
  readonly collectors: readonly LaneStatus[];
}

export interface SpoolFigures {
  readonly bytes: number;
  readonly segments: number;
  readonly unwrittenBytes: number;
  readonly isHealthy: boolean;
}

export interface CollectorDelivery extends Delivery {
  /** Messages sent that may have to be sent again. */
  readonly unconfirmed: number;
  status(): DeliveryStatus;
}
