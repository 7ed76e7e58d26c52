import type { ConsoleFacts } from '../console-client.js';
import { ConsoleError } from '../console-error.js';
import type { ConsoleAddress } from './address.js';
import { createConnector, NotOpened } from './connect.js';
import { networkFailure, silence, stopped, type Failure } from './network-faults.js';
import type { Hide } from './printed.js';
import type { Trust } from './trust.js';

export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** From the root of the server, with the query. */
  readonly target: string;
  /** As it may be shown: address and path. */
  readonly where: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  readonly text: string;
  /** When its head was there, milliseconds since 1970. */
  readonly receivedAtMs: number;
  header(name: string): string | undefined;
}

/** Connections to one console. Asks once; what to do about a failure is up to others. */
export interface Transport {
  /** Never rejects. */
  exchange(request: WireRequest): Promise<Answer | Failure>;
  /** Of the last connection. */
  certificate(): ConsoleFacts['certificate'];
  close(): Promise<void>;
}

export interface TransportOptions {
  readonly address: ConsoleAddress;
  readonly trust: Trust;
  /** For one whole answer. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly hide: Hide;
}

/** More than any list that is asked for here; what is longer is a mistake of somebody. */
const longestAnswerBytes = 64 * 2 ** 20;
const longestConnectMs = 10_000;

export async function openTransport(options: TransportOptions): Promise<Transport> {
  const { address, trust, timeoutMs, signal, hide } = options;
  // A tenth of a second to load; most commands talk to no console.
  const { Pool } = await import('undici');
  const connector = createConnector({
    ...{ address, trust, hide },
    timeoutMs: Math.min(longestConnectMs, Math.ceil(timeoutMs * 0.8)),
  });
  const pool = new Pool(address.origin, {
    connections: 4,
    keepAliveTimeout: 4000,
    keepAliveMaxTimeout: 10_000,
    // The whole answer has a limit of its own.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: (_target, done) => {
      connector.open(done);
    },
  });
  // The library tells nobody of an abort before there is a connection.
  const stopOpening = (): void => {
    connector.stop();
  };
  signal?.addEventListener('abort', stopOpening);
  const isStopped = (): boolean => signal?.aborted === true;

  async function exchange(request: WireRequest): Promise<Answer | Failure> {
    const { method, target, where, headers, body } = request;
    const ended = new AbortController();
    const end = (): void => {
      ended.abort();
    };
    if (isStopped()) return final(stopped(where));
    signal?.addEventListener('abort', end);
    const limit = setTimeout(end, timeoutMs);
    try {
      const response = await pool.request({
        method,
        path: target,
        headers,
        body: body ?? null,
        signal: ended.signal,
      });
      const receivedAtMs = Date.now();
      const header = headerReader(response.headers);
      const chunks: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of response.body as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > longestAnswerBytes) return final(tooLong(where));
        chunks.push(chunk);
      }
      const text = Buffer.concat(chunks, bytes).toString('utf8');
      return { kind: 'answer', status: response.statusCode, text, receivedAtMs, header };
    } catch (error) {
      if (isStopped()) return final(stopped(where));
      if (error instanceof NotOpened) return error.failure;
      if (ended.signal.aborted) return silence(where, timeoutMs);
      return networkFailure(error, where, true, hide);
    } finally {
      clearTimeout(limit);
      signal?.removeEventListener('abort', end);
    }
  }

  return {
    exchange,
    certificate: () => connector.certificate(),
    async close() {
      signal?.removeEventListener('abort', stopOpening);
      connector.stop();
      await pool.destroy();
    },
  };
}

function final(error: ConsoleError): Failure {
  return { kind: 'failure', error, mayBeSent: true, chance: 'none' };
}

function tooLong(where: string): ConsoleError {
  return new ConsoleError(
    'TF_CONSOLE',
    `the answer is longer than ${longestAnswerBytes / 2 ** 20} MiB`,
    { where, hint: 'check that the address is of the console; ask for less' },
  );
}

function headerReader(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Answer['header'] {
  return (name) => {
    const value = headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
}
