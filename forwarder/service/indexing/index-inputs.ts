import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { LoadedConfig } from '../../config/index.js';
import type { FeedOptions, FoundFeeds } from '../../feeds/index.js';
import { acceptedShrinks } from './accepted-shrinks.js';
import type { FeedFailure, FeedOutcome } from './feed-outcome.js';
import { allowListOptionsOf, feedOptionsOf } from './feed-options.js';

/** What the feeds are, and where: all that openFeeds() needs. */
export interface FeedRequest {
  readonly feeds: readonly FeedOptions[];
  readonly allowLists: readonly FeedOptions[];
  readonly baseDirectory: string;
  /** The most records of all feeds together. */
  readonly maxRecords?: number | undefined;
}

/** A file (or the files of a folder) as it was; another version differs in at least one. */
export interface FileVersion {
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  readonly changedAtMs: number;
}

export function versionOf({
  path,
  sizeBytes,
  modifiedAtMs,
  changedAtMs,
}: FileVersion): FileVersion {
  return { path, sizeBytes, modifiedAtMs, changedAtMs };
}

/** A version of a feed that was read and turned out to be of no use. */
export interface RefusedVersion {
  readonly feed: string;
  readonly version: FileVersion;
  readonly failure: FeedFailure;
}

/** What an index was made from: as long as it is the same, the index need not be made again. */
export interface IndexInputs {
  /** The build of the program: another one may read feeds otherwise. */
  readonly program: string;
  readonly request: FeedRequest;
  readonly files: readonly FileVersion[];
  /** Feeds that cannot be opened, and why. */
  readonly faults: readonly { readonly feed: string; readonly message: string }[];
  /** Feeds that may lose more than half of their records, this once. */
  readonly mayShrink: readonly string[];
}

/** What the service keeps in an index file. */
export interface IndexDetails {
  readonly inputs: IndexInputs;
  readonly compiledAtMs: number;
  readonly feeds: readonly FeedOutcome[];
  /** What need not be read again to know that it is of no use. */
  readonly refused: readonly RefusedVersion[];
}

export function feedRequest({ config, baseDirectory }: LoadedConfig): FeedRequest {
  return {
    feeds: feedOptionsOf(config),
    allowLists: allowListOptionsOf(config),
    baseDirectory,
    maxRecords: config.matching.maxRecords,
  };
}

/** What an index of these feeds would be made from. `directory`: that of the index. */
export function inputsOf(
  request: FeedRequest,
  { files, faults }: FoundFeeds,
  directory: string,
): IndexInputs {
  return {
    program: programBuild(),
    request,
    files: files.map(versionOf),
    faults: faults.map(({ name, entry, error }) => ({
      feed: name ?? entry,
      message: error.message,
    })),
    mayShrink: acceptedShrinks(directory, files),
  };
}

export function areSameInputs(left: IndexInputs, right: IndexInputs): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** The folders whose code decides what an index holds. */
const decisive = ['core', 'normalise', 'feeds', 'matching', 'service'];
let knownBuild: string | undefined;

/** The number of files of those folders, and when the last of them was written. */
function programBuild(): string {
  if (knownBuild !== undefined) return knownBuild;
  const root = fileURLToPath(new URL('../..', import.meta.url));
  let count = 0;
  let newestMs = 0;
  for (const folder of decisive) {
    const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
    for (const name of names) {
      if (!/\.[jt]s$/.test(name)) continue;
      count++;
      newestMs = Math.max(newestMs, statSync(join(root, folder, name)).mtimeMs);
    }
  }
  knownBuild = `${count} files, ${new Date(newestMs).toISOString()}`;
  return knownBuild;
}
