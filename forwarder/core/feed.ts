import type { Indicator, IndicatorKind } from './indicator.js';

/** One field of a record that is passed on with a detection, e.g. `['first_seen', '04.01.2016 16:40']`. */
export type ContextField = readonly [name: string, value: string];

/** One entry of a feed: what it looks for, and what it says about it, in the supplier's order. */
export interface FeedRecord {
  readonly indicators: readonly Indicator[];
  readonly context: readonly ContextField[];
}

/** Why one record was left out, and where; the rest of the feed goes on. */
export interface FeedProblem {
  /** Number of the record in its file, from 1. */
  readonly record: number;
  readonly reason: string;
}

/**
 * `detect`: an ordinary feed. `suppress`: FalsePositive and allow-lists; a value they cover is not
 * detected. `always`: InternalTI; detected even if a suppressing feed covers the value.
 * (CyberTrace help, page 194524.)
 */
export type FeedRole = 'detect' | 'suppress' | 'always';

/** A named, versioned set of records from one supplier. */
export interface FeedInfo {
  /** Name, e.g. `Malicious_URL_Data_Feed`. */
  readonly name: string;
  /** File or address it was read from. */
  readonly origin: string;
  readonly role: FeedRole;
  /** 1 (guess) to 100 (certain). */
  readonly confidence: number;
  /** The event id of a detection, for each kind of indicator: `url` → `KL_Malicious_URL`. */
  readonly categories: Readonly<Record<IndicatorKind, string>>;
}
