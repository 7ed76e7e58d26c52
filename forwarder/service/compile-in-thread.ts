import { messageOf, ServiceError, type ErrorCode } from '../core/index.js';
import { FeedLoadError, type LoadProgress, type ReadOptions } from './compile-feeds.js';
import type { FeedRequest } from './index-inputs.js';
import { removeQuietly } from './index-output.js';
import { startThread, threadProgram } from './own-thread.js';

/** What the thread is asked to do. */
export interface CompileTask {
  readonly request: FeedRequest;
  /** The file to write. */
  readonly path: string;
}

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
  | { readonly isDone: true }
  | { readonly failure: ThreadFailure };

const program = threadProgram('compile-worker');

/**
 * compileIndexFile() in a thread of its own, so that events go on meanwhile; its memory goes with
 * it. The same errors; an aborted `signal` ends the thread at once, and no file is left.
 */
export async function compileInThread(
  request: FeedRequest,
  path: string,
  { onProgress, signal }: ReadOptions,
): Promise<void> {
  signal?.throwIfAborted();
  const task: CompileTask = { request, path };
  const worker = startThread(program, task);
  const onAbort = (): void => void worker.terminate();
  signal?.addEventListener('abort', onAbort, { once: true });
  let outcome: ThreadMessage | undefined;
  worker.on('message', (message: ThreadMessage) => {
    if ('progress' in message) onProgress?.(message.progress);
    else outcome = message;
  });
  let fault: unknown;
  worker.on('error', (error) => {
    fault = error;
  });
  await new Promise((resolve) => worker.once('exit', resolve));
  signal?.removeEventListener('abort', onAbort);
  if (outcome !== undefined && 'isDone' in outcome && signal?.aborted !== true) return;
  removeQuietly(path);
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
