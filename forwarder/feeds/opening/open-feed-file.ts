import { constants, type BigIntStats } from 'node:fs';
import { lstat, open, realpath, type FileHandle } from 'node:fs/promises';
import { dirname, isAbsolute, relative, sep } from 'node:path';
import { ServiceError } from '../../core/index.js';
import { asReadError, isSystemError } from './cannot-read.js';
import { requireRegularFile } from './file-kind.js';

export interface OpenFileOptions {
  /** The folder that a symbolic link must stay in; default: the one the path is in. */
  readonly root?: string | undefined;
  /** Whether symbolic links that stay in `root` are followed; default true. */
  readonly followLinks?: boolean | undefined;
  /** The largest file that is opened, in bytes; default 256 GiB. */
  readonly maxFileBytes?: number | undefined;
}

/** A regular file, open for reading. Whoever opened it closes it. */
export interface OpenedFile {
  /** As it was asked for; what messages name. */
  readonly path: string;
  readonly handle: FileHandle;
  /** As it was when it was opened. */
  readonly stats: BigIntStats;
  readonly sizeBytes: number;
  /** When it was last written, milliseconds since 1970. */
  readonly modifiedAtMs: number;
  close(): Promise<void>;
}

const defaultMaxFileBytes = 2 ** 38;
/** A file may be replaced by a new version while it is being opened; not this often in a row. */
const attempts = 100;
/** O_NONBLOCK: a pipe that took the file's place must not keep us waiting for its writer. */
const openFlags =
  constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW | constants.O_NOCTTY;

/**
 * Opens a feed's file. Only a regular file is opened: no pipe, device, socket or folder. A symbolic
 * link is followed when what it leads to is in the folder the link is in, or below it (as in a
 * volume of Kubernetes: `x.json` → `..data/x.json`, `..data` → `..2026_11_21`).
 *
 * What was looked at before is compared with what was opened, so that nothing can be put in its place
 * in between; a file that was renamed into its place at that moment is looked at anew.
 *
 * Throws ServiceError TF_FEED for all else, and for what the operating system refuses.
 */
export async function openFeedFile(
  path: string,
  options: OpenFileOptions = {},
): Promise<OpenedFile> {
  try {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const opened = await tryToOpen(path, options);
      if (opened !== undefined) return opened;
    }
  } catch (error) {
    throw asReadError(error, path);
  }
  throw new ServiceError('TF_FEED', 'The feed was replaced again and again while it was opened.', {
    where: path,
    hint: 'Replace it less often; it is tried again.',
    retryable: true,
  });
}

/** Undefined when something else was put in the file's place meanwhile. */
async function tryToOpen(path: string, options: OpenFileOptions): Promise<OpenedFile | undefined> {
  const target = await targetOf(path, options);
  const before = await unlessReplaced(lstat(target, { bigint: true }));
  if (before === undefined) return undefined;
  requireRegularFile(before, path);
  const handle = await unlessReplaced(open(target, openFlags));
  if (handle === undefined) return undefined;
  try {
    const stats = await handle.stat({ bigint: true });
    requireRegularFile(stats, path);
    requireSize(stats, path, options.maxFileBytes ?? defaultMaxFileBytes);
    const isSame = stats.ino === before.ino && stats.dev === before.dev;
    // Once more: a folder on the way may have become a link.
    if (isSame && (await targetOf(path, options)) === target)
      return openedFile(path, handle, stats);
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return undefined;
}

/** The file itself, all links followed; only where they may be. */
async function targetOf(path: string, { root, followLinks }: OpenFileOptions): Promise<string> {
  const isLink = (await lstat(path)).isSymbolicLink();
  if (isLink && followLinks === false) {
    throw new ServiceError('TF_FEED', 'The feed is a symbolic link.', {
      where: path,
      hint: 'Name the file that it points to.',
    });
  }
  const target = await realpath(path);
  const folder = await realpath(root ?? dirname(path));
  if (isInside(folder, target)) return target;
  throw new ServiceError('TF_FEED', `The feed is a symbolic link that leads out of ${folder}.`, {
    where: path,
    hint: 'Name the file that it points to, or put the file itself into the folder.',
  });
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/**
 * What stood at a place a moment ago may be gone (ENOENT, ENOTDIR), a link (ELOOP), a pipe or socket
 * (ENXIO). The next look says what is there now, and refuses it if need be.
 */
const replacedCodes: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO']);

async function unlessReplaced<Value>(act: Promise<Value>): Promise<Value | undefined> {
  try {
    return await act;
  } catch (error) {
    if (isSystemError(error) && replacedCodes.has(error.code ?? '')) return undefined;
    throw error;
  }
}

function requireSize(stats: BigIntStats, path: string, maxBytes: number): void {
  if (stats.size <= maxBytes) return;
  throw new ServiceError(
    'TF_FEED',
    `The feed has ${stats.size} bytes, more than the ${maxBytes} that a feed may have.`,
    { where: path, hint: 'Check that it is a feed; split it into several files if it is one.' },
  );
}

function openedFile(path: string, handle: FileHandle, stats: BigIntStats): OpenedFile {
  return {
    path,
    handle,
    stats,
    sizeBytes: Number(stats.size),
    modifiedAtMs: Number(stats.mtimeNs) / 1e6,
    close: () => handle.close(),
  };
}
