import { readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';

import { messageOf, ServiceError } from '../../core/index.js';
import { isSystemError } from '../../feeds/index.js';
import { cannotWrite } from './index-output.js';
import { replaceText } from './replace-text.js';

/** An index that is used instead of the configured feeds, until it is released. */
export interface Pin {
  /** Absolute path of the index file. */
  readonly path: string;
  /** The name it was saved by; undefined for any other file. */
  readonly name: string | undefined;
  /** The version of its content when it was pinned. */
  readonly version: string;
  /** When it was pinned, milliseconds since 1970. */
  readonly loadedAtMs: number;
}

export interface SavedIndex {
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
  /** Milliseconds since 1970. */
  readonly savedAtMs: number;
}

const savedFolder = 'saved';
const pinFile = 'pinned.json';
const ending = '.index';
const legalName = /^[A-Za-z0-9_-]{1,100}$/;

/** Whether a text can be the name of a saved index. */
export function isSavedName(text: string): boolean {
  return legalName.test(text);
}

/**
 * Where an index is saved by name, in `index.directory`; it need not be there. Throws ServiceError
 * TF_USAGE for what is no name, TF_INDEX when a link leads out of the directory.
 */
export function savedPath(directory: string, name: string): string {
  if (!isSavedName(name)) {
    throw new ServiceError('TF_USAGE', `"${name}" cannot be the name of a saved index`, {
      hint: 'use up to 100 letters, digits, _ and -',
    });
  }
  const path = join(directory, savedFolder, `${name}${ending}`);
  for (const one of [join(directory, savedFolder), path]) refuseWayOut(directory, one);
  return path;
}

/** The file that notes which index is pinned. */
export function pinPath(directory: string): string {
  return join(directory, pinFile);
}

/** All saved indexes, by name. */
export function listSaved(directory: string): readonly SavedIndex[] {
  const folder = join(directory, savedFolder);
  return namesIn(folder)
    .filter((file) => file.endsWith(ending) && isSavedName(file.slice(0, -ending.length)))
    .sort()
    .flatMap((file) => {
      const path = join(folder, file);
      const stats = statSync(path, { throwIfNoEntry: false });
      if (stats?.isFile() !== true) return [];
      const name = file.slice(0, -ending.length);
      return [{ name, path, sizeBytes: stats.size, savedAtMs: stats.mtimeMs }];
    });
}

/** Has an index used instead of the feeds. Throws ServiceError TF_INDEX when that cannot be noted. */
export function pinIndex(directory: string, pin: Pin): void {
  const { name, path, version, loadedAtMs } = pin;
  const target = pinPath(directory);
  const place = name === undefined ? { file: path } : { saved: name };
  try {
    replaceText(target, `${JSON.stringify({ ...place, version, loadedAtMs })}\n`);
  } catch (error) {
    throw cannotWrite(target, error);
  }
}

/** Has the feeds used again; whether an index was pinned. Throws ServiceError TF_INDEX. */
export function unpin(directory: string): boolean {
  const path = pinPath(directory);
  try {
    const wasThere = statSync(path, { throwIfNoEntry: false }) !== undefined;
    rmSync(path, { force: true });
    return wasThere;
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/**
 * The pinned index; undefined when the feeds are used. Throws ServiceError TF_INDEX when there is a
 * note that cannot be read: going on with the feeds would undo what somebody has decided.
 */
export function readPin(directory: string): Pin | undefined {
  const path = pinPath(directory);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    // In a directory that is closed to it nobody has pinned anything for this service.
    if (!isThere(path)) return undefined;
    throw badPin(path, messageOf(error), error);
  }
  const pin = pinOf(text, directory);
  if (pin === undefined) throw badPin(path, 'it does not say which');
  return pin;
}

function pinOf(text: string, directory: string): Pin | undefined {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof content !== 'object' || content === null) return undefined;
  const { file, saved, version, loadedAtMs } = content as Readonly<Record<string, unknown>>;
  if (typeof version !== 'string' || typeof loadedAtMs !== 'number') return undefined;
  if (typeof saved === 'string' && isSavedName(saved)) {
    return { path: savedPath(directory, saved), name: saved, version, loadedAtMs };
  }
  return typeof file === 'string' && file.startsWith(sep)
    ? { path: file, name: undefined, version, loadedAtMs }
    : undefined;
}

function badPin(path: string, reason: string, cause?: unknown): ServiceError {
  return new ServiceError(
    'TF_INDEX',
    `an index is pinned, but which one cannot be read: ${reason}`,
    {
      where: path,
      hint: 'threat-forwarder feeds load NAME pins one anew, feeds load --release goes back to the feeds',
      cause,
    },
  );
}

/** A link in the directory must not lead out of it: what is written there would be somewhere else. */
function refuseWayOut(directory: string, path: string): void {
  const real = realOf(path);
  if (real === undefined) return;
  const root = realOf(directory) ?? directory;
  if (real.startsWith(root.endsWith(sep) ? root : `${root}${sep}`)) return;
  throw new ServiceError('TF_INDEX', 'a link leads out of index.directory', {
    where: path,
    hint: 'remove the link; an index elsewhere is loaded by its path',
  });
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isNotThere(error)) return [];
    throw new ServiceError('TF_INDEX', `the saved indexes cannot be listed: ${messageOf(error)}`, {
      where: folder,
      hint: 'see that the folder can be read',
      cause: error,
    });
  }
}

/** A path too long for a file has none. */
function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

function isNotThere(error: unknown): boolean {
  const gone = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'];
  return isSystemError(error) && gone.includes(error.code ?? '');
}
