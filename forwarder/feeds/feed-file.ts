import { createReadStream } from 'node:fs';
import { types } from 'node:util';
import {
  ServiceError,
  type FeedInfo,
  type FeedProblem,
  type FeedRecord,
  type Result,
} from '../core/index.js';
import type { FeedReader } from './formats/format.js';

/** Told the bytes read so far, for each piece: at the file's size all of it is read. */
export type ReadProgress = (bytesRead: number) => void;

/** A feed's file, found and recognised, not yet read. */
export interface FeedFile {
  readonly info: FeedInfo;
  /** Absolute path. */
  readonly path: string;
  /** Name of the format, e.g. `kaspersky-json`. */
  readonly format: string;
  /** When the file was last written, milliseconds since 1970. */
  readonly modifiedAtMs: number;
  readonly sizeBytes: number;
  /** Age at which the feed counts as outdated, in hours; 0 = never. */
  readonly outdatedAfterHours: number;
  /** How long an indicator of the feed holds, in minutes; 0 = for ever, undefined = not set. */
  readonly lifetimeMinutes: number | undefined;
  /**
   * Reads the file from its start, record by record, in bounded memory; may be called again.
   * Throws ServiceError TF_FEED when the file cannot be read or is damaged as a whole: nothing of
   * what was read until then may be used. An aborted `signal` ends it with the signal's reason.
   */
  read(
    onProgress?: ReadProgress,
    signal?: AbortSignal,
  ): AsyncIterable<Result<FeedRecord, FeedProblem>>;
}

/** What is known of a feed's file before it is read. */
export interface FeedFileDetails extends Omit<FeedFile, 'read' | 'format'> {
  readonly reader: FeedReader;
}

const pieceBytes = 262_144;

/** Puts a feed's details and its reader together. */
export function feedFile({ reader, ...details }: FeedFileDetails): FeedFile {
  return {
    ...details,
    format: reader.name,
    read: (onProgress, signal) =>
      reader.read(piecesOf(details.path, onProgress, signal), { origin: details.path }),
  };
}

/** Whether the feed's file is older than its configuration allows. */
export function isOutdated(file: FeedFile, nowMs: number): boolean {
  const limitMs = file.outdatedAfterHours * 3_600_000;
  return limitMs > 0 && nowMs - file.modifiedAtMs > limitMs;
}

async function* piecesOf(
  path: string,
  onProgress: ReadProgress | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const stream = createReadStream(path, { highWaterMark: pieceBytes });
  let bytesRead = 0;
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      signal?.throwIfAborted();
      yield piece;
      bytesRead += piece.length;
      onProgress?.(bytesRead);
    }
  } catch (error) {
    if (signal?.aborted === true || !isSystemError(error)) throw error;
    throw cannotRead(path, error);
  }
}

/** An error of the operating system, with its code (`ENOENT`, `EACCES`). */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  // Not instanceof: an error may come from another realm than this module.
  return types.isNativeError(error) && 'code' in error && typeof error.code === 'string';
}

/** The operator's view of a file that the operating system does not give. */
export function cannotRead(where: string, cause: NodeJS.ErrnoException): ServiceError {
  return new ServiceError('TF_FEED', `The feed cannot be read: ${cause.message}.`, {
    where,
    hint:
      cause.code === 'EACCES' || cause.code === 'EPERM'
        ? 'Let the user of the service read the file and enter its folders.'
        : 'Check that the file is there and its disk in order.',
    cause,
  });
}
