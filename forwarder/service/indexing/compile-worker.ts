/** The thread that compiles feeds; compile-in-thread.ts starts it. */
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';

import { messageOf, ServiceError } from '../../core/index.js';
import { FeedLoadError } from './feed-load-error.js';
import { compileIndexFile, type CompileTask } from './compile-index.js';
import type { ThreadFailure, ThreadMessage } from './compile-in-thread.js';

function say(message: ThreadMessage): void {
  parentPort?.postMessage(message);
}

/** Errors lose their class on the way between threads. */
function failureOf(error: unknown): ThreadFailure {
  if (!(error instanceof ServiceError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
    return { code: 'TF_INTERNAL', message: text };
  }
  const { code, message, where, hint } = error;
  const feed = error instanceof FeedLoadError ? error.feed : undefined;
  return { code, message, where, hint, feed };
}

// Events go first. On Linux a thread has a priority of its own; elsewhere it is the whole process's.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

try {
  await compileIndexFile(workerData as CompileTask, {
    onWarning(warning) {
      say({ warning });
    },
    onProgress(progress) {
      say({ progress });
    },
  });
  say({ isDone: true });
} catch (error) {
  say({ failure: failureOf(error) });
}
