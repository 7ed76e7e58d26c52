import { setTimeout as sleep } from 'node:timers/promises';

import {
  consoleEventOf,
  namingOf,
  noticesQuery,
  type SearchConsole,
} from '../../../../../verification/console/index.js';

export interface FindResultOptions {
  readonly search: SearchConsole;
  readonly identifier: string;
  readonly runId: string;
  readonly timeLimitMs: number;
  readonly pollMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** The outcome was sent just now; clocks may differ. */
const resultMinutes = 15;

/**
 * Looks for the KL_EVALUATION_Verification of a run. Says how the console names it, or that it is not
 * there within the time. Throws what `search` throws.
 */
export async function findResult(
  options: FindResultOptions,
): Promise<'named' | 'unknown' | 'stored' | 'missing'> {
  const { search, identifier, runId, timeLimitMs, pollMs = 2000, signal } = options;
  const deadlineMs = Date.now() + timeLimitMs;
  for (;;) {
    const rows = await search(noticesQuery(identifier, resultMinutes), timeLimitMs);
    const found = rows
      .map(consoleEventOf)
      .find(
        ({ leef }) =>
          leef?.eventId === 'KL_EVALUATION_Verification' && leef.attributes.get('run') === runId,
      );
    if (found !== undefined) return namingOf(found);
    if (signal?.aborted === true || Date.now() + pollMs > deadlineMs) return 'missing';
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  }
}
