import type { ContextField, FeedInfo } from './feed.js';
import type { Indicator, Observable, UrlObservable } from './indicator.js';

/**
 * What the rules found in one event, first value of each rule by the rule's name: `RE_URL`,
 * `RE_DOMAIN`, `RE_IP`, `RE_MD5`, `RE_SHA1`, `RE_SHA256`, `SRC_IP`, `DST_IP`, `RE_USERNAME`,
 * `DEV_TIME` (epoch milliseconds) and the names of configured rules. An absent rule found nothing.
 */
export type EventValues = ReadonlyMap<string, string>;

/** An observable and a record that covers it. */
export interface Match {
  readonly observable: Observable;
  /** The URL whose host `observable` is, when the event holds that host only inside the URL. */
  readonly url?: UrlObservable;
  readonly indicator: Indicator;
  readonly feed: FeedInfo;
  /** The record's context fields, in the record's order. */
  readonly context: readonly ContextField[];
  /** Fields that the feed's configuration singles out, by their output names. */
  readonly actionable?: readonly ContextField[] | undefined;
}

/** What a summary stands for: detections that were held back, none of which had a message of its own. */
export interface DetectionSummary {
  /** How many; at least 1. */
  readonly count: number;
  /** When the first and the last of them were detected. */
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

/** A match that is reported: one for each distinct value and matching record. */
export interface Detection {
  /** Of the message: differs for equal events, and from all ids of other runs of the service. */
  readonly id: string;
  /** Event id, e.g. `KL_Malicious_URL`. */
  readonly category: string;
  readonly match: Match;
  /** The event's values; the rule that caused this detection carries the value that caused it. */
  readonly values: EventValues;
  /** Name of the source whose rules were used. */
  readonly source: string;
  readonly detectedAtMs: number;
  /** Arrival number of the event, and place of this detection among those of the event, from 1. */
  readonly eventNumber: number;
  readonly ordinal: number;
  /** Present when this stands for several detections that were held back, not for one. */
  readonly summary?: DetectionSummary;
}

/**
 * The status events the service itself raises. Names: CyberTrace help, page 198337; LoopProbe,
 * LoopDetected, EventsShed and SpoolFull are this project's own.
 */
export const statusEvents = [
  'KL_ALERT_ServiceStarted',
  'KL_ALERT_ServiceStopped',
  'KL_ALERT_ConfigurationUpdated',
  'KL_ALERT_UpdatedFeed',
  'KL_ALERT_FailedToUpdateFeed',
  'KL_ALERT_OutdatedFeed',
  'KL_ALERT_FeedLoadedPartially',
  'KL_ALERT_IndicatorsStoreLimitExceeded',
  'KL_ALERT_ServiceUnavailable',
  'KL_ALERT_FreeSpaceEnds',
  'KL_ALERT_LoopProbe',
  'KL_ALERT_LoopDetected',
  'KL_ALERT_EventsShed',
  'KL_ALERT_SpoolFull',
] as const;
export type StatusEvent = (typeof statusEvents)[number];

/** What a message reports: the three event types the Kaspersky DSM records. */
export type Outcome =
  | { readonly kind: 'detect'; readonly detection: Detection }
  | {
      readonly kind: 'status';
      readonly event: StatusEvent;
      readonly context: readonly ContextField[];
      readonly atMs: number;
      readonly number: number;
    }
  | {
      readonly kind: 'evaluation';
      /**
       * `LookupFinished` for one event, `KL_EVALUATION_Verification` for a verification run,
       * `KL_EVALUATION_Lookup` for the portal's report on an indicator.
       */
      readonly event: string;
      readonly context: readonly ContextField[];
      readonly atMs: number;
      readonly number: number;
      /** `LookupFinished`: the values of the event, where they are known. */
      readonly values?: EventValues | undefined;
    };

export type OutcomeKind = Outcome['kind'];

/** A rendered line, ready for a collector. */
export interface Message {
  /** Equal on a resend, different for equal events: built from the event's arrival number. */
  readonly id: string;
  readonly kind: OutcomeKind;
  /** Event id, e.g. `KL_Malicious_URL`. */
  readonly event: string;
  /** Time of the syslog header, milliseconds since 1970. */
  readonly atMs: number;
  /** Everything after the syslog header's host name: `LEEF:1.0|…`. One line, no LF at its end. */
  readonly body: string;
  /**
   * The same in other dialects, by their names, for collectors that want one of them. Absent where
   * all collectors understand `body`.
   */
  readonly variants?: Readonly<Record<string, string>> | undefined;
}
