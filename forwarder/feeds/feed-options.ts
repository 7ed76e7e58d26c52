import type { IndicatorKind } from '../core/index.js';
import type { FieldRule } from './formats/format.js';
import type { UnpackingLimits } from './opening/unpacking-limits.js';
import type { FeedRules } from './rules/feed-rules.js';

/**
 * One entry of `feeds` or `allowLists`, as far as its files go: no secret is in it, and it can go to
 * another thread.
 */
export interface FeedOptions {
  /** A file, a folder or a glob; relative to the base directory. */
  readonly path: string;
  /** Where a fetched file came from: what people call it by. Absent for local files. */
  readonly fetchedFrom?: string | undefined;
  /** Default: the file's name without its extension. */
  readonly name?: string | undefined;
  /** Name of the format; default: recognised by the file's content. */
  readonly format?: string | undefined;
  /** Which fields hold indicators; default: those usual in the format. */
  readonly fields?: readonly FieldRule[] | undefined;
  readonly rootElement?: string | undefined;
  readonly delimiter?: string | undefined;
  /** Limits for packed files; default: the loosest ones. */
  readonly unpacking?: UnpackingLimits | undefined;
  /** A glob of files with differences to the one of `path`. */
  readonly differences?: string | undefined;
  /** 1 to 100; default 100 for `…_Data_Feed`, else 50. */
  readonly confidence?: number | undefined;
  /** How long a record holds after it was last in the feed, in minutes; 0 = as long as it is in it. */
  readonly lifetime?: number | undefined;
  /** The same where none is set and the feed is none of Kaspersky's; default 0. */
  readonly defaultLifetime?: number | undefined;
  /** Age of the file from which the feed counts as outdated, in hours; default 0 = never. */
  readonly outdatedAfterHours?: number | undefined;
  /** Categories that replace those the name gives. */
  readonly categories?: Partial<Readonly<Record<IndicatorKind, string>>> | undefined;
  /** What the feed's records must be, and what of them goes out; default: every record, all of it. */
  readonly rules?: Partial<FeedRules> | undefined;
  /** Whether a version with less than half of the records may replace the one before. */
  readonly allowShrink?: boolean | undefined;
  readonly usedInMatching?: boolean | undefined;
  readonly sentToSiem?: boolean | undefined;
  /** Default true; false leaves the entry out, and a file it names also out of other entries' globs. */
  readonly enabled?: boolean | undefined;
}
