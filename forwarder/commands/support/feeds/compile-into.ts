import { resolve } from 'node:path';

import { ServiceError } from '../../../core/index.js';
import type { Config } from '../../../config/index.js';
import type { CompileOptions, CompileTask } from '../../../service/indexing/compile-index.js';
import { readDescription } from '../../../service/indexing/index-input.js';
import type { IndexDetails } from '../../../service/indexing/index-inputs.js';
import {
  checkReplaceable,
  removeQuietly,
  replaceFile,
} from '../../../service/indexing/index-output.js';
import { compileInto, keptFile } from '../../../service/indexing/index-store.js';
import { readPin, savedPath } from '../../../service/indexing/saved-indexes.js';
import { isPickle, pickleRefused } from './pickle.js';

/** Where an index goes: the file the service uses, one with a name, or one named by its path. */
export interface CompileTarget {
  readonly kind: 'kept' | 'saved' | 'output';
  readonly path: string;
}

/** What `--save` and `--output` mean. Throws ServiceError TF_USAGE. */
export function targetOf(
  options: Readonly<Record<string, unknown>>,
  { index: { directory } }: Pick<Config, 'index'>,
): CompileTarget {
  const output = options['output'] as string | undefined;
  const name = options['save'] as string | undefined;
  if (output !== undefined && name !== undefined) {
    throw new ServiceError('TF_USAGE', '--save and --output exclude each other', {
      hint: 'save it by a name, or write it to a file',
    });
  }
  if (output !== undefined) return { kind: 'output', path: resolve(output) };
  if (name === undefined) return { kind: 'kept', path: keptFile(directory) };
  const path = savedPath(directory, name);
  // What is pinned was chosen for what is in it.
  if (readPin(directory)?.path !== path) return { kind: 'saved', path };
  throw new ServiceError('TF_USAGE', `the index ${name} is pinned: it is in use as it is`, {
    hint: 'save under another name, or go back to the feeds first: threat-forwarder feeds load --release',
  });
}

/**
 * Compiles feeds into the target. In the file the service uses, a feed that cannot be used keeps its
 * records, as when the service compiles it; elsewhere it is an error, and what is there stays. Errors
 * as compileInto.
 */
export async function compileToTarget(
  { kind, path }: CompileTarget,
  task: Omit<CompileTask, 'path'>,
  options: CompileOptions,
): Promise<void> {
  if (kind === 'kept') {
    await compileInto({ ...task, path }, options).catch(rethrowExplained);
    return;
  }
  const part = `${path}.${process.pid}.part`;
  try {
    checkReplaceable(path);
    await compileInto({ ...task, path: part }, options);
    await refuseUnused(part);
    await replaceFile(part, path);
  } catch (error) {
    removeQuietly(part);
    await rethrowExplained(kind === 'output' ? aboutOutput(error) : error);
  }
}

/** Throws ServiceError TF_FEED for the first feed that is not in the index as it is now. */
async function refuseUnused(path: string): Promise<void> {
  const { description } = await readDescription(path);
  const { feeds } = description.details as IndexDetails;
  const unused = feeds.find(({ state }) => state === 'kept' || state === 'skipped');
  if (unused?.failure === undefined) return;
  const { message, where, hint } = unused.failure;
  throw new ServiceError('TF_FEED', message, {
    ...(where === undefined ? {} : { where }),
    ...(hint === undefined ? {} : { hint }),
  });
}

/** A feed that turns out to be a Python pickle is told to be one. */
async function rethrowExplained(error: unknown): Promise<never> {
  if (!(error instanceof ServiceError) || error.code !== 'TF_FEED') throw error;
  const { where } = error;
  throw where !== undefined && (await isPickle(where)) ? pickleRefused(where) : error;
}

/** What to do about a file that was named on the command line. */
function aboutOutput(error: unknown): unknown {
  if (!(error instanceof ServiceError) || error.code !== 'TF_INDEX') return error;
  const { code, message, where, retryable } = error;
  return new ServiceError(code, message, {
    ...(where === undefined ? {} : { where }),
    hint: '-o must name a file, such as FOLDER/threats.index, in a folder that can be written and has room',
    retryable,
    cause: error,
  });
}
