import type { EventValues, Match, Message, Outcome } from './detection.js';
import type { DecodedEvent } from './event.js';
import type { FeedProblem, FeedRecord } from './feed.js';
import type { Observable } from './indicator.js';
import type { Result } from './result.js';

/**
 * The contracts of the stages, in the order of the data. Each is held to its promises by one
 * conformance suite in test/conformance.
 */

/** Takes the bytes of one line; the bytes belong to the caller and are only valid during the call. */
export type LineHandler = (bytes: Uint8Array, start: number, end: number) => void;

/**
 * Takes whole lines at once: `bytes` from `start` to `end`, each line ended by LF, the last one
 * perhaps by nothing. Gives back how many lines that were, empty ones left out. The bytes belong to
 * the caller and are only valid during the call. What goes wrong with one line is told to `onFault`,
 * and the others are taken all the same.
 */
export type LinesHandler = (
  bytes: Uint8Array,
  start: number,
  end: number,
  onFault: (error: unknown) => void,
) => number;

/** Hot path: bytes → "surely nothing" (0) or "perhaps something" (any other number: reasons). */
export interface Scanner {
  /** `start` and `end` bound the line in `bytes`; nothing is kept. Linear, allocates nothing. */
  scan(bytes: Uint8Array, start: number, end: number): number;
}

/**
 * Takes a line that may hold something, without its line end. `cleanBefore`: how many lines between
 * it and the one taken before it (or the batch's begin) surely hold nothing.
 */
export type PerhapsHandler = (
  bytes: Uint8Array,
  start: number,
  end: number,
  cleanBefore: number,
) => void;

/** The hot path over many lines at once; it answers for each line exactly as a Scanner does. */
export interface BatchScanner {
  /**
   * Reads the lines in `bytes` from `start` to `end`: each ends with LF, the last one perhaps with
   * nothing; one CR before it is left out, and empty lines do not count. Calls `onPerhaps` in the
   * order of the lines, and gives back how many after the last such line surely hold nothing. The
   * bytes must not change meanwhile, and are not needed afterwards.
   */
  scanLines(bytes: Uint8Array, start: number, end: number, onPerhaps: PerhapsHandler): number;
}

/** What the rules of one source found in one event. */
export interface Extraction {
  /** Name of the source. */
  readonly source: string;
  /** True when an ignore rule of the source dropped the event; nothing else is filled then. */
  readonly isIgnored: boolean;
  /** Distinct by kind and normal form, in the order found. */
  readonly observables: readonly Observable[];
  readonly values: EventValues;
  /** How often a pattern left the rest of a text out because it takes too much work; absent: never. */
  readonly patternsGivenUp?: number;
}

/** Cold path: finds the observables of an event. Never throws, linear in the event's length. */
export interface Extractor {
  extract(decoded: DecodedEvent, peer: string): Extraction;
  /** Whether the scanner may decide for events of this peer (only built-in rules apply to it). */
  allowsScanner(peer: string): boolean;
}

/** All feeds, compiled. Immutable; a new version replaces it as a whole. */
export interface ThreatIndex {
  /** Identifies the content: changes when and only when a feed's content or settings change. */
  readonly version: string;
  readonly indicatorCount: number;
  /** The matches of one observable, in feed order, then record order. Verified, not only probable. */
  find(observable: Observable): readonly Match[];
}

/** Reads one format. A bad record yields a problem and the rest goes on; memory stays bounded. */
export interface FeedFormat {
  readonly name: string;
  /** Throws ServiceError TF_FEED when the file as a whole is not of this format. */
  read(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Result<FeedRecord, FeedProblem>>;
}

/** Turns an outcome into one line. Never throws on any value; see docs/reference/events.md. */
export interface Renderer {
  render(outcome: Outcome): Message;
}

/**
 * Takes messages to one collector over one connection. Order is kept. A promise that resolves says
 * only that the operating system took the bytes, not that the collector has them.
 */
export interface Transport {
  /** The collector's address without secrets, e.g. `tls://siem.example:6514`. */
  readonly url: string;
  /** Upper limit for one line with its header, in bytes: 1,000 for UDP, else 4,000. */
  readonly maxMessageBytes: number;
  /** Resolves when messages can be sent; rejects with a retryable ServiceError otherwise. */
  open(signal: AbortSignal): Promise<void>;
  /**
   * Sends a batch, in order. Resolves with the number of messages the operating system took:
   * fewer than given when the connection was lost on the way (`onLost` is called then).
   */
  write(messages: readonly Message[]): Promise<number>;
  /** Ends the connection after what was written is out, within `deadlineMs`. Safe to call twice. */
  close(deadlineMs: number): Promise<void>;
  /** Called once for each open connection that is lost, whatever was under way. */
  onLost: ((error: Error) => void) | undefined;
}

/** The end of the pipeline: takes every message, never blocks, accounts for each. */
export interface Delivery {
  send(message: Message): void;
  /** Messages that wait to be sent, or to be sent again, in memory or in the spool. */
  readonly waiting: number;
  /**
   * Sends what waits, at most for `deadlineMs`; then closes. What is left stays in the spool for the
   * next run; without one it is counted as dropped.
   */
  close(deadlineMs: number): Promise<void>;
}
