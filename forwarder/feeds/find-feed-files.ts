import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { glob, hasMagic } from 'glob';
import { ServiceError } from '../core/index.js';
import { cannotRead, isSystemError } from './feed-file.js';

/** One file that an entry's `path` stands for. */
export interface FoundFile {
  /** Absolute path. */
  readonly path: string;
  readonly stats: Stats;
  /** Whether the entry names this very file, not by a pattern. */
  readonly isNamed: boolean;
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (isSystemError(error) && ['ENOENT', 'ENOTDIR'].includes(error.code ?? '')) return undefined;
    throw isSystemError(error) ? cannotRead(path, error) : error;
  }
}

/**
 * The files of an entry: the file itself, or all that a glob matches, by name. A file whose name
 * looks like a glob is taken as that file when it is there. Empty when nothing is found. Throws
 * ServiceError TF_FEED for a folder and for what cannot be read; `where` is the place it names.
 */
export async function findFeedFiles(
  path: string,
  baseDirectory: string,
  where: string,
): Promise<readonly FoundFile[]> {
  const absolute = resolve(baseDirectory, path);
  const stats = await statOf(absolute);
  if (stats !== undefined) {
    if (!stats.isDirectory()) return [{ path: absolute, stats, isNamed: true }];
    throw new ServiceError('TF_FEED', `"${path}" is a folder, not a feed.`, {
      where,
      hint: `Name its files, for example ${path.replace(/\/+$/, '')}/*.json.`,
    });
  }
  if (!hasMagic(path, { magicalBraces: true })) return [];
  const matches = await glob(path, { cwd: baseDirectory, absolute: true, nodir: true });
  const found: FoundFile[] = [];
  for (const match of matches.sort()) {
    const matched = await statOf(match);
    if (matched !== undefined) found.push({ path: match, stats: matched, isNamed: false });
  }
  return found;
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
