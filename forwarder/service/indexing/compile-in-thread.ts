import { messageOf, ServiceError, type ErrorCode } from '../../core/index.js';
import { type LoadProgress } from './compile-feeds.js';
import { FeedLoadError } from './feed-load-error.js';
import type { CompileOptions, CompileTask } from './compile-index.js';
import { removeQuietly } from './index-output.js';
import { startThread, threadProgram } from '../own-thread.js';

/** An error as it goes between threads. */
export interface ThreadFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly where?: string | undefined;
  readonly hint?: string | undefined;
  readonly feed?: string | undefined;
}

export type ThreadMessage =
  | { readonly progress: LoadProgress }
  | { readonly warning: string }
  | { readonly isDone: true }
  | { readonly failure: ThreadFailure };

const program = threadProgram('indexing/compile-worker');

/**
 * compileIndexFile() in a thread of its own, so that events go on meanwhile; its memory goes with
 * it. The same errors; an aborted `signal` ends the thread at once, and no file is left.
 */
export async function compileInThread(
  task: CompileTask,
  { onProgress, onWarning, signal }: CompileOptions,
): Promise<void> {
  signal?.throwIfAborted();
  const worker = startThread(program, task);
  const onAbort = (): void => void worker.terminate();
  signal?.addEventListener('abort', onAbort, { once: true });
  let outcome: ThreadMessage | undefined;
  worker.on('message', (message: ThreadMessage) => {
    if ('progress' in message) onProgress?.(message.progress);
    else if ('warning' in message) onWarning?.(message.warning);
    else outcome = message;
  });
  let fault: unknown;
  worker.on('error', (error) => {
    fault = error;
  });
  await new Promise((resolve) => worker.once('exit', resolve));
  signal?.removeEventListener('abort', onAbort);
  if (outcome !== undefined && 'isDone' in outcome && signal?.aborted !== true) return;
  removeQuietly(task.path);
  signal?.throwIfAborted();
  if (outcome !== undefined && 'failure' in outcome) throw errorOf(outcome.failure);
  throw new ServiceError('TF_INTERNAL', `compiling the feeds broke off: ${messageOf(fault)}`, {
    hint: 'see that there is memory for it: 40 bytes for each indicator',
    cause: fault,
  });
}

function errorOf({ code, message, where, hint, feed }: ThreadFailure): ServiceError {
  const details = {
    ...(where === undefined ? {} : { where }),
    ...(hint === undefined ? {} : { hint }),
  };
  return feed === undefined
    ? new ServiceError(code, message, details)
    : new FeedLoadError(feed, message, details);
}
