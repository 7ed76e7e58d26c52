import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

import { messageOf, ServiceError } from '../core/index.js';
import type { FileSink } from '../matching/index.js';

/** A file of this process that nobody else writes, beside the one it will replace. */
export function temporaryNameFor(path: string): string {
  return `${path}.${process.pid}-${randomBytes(6).toString('hex')}.tmp`;
}

/** Writes a new file, readable by its owner only. Errors are ServiceError TF_INDEX. */
export class IndexOutput implements FileSink {
  readonly #path: string;
  readonly #descriptor: number;

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
    closeSync(this.#descriptor);
  }
}

/** Puts a finished file in the place of `path`; whoever reads the old one goes on doing so. */
export async function replaceFile(temporary: string, path: string): Promise<void> {
  try {
    await rename(temporary, path);
    // The name must survive a power failure too.
    const directory = await open(dirname(path), 'r');
    await directory.sync().finally(() => directory.close());
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** Removes a file if it is there. */
export function removeFile(path: string): void {
  rmSync(path, { force: true });
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
    hint: 'see that index.directory can be written and its disk has room',
    cause,
  });
}
