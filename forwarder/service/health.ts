import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';

import { messageOf, ServiceError } from '../core/index.js';

export interface HealthOptions {
  readonly host: string;
  readonly port: number;
  /** Ready means: feeds are loaded and every listener is up. The reasons say what is missing. */
  readonly readiness: () => { readonly isReady: boolean; readonly reasons: readonly string[] };
  /** Prometheus text. */
  readonly metrics: () => string;
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

type Route = (options: HealthOptions) => Answer;

/** One line a route; the programming interface and the dashboard add theirs here. */
const routes: Readonly<Record<string, Route>> = {
  '/livez': () => plain(200, 'alive'),
  '/readyz': ({ readiness }) => {
    const { isReady, reasons } = readiness();
    return isReady ? plain(200, 'ready') : plain(503, `not ready: ${reasons.join(', ')}`);
  },
  '/metrics': ({ metrics }) => ({
    status: 200,
    type: 'text/plain; version=0.0.4; charset=utf-8',
    text: metrics(),
  }),
};

/** Serves /livez, /readyz and /metrics. Throws ServiceError TF_LISTEN when the address is not free. */
export async function startHealthServer(options: HealthOptions): Promise<HealthServer> {
  const server = createServer((request, response) => {
    answer(request, response, options);
  });
  server.headersTimeout = 5000;
  server.requestTimeout = 10000;
  server.maxHeadersCount = 64;
  await listen(server, options);
  const address = server.address();
  return {
    address: {
      host: options.host,
      port: typeof address === 'object' && address !== null ? address.port : options.port,
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, { host, port }: HealthOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(
        new ServiceError('TF_LISTEN', `cannot listen on ${host}:${port}: ${messageOf(error)}`, {
          where: 'http.listen',
          hint: 'set http.listen to a free address, or http: false',
          cause: error,
        }),
      );
    });
    server.listen({ host, port }, resolve);
  });
}

function answer(request: IncomingMessage, response: ServerResponse, options: HealthOptions): void {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  const { status, type, text } =
    route === undefined
      ? plain(404, `not found; there are ${Object.keys(routes).join(' ')}`)
      : request.method === 'GET' || request.method === 'HEAD'
        ? route(options)
        : plain(405, 'only GET');
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}

function plain(status: number, text: string): Answer {
  return { status, type: 'text/plain; charset=utf-8', text: `${text}\n` };
}
