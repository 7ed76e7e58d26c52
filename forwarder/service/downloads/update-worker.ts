/** The thread that fetches and checks one feed; update-in-thread.ts starts it. */
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';

import { updateFeed } from '../../feeds/index.js';
import { checkFeedFile } from '../indexing/check-feed-file.js';
import { remoteFeedOf } from './remote-entries.js';
import type { UpdateOutcome, UpdateTask } from './update-in-thread.js';

const { entry, directory, baseDirectory } = workerData as UpdateTask;

// Events go first. On Linux a thread has a priority of its own; elsewhere it is the whole process's.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

const result = await updateFeed(remoteFeedOf(entry), {
  directory,
  clock: Date.now,
  check: (path) => checkFeedFile(entry.options, path, baseDirectory),
});

function outcomeOf(): UpdateOutcome {
  switch (result.kind) {
    case 'updated':
    case 'unchanged':
      return result;
    case 'failed': {
      const { code, message, where, hint } = result.error;
      return { kind: 'failed', state: result.state, failure: { code, message, where, hint } };
    }
    default:
      return result satisfies never;
  }
}

parentPort?.postMessage(outcomeOf());
