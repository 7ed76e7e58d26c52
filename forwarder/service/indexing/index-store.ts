import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { messageOf } from '../../core/index.js';
import { compileIndexFile, type CompileOptions, type CompileTask } from './compile-index.js';
import { makeFolder, removeLeftovers } from './index-folder.js';
import {
  cannotWrite,
  checkReplaceable,
  releaseTemporary,
  replaceFile,
  temporaryNameFor,
} from './index-output.js';

const fileName = 'threats.index';

/** Where an index is written to and read from. */
export interface IndexPlace {
  /** The file to compile into. It is not there yet. */
  readonly temporary: string;
  /** Whether it is there for the next start too. */
  readonly isKept: boolean;
  /** Called before the work: throws ServiceError TF_INDEX when it would be in vain. */
  check(): void;
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
  makeFolder(directory);
  accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  removeLeftovers(directory, Date.now());
  const path = keptFile(directory);
  const temporary = temporaryNameFor(path);
  return {
    temporary,
    isKept: true,
    check() {
      checkReplaceable(path);
    },
    async settle() {
      await replaceFile(temporary, path);
      return path;
    },
    clear() {
      releaseTemporary(temporary);
    },
  };
}

/**
 * A private place that is gone as soon as the index is open: an open file needs no name. Throws
 * ServiceError TF_INDEX when there is no folder for temporary files.
 */
export function passingPlace(): IndexPlace {
  const directory = makePrivate(join(tmpdir(), 'threat-forwarder-'));
  const temporary = join(directory, fileName);
  return {
    temporary,
    isKept: false,
    check: () => undefined,
    settle: () => Promise.resolve(temporary),
    clear() {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function makePrivate(prefix: string): string {
  try {
    return mkdtempSync(prefix);
  } catch (error) {
    throw cannotWrite(dirname(prefix), error);
  }
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
export async function compileInto(task: CompileTask, options: CompileOptions): Promise<void> {
  const { path } = task;
  checkReplaceable(path);
  try {
    makeFolder(dirname(path));
  } catch (error) {
    throw cannotWrite(path, error);
  }
  const temporary = temporaryNameFor(path);
  try {
    await compileIndexFile({ ...task, path: temporary }, options);
    await replaceFile(temporary, path);
  } finally {
    releaseTemporary(temporary);
  }
}
