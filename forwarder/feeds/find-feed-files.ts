import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { glob, hasMagic } from 'glob';
import { ServiceError } from '../core/index.js';
import { cannotRead, isSystemError } from './opening/cannot-read.js';

/** One feed that an entry's `path` stands for: a file, or several that are read as one. */
export interface FoundFeed {
  /** Absolute path: of the file, or of the folder that its parts are in. */
  readonly path: string;
  /** The files, in the order they are read. */
  readonly parts: readonly string[];
  /** Files with differences to it, the oldest first. */
  readonly differences: readonly string[];
  readonly sizeBytes: number;
  /** When the newest of the files was last written, milliseconds since 1970. */
  readonly modifiedAtMs: number;
  /** When anything about one of them last changed, its owner, mode or place included. */
  readonly changedAtMs: number;
  /** Whether the entry names this very file, not by a pattern. */
  readonly isNamed: boolean;
}

export interface FindOptions {
  readonly isFetched: boolean;
  /** A glob of files with differences. */
  readonly differences?: string | undefined;
}

/** Names in a folder that are no feeds: hidden, not finished, or our index, made of feeds. */
const unfinished = /^\.|\.(?:tmp|part|partial|crdownload|swp|index)$|~$/i;
/** What stands in the folder of a MISP feed beside its events. */
const mispManifest = 'manifest.json';
const mispHashes = 'hashes.csv';

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (isSystemError(error) && ['ENOENT', 'ENOTDIR'].includes(error.code ?? '')) return undefined;
    throw isSystemError(error) ? cannotRead(path, error) : error;
  }
}

/**
 * The feeds of an entry: the file itself, the files of a folder, or all that a glob matches, by
 * name. The folder of a MISP feed (with its manifest.json) is one feed. A file whose name looks like
 * a glob is taken as that file when it is there. Empty when nothing is found. Throws ServiceError
 * TF_FEED for what cannot be read; `where` is the place it names.
 */
export async function findFeedFiles(
  path: string,
  baseDirectory: string,
  where: string,
  { isFetched, differences }: FindOptions = { isFetched: false },
): Promise<readonly FoundFeed[]> {
  const absolute = resolve(baseDirectory, path);
  const stats = await statOf(absolute);
  if (stats !== undefined) {
    if (stats.isDirectory()) return inFolder(absolute, where);
    const changes = differences === undefined ? [] : await matching(differences, baseDirectory);
    return [await foundFeed(absolute, [absolute], changes, true)];
  }
  // The path of a fetched file is never a pattern, whatever is in it.
  if (isFetched || !hasMagic(path, { magicalBraces: true })) return [];
  return Promise.all(
    (await matching(path, baseDirectory)).map((file) => foundFeed(file, [file], [], false)),
  );
}

async function matching(pattern: string, baseDirectory: string): Promise<readonly string[]> {
  const matches = await glob(pattern, { cwd: baseDirectory, absolute: true, nodir: true });
  return matches.filter((match) => !unfinished.test(basename(match))).sort();
}

async function inFolder(folder: string, where: string): Promise<readonly FoundFeed[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw isSystemError(error) ? cannotRead(folder, error) : error;
  });
  const names = entries
    .filter((entry) => !entry.isDirectory() && !unfinished.test(entry.name))
    .map(({ name }) => name)
    .sort();
  if (names.includes(mispManifest)) {
    const events = names.filter((name) => /\.json$/i.test(name) && name !== mispManifest);
    const parts = events.map((name) => join(folder, name));
    if (parts.length > 0) return [await foundFeed(folder, parts, [], true)];
  }
  const files = names.filter((name) => name !== mispManifest && name !== mispHashes);
  if (files.length === 0) {
    throw new ServiceError('TF_FEED', `There is no feed in the folder "${folder}".`, {
      where,
      hint: 'Put the files of the feeds there, correct path, or set enabled: false.',
    });
  }
  return Promise.all(
    files.map((name) => foundFeed(join(folder, name), [join(folder, name)], [], false)),
  );
}

async function foundFeed(
  path: string,
  parts: readonly string[],
  differences: readonly string[],
  isNamed: boolean,
): Promise<FoundFeed> {
  let sizeBytes = 0;
  let modifiedAtMs = 0;
  let changedAtMs = 0;
  for (const part of [...parts, ...differences]) {
    const stats = await statOf(part);
    sizeBytes += stats?.size ?? 0;
    modifiedAtMs = Math.max(modifiedAtMs, stats?.mtimeMs ?? 0);
    changedAtMs = Math.max(changedAtMs, stats?.ctimeMs ?? 0);
  }
  return { path, parts, differences, sizeBytes, modifiedAtMs, changedAtMs, isNamed };
}

/** The error for an entry that stands for no file. */
export function nothingFound(path: string, baseDirectory: string, where: string): ServiceError {
  const isGlob = hasMagic(path, { magicalBraces: true });
  return new ServiceError(
    'TF_FEED',
    isGlob ? `No file matches "${path}".` : `There is no file "${path}".`,
    {
      where,
      hint: `${isAbsolute(path) ? '' : `Looked for in ${baseDirectory}. `}Correct path, put the feed there, or set enabled: false.`,
    },
  );
}
