import type { FeedFault, FeedProblem, FeedRole, IndicatorKind } from '../../core/index.js';
import type { LeftOutByRule, Passed } from '../../feeds/index.js';

/**
 * `loaded`: read as it is now. `kept`: it cannot be used as it is now, so its records are those of
 * the index before. `awaited`: it is to be fetched and was not yet. `skipped`: it cannot be used, and
 * no index has records of it.
 */
export type FeedState = 'loaded' | 'kept' | 'awaited' | 'skipped';

/** Why a record, or an indicator of one, is not in the index: a fault of it, or a rule. */
export type LeftOutReason = FeedFault | LeftOutByRule | 'total-limit' | 'expired';

/** What was left out for one reason. */
export interface LeftOut {
  readonly why: LeftOutReason;
  readonly count: number;
  /** Numbers of the first records (lines). */
  readonly first: readonly number[];
  /** What is said of the first one. */
  readonly example: string;
}

/** Why a feed is not in the index as it is now. */
export interface FeedFailure {
  readonly message: string;
  readonly where?: string | undefined;
  readonly hint?: string | undefined;
  /** Of a fault of the machine: when it is tried again, milliseconds since 1970. */
  readonly retryAtMs?: number | undefined;
}

/** Whether the operating system is the cause (a disk, a mount, too many open files), not the file. */
export function isOfMachine(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return 'syscall' in error || isOfMachine(error.cause);
}

/** Records of a feed that are one after the other in an index. */
export interface RecordGroup {
  /** Its number among the feeds of the index. */
  readonly feed: number;
  /** When its records were last in the feed, milliseconds since 1970. */
  readonly lastSeenAtMs: number;
}

/** What came of reading one feed; kept with the index. */
export interface FeedOutcome {
  readonly name: string;
  /** `path` of its entry in the configuration. */
  readonly entry: string;
  readonly state: FeedState;
  /** Absolute path of its file or folder; '' when there was none. */
  readonly path: string;
  readonly fetchedFrom?: string | undefined;
  /** '' when it was not recognised. */
  readonly format: string;
  readonly role: FeedRole;
  readonly confidence: number;
  readonly sizeBytes: number;
  /** When its file was last written, milliseconds since 1970. */
  readonly modifiedAtMs: number;
  /** Age from which it counts as outdated, in hours; 0 = never. */
  readonly outdatedAfterHours: number;
  /** How long a record holds after it was last in the feed, in minutes; 0 = as long as it is in it. */
  readonly lifetimeMinutes?: number | undefined;
  /** Whether its source had last confirmed it too long ago when this was compiled. */
  readonly isOver?: boolean | undefined;
  /** Records in the feed's file, used or not. */
  readonly read: number;
  /** Records in the index, those that are retained included. */
  readonly records: number;
  /** Records that left the feed and whose lifetime is not over. */
  readonly retained: number;
  readonly indicators: Readonly<Partial<Record<IndicatorKind, number>>>;
  /** What was passed over and is no fault. */
  readonly passed: Readonly<Partial<Record<Passed, number>>>;
  readonly leftOut: readonly LeftOut[];
  /** How many faults there were in its rows. */
  readonly problemCount: number;
  /** The first problems, for the log and for `check`. */
  readonly problems: readonly FeedProblem[];
  readonly failure?: FeedFailure | undefined;
  /** The feed itself first, then what is retained. */
  readonly groups: readonly RecordGroup[];
}
