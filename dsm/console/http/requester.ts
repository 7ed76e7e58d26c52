import { setTimeout as pause } from 'node:timers/promises';

import type { Exchange, Query } from '../console-client.js';
import type { ConsoleError } from '../console-error.js';
import { answerFault } from './answer-faults.js';
import type { ConsoleAddress } from './address.js';
import { stopped, type Failure } from './network-faults.js';
import type { Hide } from './printed.js';
import { isWorthAnother, pauseAfter, retryAfterMs } from './retry.js';
import type { Answer, Transport, WireRequest } from './transport.js';

export interface Asking {
  readonly method: WireRequest['method'];
  /** Behind /api. */
  readonly path: string;
  readonly query?: Query | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
}

export interface RequesterOptions {
  readonly transport: Transport;
  readonly address: ConsoleAddress;
  readonly token: string;
  readonly hide: Hide;
  readonly attempts: number;
  readonly firstPauseMs: number;
  readonly signal: AbortSignal | undefined;
  readonly onExchange: ((exchange: Exchange) => void) | undefined;
}

/** Asks until there is an answer of success; see isWorthAnother() for how often. Throws ConsoleError. */
export type Requester = (asking: Asking) => Promise<Answer>;

export function createRequester(options: RequesterOptions): Requester {
  const { transport, address, token, hide, attempts, firstPauseMs, signal, onExchange } = options;
  return async ({ method, path, query, headers = {}, body }) => {
    const where = `${address.shown}/api${path}`;
    const request: WireRequest = {
      method,
      where,
      target: `${address.prefix}${path}${queryText(query)}`,
      headers: {
        'user-agent': 'threat-forwarder',
        accept: 'application/json',
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        sec: token,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    };
    for (let attempt = 1; ; attempt++) {
      const startedAtMs = performance.now();
      const outcome = await transport.exchange(request);
      const durationMs = performance.now() - startedAtMs;
      const error = errorOf(outcome, where, hide);
      onExchange?.({
        method,
        path,
        status: outcome.kind === 'answer' ? outcome.status : undefined,
        durationMs,
        attempt,
        ...(error === undefined ? {} : { problem: error.message }),
      });
      if (error === undefined) return outcome as Answer;
      if (attempt >= attempts || !isWorthAnother(method, outcome, attempt)) throw error;
      const askedForMs =
        outcome.kind === 'answer'
          ? retryAfterMs(outcome.header('retry-after'), Date.now())
          : undefined;
      const pauseMs = pauseAfter(attempt, firstPauseMs, askedForMs);
      await pause(pauseMs, undefined, signal === undefined ? {} : { signal }).catch(() => {
        throw stopped(where);
      });
    }
  };
}

/** Undefined for an answer of success. */
function errorOf(outcome: Answer | Failure, where: string, hide: Hide): ConsoleError | undefined {
  if (outcome.kind === 'failure') return outcome.error;
  const isGood = outcome.status >= 200 && outcome.status < 300;
  return isGood ? undefined : answerFault(outcome, where, hide);
}

function queryText(query: Query = {}): string {
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}
