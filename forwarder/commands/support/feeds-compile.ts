import { resolve } from 'node:path';

import { exitCodes, ServiceError } from '../../core/index.js';
import { readDescription } from '../../service/indexing/index-input.js';
import { feedRequest } from '../../service/indexing/index-inputs.js';
import { compileInto, keptFile } from '../../service/indexing/index-store.js';
import { configOf } from './config-options.js';
import { describeIndex, printIndex } from './index-text.js';
import { createProgressBar } from './progress.js';
import { printJson } from './table.js';

/** Compiles the feeds of a configuration and says what came of it; resolves to the exit code. */
export async function compileFeedsCommand(
  options: Readonly<Record<string, unknown>>,
): Promise<number> {
  const loaded = await configOf(options);
  const output = options['output'] as string | undefined;
  const path = output === undefined ? keptFile(loaded.config.index.directory) : resolve(output);
  const startedAtMs = Date.now();
  const bar = createProgressBar({ stream: process.stderr, nowMs: Date.now });
  const { directory } = loaded.config.index;
  const task = {
    path,
    request: feedRequest(loaded),
    directory,
    previousPath: keptFile(directory),
    keepsRows: output === undefined,
  };
  const warnings: string[] = [];
  await compileInto(task, {
    onWarning: (message) => void warnings.push(message),
    onProgress({ bytes, totalBytes, feed }) {
      bar.update(bytes, totalBytes, `compiling ${feed}`);
    },
  })
    .catch((error: unknown) => {
      throw output === undefined ? error : aboutOutput(error);
    })
    .finally(() => {
      bar.clear();
    });
  const seconds = (Date.now() - startedAtMs) / 1000;
  const { header, description } = await readDescription(path);
  const described = describeIndex(path, header, description);
  if (options['json'] === true) printJson({ ...described, seconds });
  else printIndex(described, [['seconds', seconds.toFixed(1)]]);
  return exitCodes.done;
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
