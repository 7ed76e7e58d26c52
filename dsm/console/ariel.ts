import { setTimeout as pauseFor } from 'node:timers/promises';

import type { ConsoleClient } from './console-client.js';
import { ConsoleError, isAnswer } from './console-error.js';
import { stopped } from './http/network-faults.js';
import { printed } from './http/printed.js';
import { pageRange, readPages } from './paging.js';

export interface SearchOptions {
  /** For the whole search; looked at between requests. */
  readonly timeLimitMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Default: the timer. Rejects when the signal is aborted. */
  readonly pause?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** What the console says of a search. */
interface SearchState {
  readonly search_id?: string;
  readonly status?: string;
  readonly record_count?: number;
  readonly error_messages?: unknown;
}

const firstPauseMs = 250;
const longestPauseMs = 5000;
const shownAqlLength = 400;

/**
 * Searches the console's events with AQL and gives the rows of the result, fields by their names in
 * the query. The console may answer an identical recent query with the result of then: a query that
 * is repeated has to differ each time. A search that does not end in time, or whose signal is aborted,
 * is taken away from the console, as far as that can be done.
 *
 * Throws ConsoleError: TF_CONSOLE for AQL the console does not take (the AQL stands in the message) and
 * for a search it gave up, TF_PEER_UNAVAILABLE for one that does not end in time.
 */
export async function searchEvents<Row>(
  client: ConsoleClient,
  aql: string,
  options: SearchOptions,
): Promise<readonly Row[]> {
  const { signal } = options;
  const created = await untilStopped(begin(client, aql), signal);
  const id = created.search_id;
  if (typeof id !== 'string' || id === '') {
    throw failed('the console began the search and gave it no id', aql, client);
  }
  const path = `/ariel/searches/${encodeURIComponent(id)}`;
  const wait = patience(client, path, options);
  try {
    const total = await untilCompleted(client, path, created, aql, wait, signal);
    for (;;) {
      try {
        return await untilStopped(readRows<Row>(client, path, total), signal);
      } catch (error) {
        // "Results are not ready", although the search is: soon.
        if (!isAnswer(error, 404, 1003)) throw error;
      }
      await wait();
    }
  } catch (error) {
    // Whether it goes away does not change what happened.
    if (isAbandoned(error)) await client.delete(path).catch(() => undefined);
    throw error;
  }
}

async function begin(client: ConsoleClient, aql: string): Promise<SearchState> {
  try {
    const query = { query_expression: aql };
    return (await client.post<SearchState | undefined>('/ariel/searches', { query })) ?? {};
  } catch (error) {
    if (!isAnswer(error, 422)) throw error;
    const { status, apiCode, where } = error;
    throw new ConsoleError(
      'TF_CONSOLE',
      `the console does not take the search: ${error.message}; AQL: ${printed(aql, shownAqlLength)}`,
      {
        where,
        hint: 'a function or property of the search may be missing on this console: dsm plan shows what is not set up',
        status,
        apiCode,
      },
    );
  }
}

/** Resolves to the number of rows, where the console tells it. */
async function untilCompleted(
  client: ConsoleClient,
  path: string,
  created: SearchState,
  aql: string,
  wait: () => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  for (let state = created; ;) {
    switch (state.status) {
      case 'COMPLETED':
        return state.record_count;
      case 'ERROR':
        throw failed(`the search failed${reasons(state.error_messages)}`, aql, client, path);
      case 'CANCELED':
        throw failed('somebody cancelled the search', aql, client, path);
      default:
      // WAIT, EXECUTE, SORTING, and what later releases add: not yet.
    }
    await wait();
    state = (await untilStopped(client.get<SearchState | undefined>(path), signal)) ?? {};
  }
}

/** Makes what waits, longer each time; it throws ConsoleError when the time limit is over. */
function patience(
  client: ConsoleClient,
  path: string,
  { timeLimitMs, signal, pause = timer }: SearchOptions,
): () => Promise<void> {
  const where = `${client.facts.address}/api${path}`;
  const startedAtMs = performance.now();
  let pauseMs = firstPauseMs;
  let waitedMs = 0;
  return async () => {
    const leftMs = timeLimitMs - Math.max(waitedMs, performance.now() - startedAtMs);
    if (leftMs <= 0) throw tooSlow(where, timeLimitMs);
    const nextMs = Math.min(pauseMs, leftMs);
    await pause(nextMs, signal).catch((error: unknown) => {
      throw signal?.aborted === true ? stopped(where) : error;
    });
    waitedMs += nextMs;
    pauseMs = Math.min(longestPauseMs, pauseMs * 1.5);
  };
}

/** `{"events":[…]}`: the rows stand under the name of what was searched. */
function readRows<Row>(
  client: ConsoleClient,
  path: string,
  total: number | undefined,
): Promise<readonly Row[]> {
  return readPages(async (first) => {
    const body = await client.get<unknown>(`${path}/results`, {}, pageRange(first));
    const rows: unknown = Object.values(body ?? {}).find(Array.isArray);
    return { items: (rows ?? []) as readonly Row[], total };
  }, `${client.facts.address}/api${path}/results`);
}

/** Gives up waiting for a request when the signal is aborted; the client ends it by its own. */
async function untilStopped<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => {
      reject(stopped('search'));
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function timer(ms: number, signal?: AbortSignal): Promise<void> {
  await pauseFor(ms, undefined, signal === undefined ? {} : { signal });
}

function failed(message: string, aql: string, client: ConsoleClient, path = ''): ConsoleError {
  return new ConsoleError('TF_CONSOLE', `${message}; AQL: ${printed(aql, shownAqlLength)}`, {
    where: `${client.facts.address}/api${path || '/ariel/searches'}`,
    hint: 'look for it under Log Activity, Manage Search Results, then start again',
  });
}

function tooSlow(where: string, timeLimitMs: number): ConsoleError {
  return new ConsoleError(
    'TF_PEER_UNAVAILABLE',
    `the search did not finish within ${Math.round(timeLimitMs / 100) / 10} s`,
    {
      where,
      hint: 'try again when the console has less to do, or give it more time',
      retryable: true,
    },
  );
}

/** Left by us, so that it still runs over there. */
function isAbandoned(error: unknown): boolean {
  return error instanceof ConsoleError && error.code === 'TF_PEER_UNAVAILABLE';
}

function reasons(messages: unknown): string {
  if (!Array.isArray(messages)) return '';
  const texts = messages
    .map((entry: unknown) =>
      typeof entry === 'object' && entry !== null && 'message' in entry ? entry.message : entry,
    )
    .filter((text) => typeof text === 'string');
  return texts.length === 0 ? '' : `: ${printed(texts.join('; '))}`;
}
