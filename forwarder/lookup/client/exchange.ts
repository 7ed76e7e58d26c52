import type { Dispatcher } from 'undici';
import { readBody } from '../../net/http/answer.js';
import { createDispatcher } from '../../net/http/dispatcher.js';
import { networkFault } from '../../net/http/network-faults.js';
import { askedPortal } from './asked-portal.js';
import { readOwnCertificate } from './own-certificate.js';
import type { PortalOptions } from './portal-options.js';
import { hearTlsAlerts } from './tls-alerts.js';

/** The most of one answer that is read; a report of all sections has a thousand records in each. */
export const mostAnswerBytes = 16 * 2 ** 20;

/** What is read of an answer nobody needs, so that its connection can be used again. */
const mostUnread = 64 * 1024;

export interface PortalAnswer {
  readonly status: number;
  /** Undefined when it is absent; the first of several. */
  header(name: string): string | undefined;
  /** The body of 200; undefined of any other answer. */
  readonly body: Buffer | undefined;
}

/** Requests to one portal over connections that are kept; certificates are always verified. */
export interface Exchange {
  /**
   * One request, one try; redirects are not followed, so that nothing secret goes elsewhere. Rejects
   * with ServiceError for what the network does.
   */
  get(url: string, signal: AbortSignal): Promise<PortalAnswer>;
  close(): Promise<void>;
}

/** The answer is more than is taken into memory. */
export class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge';

  constructor() {
    super(`the answer is larger than ${mostAnswerBytes / 2 ** 20} MiB`);
  }
}

/** Connections of one dispatcher; see createDispatcher. */
const connectionsEach = 4;

/**
 * Opens connections as the options want them. `headers` go with every request. Throws ServiceError
 * TF_CONFIG for files or a proxy that cannot be used.
 */
export async function openExchange(
  options: PortalOptions,
  address: string,
  headers: Readonly<Record<string, string>>,
): Promise<Exchange> {
  const { timeoutMs, proxy, maxConcurrent } = options;
  const tls = await readOwnCertificate(options, address);
  const { request } = await import('undici');
  const dispatchers = await Promise.all(
    Array.from({ length: Math.ceil(maxConcurrent / connectionsEach) }, () =>
      createDispatcher(tls, proxy, timeoutMs),
    ),
  );
  const unsubscribe = hearTlsAlerts();
  const out = new Map(dispatchers.map((dispatcher) => [dispatcher, 0]));

  return {
    async get(url, signal) {
      const dispatcher = firstFree(out);
      out.set(dispatcher, (out.get(dispatcher) ?? 0) + 1);
      const told = (isBeforeAnswer: boolean) => (error: unknown) =>
        networkFault(error, address, new URL(url).hostname, {
          what: askedPortal,
          // What a missing certificate does to TLS is told where the settings are known.
          isTls: false,
          certificate: undefined,
          isBeforeAnswer,
        });
      try {
        const response = await request(url, {
          dispatcher,
          headers: { 'user-agent': 'threat-forwarder', 'accept-encoding': 'gzip', ...headers },
          headersTimeout: timeoutMs,
          bodyTimeout: timeoutMs,
          signal,
        }).catch((error: unknown) => {
          throw told(true)(error);
        });
        const header = (name: string): string | undefined => {
          const value = response.headers[name];
          return Array.isArray(value) ? value[0] : value;
        };
        const status = response.statusCode;
        if (status !== 200) {
          await response.body.dump({ limit: mostUnread, signal }).catch(() => undefined);
          return { status, header, body: undefined };
        }
        const body = readBody(response.body, header('content-encoding'), {
          what: askedPortal,
          address,
          // Counted below, where its fault is told from others.
          maxBytes: Number.MAX_SAFE_INTEGER,
          timeoutMs,
          fault: told(false),
        });
        return { status, header, body: await whole(body) };
      } finally {
        out.set(dispatcher, (out.get(dispatcher) ?? 1) - 1);
      }
    },
    async close() {
      await Promise.all(dispatchers.map((dispatcher) => dispatcher.destroy()));
      unsubscribe();
    },
  };
}

async function whole(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > mostAnswerBytes) throw new AnswerTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}

/** The first with a connection to spare, so that few connections are kept busy. */
function firstFree(out: ReadonlyMap<Dispatcher, number>): Dispatcher {
  const [first] = out.keys();
  for (const [dispatcher, requests] of out) if (requests < connectionsEach) return dispatcher;
  if (first === undefined) throw new RangeError('maxConcurrent is less than 1');
  return first;
}
