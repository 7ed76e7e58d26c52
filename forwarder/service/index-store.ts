import { accessSync, constants, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { messageOf } from '../core/index.js';
import type { ReadOptions } from './compile-feeds.js';
import { compileIndexFile } from './compile-index.js';
import type { FeedRequest } from './index-inputs.js';
import { cannotWrite, removeFile, replaceFile, temporaryNameFor } from './index-output.js';

const fileName = 'threats.index';

/** Where an index is written to and read from. */
export interface IndexPlace {
  /** The file to compile into. It is not there yet. */
  readonly temporary: string;
  /** Called when it is compiled; gives the path to open. */
  settle(): Promise<string>;
  /** Called when it is open, or when something failed: removes what need not stay. */
  clear(): void;
}

/** The file of a directory that holds the index from one start to the next. */
export function keptFile(directory: string): string {
  return join(directory, fileName);
}

/**
 * A place in the directory. Processes that share one do not break each other: each writes a file of
 * its own and puts it in place at once. Throws what the system says when it cannot be written.
 */
export function keptPlace(directory: string): IndexPlace {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  removeLeftovers(directory);
  const path = keptFile(directory);
  const temporary = temporaryNameFor(path);
  return {
    temporary,
    async settle() {
      await replaceFile(temporary, path);
      return path;
    },
    clear() {
      removeFile(temporary);
    },
  };
}

/** A private place that is gone as soon as the index is open: an open file needs no name. */
export function passingPlace(): IndexPlace {
  const directory = mkdtempSync(join(tmpdir(), 'threat-forwarder-'));
  const temporary = join(directory, fileName);
  return {
    temporary,
    settle: () => Promise.resolve(temporary),
    clear() {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The kept place, or a passing one and a word about why when that cannot be written. */
export function placeFor(
  directory: string,
  keeps: boolean,
  onWarning: (message: string) => void,
): IndexPlace {
  if (!keeps) return passingPlace();
  try {
    return keptPlace(directory);
  } catch (error) {
    onWarning(
      `the index cannot be kept in ${directory} (index.directory), so each start reads all feeds: ${messageOf(error)}`,
    );
    return passingPlace();
  }
}

/**
 * Compiles feeds into a file whose folder need not be there, in this thread; whoever reads a file
 * that is there goes on doing so. Errors as compileIndexFile.
 */
export async function compileInto(
  path: string,
  request: FeedRequest,
  options: ReadOptions,
): Promise<void> {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw cannotWrite(path, error);
  }
  const temporary = temporaryNameFor(path);
  await compileIndexFile(request, temporary, options);
  try {
    await replaceFile(temporary, path);
  } catch (error) {
    removeFile(temporary);
    throw error;
  }
}

/** Files of processes that ended while they wrote. */
function removeLeftovers(directory: string): void {
  for (const name of readdirSync(directory)) {
    const pid = /\.index\.(\d+)-[0-9a-f]+\.tmp$/.exec(name)?.[1];
    if (pid === undefined || isRunning(Number(pid))) continue;
    removeFile(join(directory, name));
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
