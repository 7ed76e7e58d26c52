import { setTimeout as pauseFor } from 'node:timers/promises';

import type { SetupOptions } from './setup.js';

const firstPauseMs = 250;
const longestPauseMs = 5000;

/**
 * Pauses between looks at something that takes its time, each longer than the one before. What it gives
 * resolves to false, without a pause, when all of them together would be longer than the limit or the
 * signal is aborted.
 */
export function pauses(
  { signal, pause = wait }: Pick<SetupOptions, 'signal' | 'pause'>,
  limitMs: number,
): () => Promise<boolean> {
  let nextMs = firstPauseMs;
  let waitedMs = 0;
  return async () => {
    if (waitedMs + nextMs > limitMs || isAborted(signal)) return false;
    try {
      await pause(nextMs, signal);
    } catch (error) {
      if (isAborted(signal)) return false;
      throw error;
    }
    waitedMs += nextMs;
    nextMs = Math.min(longestPauseMs, nextMs * 2);
    return true;
  };
}

/** Asked anew each time: it changes during a pause. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

async function wait(ms: number, signal?: AbortSignal): Promise<void> {
  await pauseFor(ms, undefined, { signal });
}
