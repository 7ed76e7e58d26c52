import { type FeedInfo, type FeedProblem, type FeedRecord, type Result } from '../core/index.js';
import { isKasperskyName } from './categories.js';
import { applyDifferences } from './differences/index.js';
import type { FeedOptions } from './feed-options.js';
import type { FoundFeed } from './find-feed-files.js';
import type { FeedReader, Passed } from './formats/format.js';
import { piecesOf } from './opening/pieces.js';
import { noRules, type FeedRules } from './rules/feed-rules.js';

/** Told the bytes read so far, for each piece: at the file's size all of it is read. */
export type ReadProgress = (bytesRead: number) => void;

export interface FeedReading {
  readonly onProgress?: ReadProgress | undefined;
  /** An aborted one ends the reading with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Told what is passed over: comments, blank lines, headings. */
  readonly onPassed?: ((what: Passed) => void) | undefined;
}

/** A feed's file (or files), found and recognised, not yet read. */
export interface FeedFile {
  readonly info: FeedInfo;
  /** `path` of its entry in the configuration. */
  readonly entry: string;
  /** Absolute path: of the file, or of the folder its files are in. */
  readonly path: string;
  /** Where it was fetched from; undefined for a local file. */
  readonly fetchedFrom: string | undefined;
  /** Name of the format, e.g. `kaspersky-json`. */
  readonly format: string;
  /** When the file was last written, milliseconds since 1970. */
  readonly modifiedAtMs: number;
  /** When anything about it last changed, its owner, mode or place included. */
  readonly changedAtMs: number;
  readonly sizeBytes: number;
  /** Age at which the feed counts as outdated, in hours; 0 = never. */
  readonly outdatedAfterHours: number;
  /** How long a record holds after it was last in the feed, in minutes; 0 = as long as it is in it. */
  readonly lifetimeMinutes: number;
  /** Which of its records are used; applied by who reads it. */
  readonly rules: FeedRules;
  readonly allowShrink: boolean;
  /**
   * Reads the file from its start, record by record, in bounded memory; may be called again.
   * Throws ServiceError TF_FEED when the file cannot be read or is damaged as a whole: nothing of
   * what was read until then may be used.
   */
  read(reading?: FeedReading): AsyncIterable<Result<FeedRecord, FeedProblem>>;
}

/** What is known of a feed's file before it is read. */
export interface FeedFileDetails {
  readonly info: FeedInfo;
  readonly found: FoundFeed;
  readonly reader: FeedReader;
  readonly options: FeedOptions;
}

/** Puts a feed's details and its reader together. */
export function feedFile(details: FeedFileDetails): FeedFile {
  const { info, found, reader, options } = details;
  return {
    info,
    entry: options.path,
    path: found.path,
    fetchedFrom: options.fetchedFrom,
    format: reader.name,
    modifiedAtMs: found.modifiedAtMs,
    changedAtMs: found.changedAtMs,
    sizeBytes: found.sizeBytes,
    outdatedAfterHours: options.outdatedAfterHours ?? 0,
    lifetimeMinutes: lifetimeOf(details),
    rules: { ...noRules, ...options.rules },
    allowShrink: options.allowShrink ?? false,
    // One file is read without anything in between: each layer costs a third of the time.
    read: (reading = {}) =>
      found.differences.length > 0
        ? withDifferences(details, reading)
        : found.parts.length === 1
          ? readPart(details, found.parts[0] ?? found.path, reading)
          : readParts(details, reading),
  };
}

/**
 * Kaspersky's feeds are whole at each version: what left them is gone. A fetched feed of somebody
 * else keeps its records for a while, unless it has their shape.
 */
function lifetimeOf({ info, options, reader }: FeedFileDetails): number {
  if (isKasperskyName(info.name)) return 0;
  const { lifetime, defaultLifetime = 0 } = options;
  return lifetime ?? (reader.name === 'kaspersky-json' ? 0 : defaultLifetime);
}

type Records = AsyncIterable<Result<FeedRecord, FeedProblem>>;

function readPart(
  { info, reader, options }: FeedFileDetails,
  path: string,
  { onProgress, signal, onPassed }: FeedReading,
): Records {
  const { fields, rootElement, delimiter, unpacking } = options;
  const pieces = piecesOf(path, { onProgress, signal, unpacking, member: info.name });
  return reader.read(pieces, { origin: path, fields, rootElement, delimiter, onPassed });
}

async function* readParts(
  details: FeedFileDetails,
  reading: FeedReading,
): AsyncGenerator<Result<FeedRecord, FeedProblem>, void, undefined> {
  let bytesBefore = 0;
  for (const path of details.found.parts) {
    let bytesOfPart = 0;
    const onProgress = (bytes: number): void => {
      bytesOfPart = bytes;
      reading.onProgress?.(bytesBefore + bytes);
    };
    yield* readPart(details, path, { ...reading, onProgress });
    bytesBefore += bytesOfPart;
  }
}

function withDifferences(details: FeedFileDetails, reading: FeedReading): Records {
  const { info, found, reader, options } = details;
  const { fields, unpacking } = options;
  const { signal } = reading;
  return applyDifferences(
    readParts(details, reading),
    found.differences.map((origin) => ({
      origin,
      read: () => piecesOf(origin, { signal, unpacking, member: info.name }),
    })),
    { format: reader.name, fields },
  );
}

/** Whether the feed's file is older than its configuration allows. */
export function isOutdated(
  { outdatedAfterHours, modifiedAtMs }: Pick<FeedFile, 'outdatedAfterHours' | 'modifiedAtMs'>,
  nowMs: number,
): boolean {
  const limitMs = outdatedAfterHours * 3_600_000;
  return limitMs > 0 && nowMs - modifiedAtMs > limitMs;
}
