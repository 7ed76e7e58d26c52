import type { CollectorOptions, DeliveryOptions } from '../../../forwarder/delivery/index.js';
import type { SpoolOptions } from '../../../forwarder/delivery/spool/index.js';
import type { Stream } from './numbered.js';

/** What a sender process is started with. */
export interface SenderSettings {
  readonly stream: Stream;
  readonly collectors: readonly CollectorOptions[];
  /** Options of delivery beside those that the process makes itself. */
  readonly options?: Partial<
    Pick<DeliveryOptions, 'maxQueueBytes' | 'maxQueueMessages' | 'replay' | 'timing'>
  >;
  /** Absent: messages wait in memory only. */
  readonly spool?: Pick<SpoolOptions, 'directory' | 'maxBytes' | 'segmentBytes' | 'whenFull'>;
}

/** What the test asks of it. */
export type SenderRequest =
  | { readonly ask: 'send'; readonly count: number; readonly perSecond: number }
  | { readonly ask: 'stop' }
  | { readonly ask: 'close'; readonly deadlineMs: number };

/** How it stands, told ten times a second. */
export interface SenderState {
  /** Numbers below this were handed to delivery. */
  readonly sent: number;
  readonly waiting: number;
  /** Sent and not yet confirmed by the collector's machine. */
  readonly unconfirmed: number;
  /** What its spool takes on disk. */
  readonly spoolBytes: number;
  /** False while its disk cannot be written. */
  readonly isSpoolHealthy: boolean;
  /** Messages on disk when it started, which it sends on. */
  readonly restored: number;
  readonly isConnected: boolean;
  readonly residentBytes: number;
  /** The longest delay of its event loop since it was last told, in milliseconds. */
  readonly loopDelayMs: number;
  readonly counters: Readonly<Record<string, number>>;
}

/** What it tells the test. */
export type SenderNotice =
  | { readonly tell: 'state'; readonly state: SenderState }
  | { readonly tell: 'sent'; readonly state: SenderState }
  | { readonly tell: 'closed'; readonly state: SenderState }
  | { readonly tell: 'log'; readonly code: string; readonly message: string };
