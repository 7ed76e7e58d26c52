import { createDispatcher, networkFault, readBody } from '../../net/index.js';
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
  const dispatcher = await createDispatcher(tls, proxy, timeoutMs, maxConcurrent);
  const unsubscribe = hearTlsAlerts(new URL(address).host);

  return {
    async get(url, signal) {
      const told = (isBeforeAnswer: boolean) => (error: unknown) =>
        networkFault(error, address, new URL(url).hostname, {
          what: askedPortal,
          // What a missing certificate does to TLS is told where the settings are known.
          isTls: false,
          certificate: undefined,
          isBeforeAnswer,
        });
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
        // Drop by drop it could take for ever.
        const isEnough = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
        await response.body.dump({ limit: mostUnread, signal: isEnough }).catch(() => undefined);
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
    },
    async close() {
      await dispatcher.destroy();
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
