import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';

import { messageOf, ServiceError } from '../../core/index.js';
import type { Logger } from '../../core/index.js';
import { answerHeaders, isLoopbackAddress, refusalOf } from './health-guard.js';
import type { ServiceStatus } from './status.js';

/** What the server tells; each is asked for at every request. */
export interface HealthSources {
  /** Whether the service can do its work; the reasons say what is missing. */
  readonly readiness: () => { readonly isReady: boolean; readonly reasons: readonly string[] };
  /** Prometheus text. */
  readonly metrics: () => Promise<string>;
  /** The page /status; plain data without a secret. */
  readonly status: () => ServiceStatus;
}

export interface HealthOptions extends HealthSources {
  readonly host: string;
  readonly port: number;
  /** Told of faults of ours. */
  readonly logger: Logger;
}

export interface HealthServer {
  readonly address: { readonly host: string; readonly port: number };
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

type Route = (sources: HealthSources) => Answer | Promise<Answer>;

/** One line a route; all are for reading only. */
const routes: Readonly<Record<string, Route>> = {
  '/livez': () => plain(200, 'alive'),
  '/readyz': ({ readiness }) => {
    const { isReady, reasons } = readiness();
    return isReady ? plain(200, 'ready') : plain(503, `not ready: ${reasons.join(', ')}`);
  },
  '/metrics': async ({ metrics }) => ({
    status: 200,
    type: 'text/plain; version=0.0.4; charset=utf-8',
    text: await metrics(),
  }),
  '/status': ({ status }) => ({
    status: 200,
    type: 'application/json; charset=utf-8',
    text: `${JSON.stringify(status(), undefined, 2)}\n`,
  }),
};

/** Limits of what a client may cost: requests are short, and no client needs many connections. */
const limits = {
  maxHeaderSize: 8192,
  headersTimeout: 5000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5000,
  /** How often the two timeouts are looked after; Node's own 30 s would make them 30 s longer. */
  connectionsCheckingInterval: 1000,
  insecureHTTPParser: false,
  requireHostHeader: true,
} as const;
const maxConnections = 128;
const maxHeadersCount = 64;
const maxRequestsPerSocket = 1000;
const logEveryMs = 60_000;

/**
 * Serves /livez, /readyz, /metrics and /status. Only reads are answered, nothing is taken. Throws
 * ServiceError TF_LISTEN when the address is not free.
 */
export async function startHealthServer(options: HealthOptions): Promise<HealthServer> {
  let isLoopback = true;
  /** Their content may look like further requests. */
  const refused = new WeakSet<Socket>();
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    if (refused.has(request.socket)) return;
    const refusal = refusalOf(request, isLoopback, options.host);
    if (refusal === undefined) {
      void answer(request, options).then((given) => {
        send(request, response, given);
      });
      return;
    }
    refused.add(request.socket);
    response.setHeader('connection', 'close');
    if (refusal.status === 405) response.setHeader('allow', 'GET, HEAD');
    send(request, response, plain(refusal.status, refusal.text));
  };
  const server = createServer(limits, onRequest);
  // Without this Node would ask for the content before anybody has looked at the request.
  server.on('checkContinue', onRequest);
  server.maxConnections = maxConnections;
  server.maxHeadersCount = maxHeadersCount;
  server.maxRequestsPerSocket = maxRequestsPerSocket;
  await listen(server, options);
  const address = server.address();
  const isBound = typeof address === 'object' && address !== null;
  isLoopback = isBound && isLoopbackAddress(address.address);
  return {
    address: { host: options.host, port: isBound ? address.port : options.port },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, { host, port, logger }: HealthOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const onFailed = (error: Error): void => {
      reject(
        new ServiceError('TF_LISTEN', `cannot listen on ${host}:${port}: ${messageOf(error)}`, {
          where: 'http.listen',
          hint: 'set http.listen to a free address, or http: false',
          cause: error,
        }),
      );
    };
    server.once('error', onFailed);
    server.listen({ host, port }, () => {
      server.off('error', onFailed);
      watchFaults(server, logger);
      resolve();
    });
  });
}

/** Without anyone who listens for them, faults of the open server would end the process. */
function watchFaults(server: Server, logger: Logger): void {
  let saidAtMs = Number.NEGATIVE_INFINITY;
  server.on('error', (error) => {
    if (performance.now() - saidAtMs < logEveryMs) return;
    saidAtMs = performance.now();
    logger.warn('http.accept_failed', `a connection could not be accepted: ${error.message}`);
  });
}

async function answer(request: IncomingMessage, options: HealthOptions): Promise<Answer> {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (route === undefined) {
    return plain(404, `not found; there are ${Object.keys(routes).join(' ')}`);
  }
  try {
    return await route(options);
  } catch (error) {
    const stack = error instanceof Error ? error.stack : undefined;
    options.logger.error('http.failed', `${path} failed: ${messageOf(error)}`, { stack });
    return plain(500, 'the service failed to answer; its log says why');
  }
}

function send(request: IncomingMessage, response: ServerResponse, given: Answer): void {
  response.writeHead(given.status, {
    ...answerHeaders,
    'content-type': given.type,
    'content-length': Buffer.byteLength(given.text),
  });
  response.end(request.method === 'HEAD' ? undefined : given.text);
}

function plain(status: number, text: string): Answer {
  return { status, type: 'text/plain; charset=utf-8', text: `${text}\n` };
}
