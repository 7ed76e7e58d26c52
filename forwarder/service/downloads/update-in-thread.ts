import { messageOf, ServiceError } from '../../core/index.js';
import type { FetchState } from '../../feeds/index.js';
import type { ThreadFailure } from '../indexing/compile-in-thread.js';
import { startThread, threadProgram } from '../own-thread.js';
import type { RemoteEntry } from './remote-entries.js';

export interface UpdateTask {
  readonly entry: RemoteEntry;
  /** `downloads.directory`. */
  readonly directory: string;
  /** The folder that relative paths of the configuration start from. */
  readonly baseDirectory: string;
}

/** UpdateResult as it goes between threads. */
export type UpdateOutcome =
  | { readonly kind: 'updated'; readonly state: FetchState; readonly records: number }
  | { readonly kind: 'unchanged'; readonly state: FetchState }
  | {
      readonly kind: 'failed';
      readonly state: FetchState | undefined;
      readonly failure: ThreadFailure;
    };

const program = threadProgram('downloads/update-worker');

/**
 * Fetches and checks a feed in a thread of its own, so that events go on meanwhile. An aborted
 * `signal` ends it at once: the old file stays, and what is left beside it goes at the next update.
 * Throws ServiceError TF_INTERNAL when the thread breaks, and the reason of `signal`.
 */
export async function updateInThread(
  task: UpdateTask,
  signal: AbortSignal,
): Promise<UpdateOutcome> {
  signal.throwIfAborted();
  const worker = startThread(program, task);
  const onAbort = (): void => void worker.terminate();
  signal.addEventListener('abort', onAbort, { once: true });
  let outcome: UpdateOutcome | undefined;
  let fault: unknown;
  worker.on('message', (message: UpdateOutcome) => {
    outcome = message;
  });
  worker.on('error', (error) => {
    fault = error;
  });
  await new Promise((resolve) => worker.once('exit', resolve));
  signal.removeEventListener('abort', onAbort);
  signal.throwIfAborted();
  if (outcome !== undefined) return outcome;
  throw new ServiceError('TF_INTERNAL', `fetching the feed broke off: ${messageOf(fault)}`, {
    hint: 'see that there is memory for it',
    cause: fault,
  });
}
