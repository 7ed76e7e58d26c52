import { resolve } from 'node:path';

import { exitCodes, ServiceError } from '../../core/index.js';
import type { LoadedConfig } from '../../config/index.js';
import { readDescription } from '../../service/indexing/index-input.js';
import { feedRequest } from '../../service/indexing/index-inputs.js';
import { compileInto, keptFile } from '../../service/indexing/index-store.js';
import { readPin, savedPath } from '../../service/indexing/saved-indexes.js';
import { configOf } from './config-options.js';
import { isPickle, pickleRefused } from './feeds-pickle.js';
import { describeIndex, printIndex } from './index-text.js';
import { createProgressBar } from './progress.js';
import { printJson } from './table.js';

/** Where the index goes: the file the service uses, one with a name, or one named by its path. */
interface Target {
  readonly kind: 'kept' | 'saved' | 'output';
  readonly path: string;
}

/** Compiles the feeds of a configuration and says what came of it; resolves to the exit code. */
export async function compileFeedsCommand(
  options: Readonly<Record<string, unknown>>,
): Promise<number> {
  const loaded = await configOf(options);
  const { kind, path } = targetOf(options, loaded);
  const startedAtMs = Date.now();
  const bar = createProgressBar({ stream: process.stderr, nowMs: Date.now });
  const { directory } = loaded.config.index;
  const task = {
    path,
    request: feedRequest(loaded),
    directory,
    previousPath: keptFile(directory),
    keepsRows: kind === 'kept',
  };
  const warnings: string[] = [];
  await compileInto(task, {
    onWarning: (message) => void warnings.push(message),
    onProgress({ bytes, totalBytes, feed }) {
      bar.update(bytes, totalBytes, `compiling ${feed}`);
    },
  })
    .catch(async (error: unknown) => {
      throw await explained(kind === 'output' ? aboutOutput(error) : error);
    })
    .finally(() => {
      bar.clear();
    });
  const seconds = (Date.now() - startedAtMs) / 1000;
  const pin = kind === 'kept' ? readPin(directory) : undefined;
  if (pin !== undefined) {
    warnings.push(
      `an index is pinned (${pin.name ?? pin.path}): it is used instead, until feeds load --release`,
    );
  }
  for (const warning of warnings) process.stderr.write(`threat-forwarder: ${warning}\n`);
  const { header, description } = await readDescription(path);
  const described = describeIndex(path, header, description);
  if (options['json'] === true) printJson({ ...described, seconds });
  else {
    printIndex(described, [['seconds', seconds.toFixed(1)]]);
    if (kind === 'saved') {
      const name = String(options['save']);
      process.stdout.write(
        `\nSaved. To use it instead of the feeds: threat-forwarder feeds load ${name}\n`,
      );
    }
  }
  return exitCodes.done;
}

function targetOf(options: Readonly<Record<string, unknown>>, { config }: LoadedConfig): Target {
  const output = options['output'] as string | undefined;
  const name = options['save'] as string | undefined;
  const { directory } = config.index;
  if (output !== undefined && name !== undefined) {
    throw new ServiceError('TF_USAGE', '--save and --output exclude each other', {
      hint: 'save it by a name, or write it to a file',
    });
  }
  if (name !== undefined) {
    const path = savedPath(directory, name);
    refusePinned(directory, path, name);
    return { kind: 'saved', path };
  }
  if (output !== undefined) return { kind: 'output', path: resolve(output) };
  return { kind: 'kept', path: keptFile(directory) };
}

/** What is pinned was chosen for what is in it. */
function refusePinned(directory: string, path: string, name: string): void {
  if (readPin(directory)?.path !== path) return;
  throw new ServiceError('TF_USAGE', `the index ${name} is pinned: it is in use as it is`, {
    hint: 'save under another name, or go back to the feeds first: threat-forwarder feeds load --release',
  });
}

/** A feed that turns out to be a Python pickle is told to be one. */
async function explained(error: unknown): Promise<unknown> {
  if (!(error instanceof ServiceError) || error.code !== 'TF_FEED') return error;
  const { where } = error;
  return where !== undefined && (await isPickle(where)) ? pickleRefused(where) : error;
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
