import { randomUUID } from 'node:crypto';

import { type Answer, type Call, created, ok, Refusal, type Route } from '../api/answer.js';
import { listAnswer, pageOf } from '../api/list.js';
import type { Pauses } from '../api/pauses.js';
import type { ConsoleState } from '../console-state.js';
import type { KeptEvent } from '../syslog/kept-event.js';
import { type Row, runQuery } from './run-query.js';

/** For so long an equal query gets the search that is there. */
const repeatedWithinMs = 60_000;

interface Search {
  readonly id: string;
  readonly aql: string;
  readonly startedAtMs: number;
  readonly rows: readonly Row[];
}

export interface ArielOptions {
  readonly state: ConsoleState;
  readonly events: readonly KeptEvent[];
  /** How long a search takes, milliseconds. */
  readonly durationMs: number;
  readonly pauses: Pauses;
}

/**
 * Searches: each finds what is there when it is made, and takes its time to say so. A test double: what
 * it takes for good AQL proves nothing about a real console.
 */
export function arielRoutes({ state, events, durationMs, pauses }: ArielOptions): readonly Route[] {
  let searches: readonly Search[] = [];
  const path = '/ariel/searches';
  const searchOf = ({ parameters: [id] }: Call): Search => {
    const search = searches.find((one) => one.id === id);
    if (search === undefined) throw new Refusal(404, 1002, 'The search does not exist.');
    return search;
  };
  const leftMs = ({ startedAtMs }: Search): number => startedAtMs + durationMs - Date.now();
  const begin = ({ query }: Call): Answer => {
    const aql = query['query_expression'];
    if (aql === undefined || query['saved_search_id'] !== undefined) {
      throw new Refusal(422, 1005, 'Exactly one parameter is required.');
    }
    const known = searches.find(
      (one) => one.aql === aql && Date.now() - one.startedAtMs < repeatedWithinMs,
    );
    if (known !== undefined) return created(describe(known, leftMs(known), durationMs));
    const rows = runQuery(state, events, aql);
    const search = { id: randomUUID(), aql, startedAtMs: Date.now(), rows };
    searches = [...searches, search];
    // Also the quickest search is not done when it has just been made.
    return created(describe(search, Math.max(1, durationMs), Math.max(1, durationMs)));
  };
  return [
    {
      method: 'GET',
      path,
      query: ['filter', 'db_name'],
      handle: (call) => {
        const { body, ...answer } = listAnswer(
          searches.map(({ id }) => ({ id })),
          call,
        );
        return {
          ...answer,
          body: (body as readonly { readonly id: string }[]).map(({ id }) => id),
        };
      },
    },
    { method: 'POST', path, query: ['query_expression', 'saved_search_id'], handle: begin },
    {
      method: 'GET',
      path: `${path}/{id}`,
      handle: async (call) => {
        const search = searchOf(call);
        const wait = /^wait=(\d{1,4})$/.exec(call.headers['prefer'] ?? '')?.[1];
        if (wait !== undefined) {
          await pauses.wait(Math.min(leftMs(search), Number(wait) * 1000));
        }
        const isLate = wait !== undefined && leftMs(search) > 0;
        return { status: isLate ? 206 : 200, body: describe(search, leftMs(search), durationMs) };
      },
    },
    {
      method: 'DELETE',
      path: `${path}/{id}`,
      handle: (call) => {
        const search = searchOf(call);
        searches = searches.filter((one) => one !== search);
        return { status: 202, body: describe(search, leftMs(search), durationMs) };
      },
    },
    {
      method: 'GET',
      path: `${path}/{id}/results`,
      handle: (call) => {
        const search = searchOf(call);
        if (leftMs(search) > 0) throw new Refusal(404, 1003, 'The search is still in progress.');
        const { page, headers } = pageOf(search.rows, call.headers['range']);
        return { ...ok({ events: page }), headers };
      },
    },
  ];
}

function describe({ id, aql, rows }: Search, leftMs: number, durationMs: number): object {
  const done = leftMs <= 0 ? 1 : 1 - leftMs / durationMs;
  const status =
    done >= 1 ? 'COMPLETED' : done < 0.25 ? 'WAIT' : done < 0.75 ? 'EXECUTE' : 'SORTING';
  const recordCount = status === 'COMPLETED' ? rows.length : 0;
  return {
    cursor_id: id,
    search_id: id,
    status,
    progress: Math.floor(100 * done),
    progress_details: [],
    query_string: aql,
    query_execution_time: Math.max(0, durationMs - leftMs),
    record_count: recordCount,
    processed_record_count: recordCount,
    save_results: false,
    desired_retention_time_msec: 86_400_000,
    subsearch_ids: [],
    error_messages: [],
  };
}
