import type { Indicator, IndicatorKind } from './indicator.js';

/**
 * One field of a record that is passed on with a detection, e.g. `['first_seen', '04.01.2016 16:40']`.
 * The name of a field of a nested object has `/` between the names: `whois/country`.
 */
export type ContextField = readonly [name: string, value: string];

/** A record as its format has it: texts, numbers, lists and objects, as JSON.parse gives them. */
export type FieldTree = Readonly<Record<string, unknown>>;

/** One entry of a feed: what it looks for, and what it says about it, in the supplier's order. */
export interface FeedRecord {
  readonly indicators: readonly Indicator[];
  readonly context: readonly ContextField[];
  /** Its number in the file, as FeedProblem.record; not kept in the index. */
  readonly number?: number | undefined;
  /**
   * The record as it stands in the feed, for the feed's rules (filters, required and actionable
   * fields). Absent where the format has no fields. Not kept in the index.
   */
  readonly fields?: FieldTree | undefined;
  /** What the configuration singles out (CyberTrace's actionable fields), by output name. */
  readonly actionable?: readonly ContextField[] | undefined;
}

/**
 * What is wrong with a row. `syntax`: it is not of the feed's format; `limit`: it is over a limit of
 * size, depth or number of fields; `encoding`: it is no UTF-8; `no-indicator`: there is nothing in it
 * to look for; `bad-indicator`: what stands there is none; `over-broad`: it would cover half of the
 * world (`com`, `0.0.0.0/0`); `unsupported`: it says something that is not evaluated.
 */
export const feedFaults = [
  'syntax',
  'limit',
  'encoding',
  'no-indicator',
  'bad-indicator',
  'over-broad',
  'unsupported',
] as const;
export type FeedFault = (typeof feedFaults)[number];

/** Why one record, or one indicator of it, was left out, and where; the rest of the feed goes on. */
export interface FeedProblem {
  /** Number of the record in its file, from 1; of a list or a CSV file, of the line. */
  readonly record: number;
  readonly fault: FeedFault;
  /** For people: `left out: "x y" is more than one word`. */
  readonly reason: string;
  /** The row as it stood in the feed, cut at some kilobytes, for the quarantine file. */
  readonly row?: string | undefined;
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
  /** False: the feed is only there to be searched; it neither detects nor suppresses. Default true. */
  readonly usedInMatching?: boolean | undefined;
  /** False: its detections are counted, not sent. Default true. */
  readonly sentToSiem?: boolean | undefined;
  /** 1 (guess) to 100 (certain). */
  readonly confidence: number;
  /** The event id of a detection, for each kind of indicator: `url` → `KL_Malicious_URL`. */
  readonly categories: Readonly<Record<IndicatorKind, string>>;
}
