import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

import { messageOf, ServiceError } from '../../core/index.js';
import type { FileSink } from '../../matching/index.js';

/** Without folders: one folder can be known by several paths, and the names are random. */
const ownTemporaries = new Set<string>();

/**
 * A file of this process that nobody else writes, beside the one it will replace. It counts as in
 * use until releaseTemporary().
 */
export function temporaryNameFor(path: string): string {
  const name = `${path}.${process.pid}-${randomBytes(6).toString('hex')}.tmp`;
  ownTemporaries.add(basename(name));
  return name;
}

/** Removes a temporary file that was not put in place; says nothing when that fails. */
export function releaseTemporary(name: string): void {
  removeQuietly(name);
  ownTemporaries.delete(basename(name));
}

export function isOwnTemporary(name: string): boolean {
  return ownTemporaries.has(basename(name));
}

/** Writes a new file, readable by its owner only. Errors are ServiceError TF_INDEX. */
export class IndexOutput implements FileSink {
  readonly #path: string;
  readonly #descriptor: number;
  #isOpen = true;

  /** There must be no file at `path`. */
  constructor(path: string) {
    this.#path = path;
    this.#descriptor = guarded(path, () => openSync(path, 'wx', 0o600));
  }

  write(bytes: Uint8Array, position: number): void {
    guarded(this.#path, () => {
      for (let at = 0; at < bytes.length;) {
        at += writeSync(this.#descriptor, bytes, at, bytes.length - at, position + at);
      }
    });
  }

  /** Makes sure that all is on disk, and closes the file. */
  finish(): void {
    guarded(this.#path, () => {
      fsyncSync(this.#descriptor);
    });
    this.close();
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    guarded(this.#path, () => {
      closeSync(this.#descriptor);
    });
  }
}

/**
 * Throws ServiceError TF_INDEX when there is something at `path` that is no regular file: a folder
 * cannot be replaced, a device or a pipe must not be.
 */
export function checkReplaceable(path: string): void {
  const found = guarded(path, () => statSync(path, { throwIfNoEntry: false }));
  if (found === undefined || found.isFile()) return;
  const what = found.isDirectory() ? 'a folder' : 'no regular file';
  throw new ServiceError('TF_INDEX', `the index cannot be written: there is ${what} in its place`, {
    where: path,
    hint: 'move away what is there, or set another index.directory',
  });
}

/**
 * Puts a finished file in the place of `path`; whoever reads the old one goes on doing so. Throws
 * ServiceError TF_INDEX, retryable when somebody has removed the finished file.
 */
export async function replaceFile(temporary: string, path: string): Promise<void> {
  checkReplaceable(path);
  try {
    await rename(temporary, path);
  } catch (error) {
    throw isGone(temporary) ? removedMeanwhile(temporary, error) : cannotWrite(path, error);
  }
  try {
    // The name must survive a power failure too.
    const directory = await open(dirname(path), 'r');
    await directory.sync().finally(() => directory.close());
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

function isGone(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) === undefined;
}

function removedMeanwhile(temporary: string, cause: unknown): ServiceError {
  return new ServiceError('TF_INDEX', 'the new index was removed before it was put in place', {
    where: temporary,
    hint: 'start or reload once more; let no one else clear index.directory meanwhile',
    retryable: true,
    cause,
  });
}

/** Removes a file if it is there. */
export function removeFile(path: string): void {
  rmSync(path, { force: true });
}

/** As removeFile, for when there is an error already; a faulty disk may refuse this too. */
export function removeQuietly(path: string): void {
  try {
    removeFile(path);
  } catch {
    // What is left is removed as a leftover, or told about when it is read.
  }
}

function guarded<Value>(path: string, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** The operator's view of a file that cannot be written. */
export function cannotWrite(path: string, cause: unknown): ServiceError {
  return new ServiceError('TF_INDEX', `the index cannot be written: ${messageOf(cause)}`, {
    where: path,
    hint: 'see that index.directory and the folder for temporary files (TMPDIR) can be written and their disks have room',
    cause,
  });
}
