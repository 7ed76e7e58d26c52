import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, resolve } from 'node:path';

import { glob } from 'glob';

import { messageOf, ServiceError } from '../../../core/index.js';
import { isOwnFile } from './own-files.js';

/** Where events come from. */
export type ScanInput =
  | {
      readonly kind: 'file';
      /** As it was named; relative to the working directory. */
      readonly name: string;
      readonly sizeBytes: number;
      readonly modifiedAtMs: number;
    }
  /** Standard input, or a pipe in the file system: can be read a single time. */
  | { readonly kind: 'stream'; readonly name: string }
  /** Events made of values of the command line. */
  | { readonly kind: 'values'; readonly name: string; readonly events: readonly string[] };

export const standardInput = '-';

/**
 * The inputs, in the order of the command line: `events` first, then what `paths` name: files,
 * folders with all that is below them, glob patterns, `-` for standard input. A file named twice is
 * read once. `onNotice` is told what of a folder is left out. Throws ServiceError TF_USAGE when
 * there is nothing, or a file cannot be read: before anything is sent.
 */
export async function findInputs(
  paths: readonly string[],
  events: readonly string[],
  onNotice: (text: string) => void,
): Promise<readonly ScanInput[]> {
  const inputs: ScanInput[] = [];
  if (events.length > 0) inputs.push({ kind: 'values', name: '(options)', events });
  const seen = new Set<string>();
  for (const path of paths) {
    for (const name of path === standardInput ? [path] : await filesOf(path, onNotice)) {
      const key = name === standardInput ? name : resolve(name);
      if (seen.has(key)) continue;
      seen.add(key);
      inputs.push(await inputOf(name));
    }
  }
  return inputs;
}

async function filesOf(path: string, onNotice: (text: string) => void): Promise<readonly string[]> {
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined && !found.isDirectory()) return [path];
  const isFolder = found !== undefined;
  const names = isFolder
    ? await glob('**', { cwd: path, nodir: true, dot: true, withFileTypes: true })
    : await glob(path, { nodir: true, withFileTypes: true });
  // What the search already knows of a file: a pipe found by chance would be waited for.
  const files = names.filter((entry) => !isFolder || entry.isFile() || entry.isSymbolicLink());
  const others = files.filter((entry) => isFolder && isOwnFile(entry.name));
  if (others.length > 0) {
    onNotice(`${path}: ${others.length} reports of earlier scans are left out`);
  }
  if (files.length < names.length) {
    onNotice(`${path}: ${names.length - files.length} entries that are no files are left out`);
  }
  const wanted = files.filter((entry) => !others.includes(entry));
  if (wanted.length > 0) {
    const nameOf = (entry: (typeof wanted)[number]): string => {
      if (isFolder) return join(path, entry.relative());
      return isAbsolute(path) ? entry.fullpath() : entry.relative();
    };
    return wanted.map(nameOf).sort();
  }
  throw new ServiceError(
    'TF_USAGE',
    isFolder ? `there is no file in ${path}` : `no file matches ${path}`,
    { hint: 'name files that exist; quote patterns so that the shell leaves them alone' },
  );
}

async function inputOf(name: string): Promise<ScanInput> {
  if (name === standardInput) return { kind: 'stream', name };
  try {
    const found = await stat(name);
    await access(name, constants.R_OK);
    if (!found.isFile()) return { kind: 'stream', name };
    return { kind: 'file', name, sizeBytes: found.size, modifiedAtMs: found.mtimeMs };
  } catch (error) {
    throw new ServiceError('TF_USAGE', `cannot read ${basename(name)}: ${messageOf(error)}`, {
      where: name,
      hint: 'name files that exist and that you may read',
      cause: error,
    });
  }
}
