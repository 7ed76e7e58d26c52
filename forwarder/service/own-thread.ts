import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/** From the sources a thread needs the loader that this process was started with. */
const isSource = import.meta.url.endsWith('.ts');
const loader = fileURLToPath(new URL('../../tools/ts-node.mjs', import.meta.url));
const execArgv = isSource ? ['--import', loader] : [];

/** Where a thread's program lies, from this folder, built or as source: `scanning/scan-worker`. */
export function threadProgram(name: string): URL {
  return new URL(`./${name}.${isSource ? 'ts' : 'js'}`, import.meta.url);
}

/** Starts a thread of ours; `workerData` is copied, but for shared memory. */
export function startThread(program: URL, workerData: unknown): Worker {
  return new Worker(program, { workerData, execArgv });
}
