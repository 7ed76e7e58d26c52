import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

import type { EnricherThreadData } from './messages.js';

/** From the sources a thread needs the loader that this process was started with. */
const isSource = import.meta.url.endsWith('.ts');
const loader = fileURLToPath(new URL('../../../tools/ts-node.mjs', import.meta.url));
const execArgv = isSource ? ['--import', loader] : [];
const program = new URL(`./enricher-worker.${isSource ? 'ts' : 'js'}`, import.meta.url);

/** For what does not live long, beside the heap that a module may have. */
const youngMiB = 32;

/**
 * Starts the thread of an enricher. What the module prints comes out of `stdout` and `stderr` here:
 * the standard output of the service is for messages only.
 */
export function startWorker(workerData: EnricherThreadData, heapMiB: number): Worker {
  const resourceLimits = { maxOldGenerationSizeMb: heapMiB, maxYoungGenerationSizeMb: youngMiB };
  return new Worker(program, { workerData, execArgv, resourceLimits, stdout: true, stderr: true });
}
