import type {
  CounterSource,
  FeedInfo,
  Logger,
  Match,
  Observable,
  ObservableKind,
} from '../../core/index.js';
import type { Access } from '../../net/index.js';
import type { LiveTime } from './live-time.js';

/** How much live lookups may take, of the server and of this machine. */
export interface LiveLimits {
  /** Values that wait to be asked; more are let go. */
  readonly maxQueue: number;
  /** Observables that wait for an answer, several for one value included; more are let go. */
  readonly maxWaiting: number;
  /** Answers that are kept, yes and no. */
  readonly maxCached: number;
  /** How long a yes is kept, and how long a no; milliseconds. */
  readonly ttlMs: number;
  readonly missTtlMs: number;
  readonly requestsPerSecond: number;
  /** Texts in one request. A URL has several, being written in several ways. */
  readonly valuesPerRequest: number;
  readonly maxInFlight: number;
  /** How long an answer may take, from the first byte sent to the last received; milliseconds. */
  readonly timeoutMs: number;
  /** The most of one answer that is read, in bytes; reading it takes the main thread some time. */
  readonly maxAnswerBytes: number;
  /** The pause after a failure, which doubles up to the longest; milliseconds. */
  readonly pauseMs: number;
  readonly maxPauseMs: number;
}

export const defaultLiveLimits: LiveLimits = {
  maxQueue: 1000,
  maxWaiting: 10_000,
  maxCached: 100_000,
  ttlMs: 14_400_000,
  missTtlMs: 3_600_000,
  requestsPerSecond: 10,
  valuesPerRequest: 50,
  maxInFlight: 2,
  timeoutMs: 5000,
  maxAnswerBytes: 8 * 2 ** 20,
  pauseMs: 30_000,
  maxPauseMs: 300_000,
};

export interface LiveOptions<Ticket> {
  /** The MISP: `https://misp.example.org`. */
  readonly address: string;
  readonly access: Pick<Access, 'auth' | 'tls' | 'proxy'>;
  /** What its answers are reported as: name, confidence, categories. */
  readonly feed: FeedInfo;
  /** Further filters of attributes/restSearch, as the configuration has them. */
  readonly query?: unknown;
  /** What is asked for; default: every kind. */
  readonly kinds?: readonly ObservableKind[] | undefined;
  /** Domains, addresses and ranges that are never asked for, besides what is not public. */
  readonly neverAsk?: readonly string[] | undefined;
  readonly limits?: Partial<LiveLimits> | undefined;
  readonly counters: CounterSource;
  readonly logger: Logger;
  readonly time?: LiveTime | undefined;
  /** A yes. What the caller gave with the observable comes back with it. */
  onAnswer(match: Match, ticket: Ticket): void;
}

/**
 * What became of a value that was to be asked for; each ends as exactly one of these, or is still
 * waiting. `not_asked`: it may not leave the house, or is of a kind that is not asked for.
 */
export const liveOutcomes = [
  'hit',
  'miss',
  'cached_hit',
  'cached_miss',
  'not_asked',
  'queue_full',
  'paused',
  'failed',
  'closed',
] as const;
export type LiveOutcome = (typeof liveOutcomes)[number];

export interface LiveLookups<Ticket> {
  /**
   * Has observables of one event looked up: what occurs in several of them is asked and reported
   * once. Returns at once and never throws; a yes comes by onAnswer, later, and a no never.
   */
  ask(observables: Iterable<Observable>, ticket: Ticket): void;
  /** Observables that wait for an answer. */
  readonly waiting: number;
  /** Requests that are out. */
  readonly inFlight: number;
  /** Answers that are kept. */
  readonly cached: number;
  /** Lets go of all that waits, and breaks off requests that are out. */
  close(): Promise<void>;
}
