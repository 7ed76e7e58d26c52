import {
  openConsole,
  type ConsoleClient,
  type ConsoleOptions,
} from '../../../dsm/console/index.js';
import { createAuthority, type Authority, type KeyPair } from '../../support/certificates.js';
import {
  json,
  startWebServer,
  text,
  type Answering,
  type WebServer,
} from '../../support/https-server.js';

export const token = '5e2f9a1c-TOKEN-never-shown';

/** A server with what every console has, and clients of it that are closed with it. */
export interface SmallConsole extends WebServer {
  readonly open: (more?: Partial<ConsoleOptions>) => Promise<ConsoleClient>;
  /** Ends the server before its clients. */
  stop(): Promise<void>;
}

export const versions = [
  { id: 1, version: '9.0', deprecated: true, removed: true },
  { id: 2, version: '19.0', deprecated: true, removed: false },
  { id: 3, version: '20.0', deprecated: false, removed: false },
  { id: 4, version: '21.0', deprecated: false, removed: false },
];

export async function startSmallConsole(
  authority: Authority,
  tls: KeyPair = authority.issue({ name: 'console', names: 'IP:127.0.0.1' }),
): Promise<SmallConsole> {
  const server = await startWebServer({ tls: { cert: tls.cert, key: tls.key } });
  const clients: ConsoleClient[] = [];
  server.on('/api/help/versions', json(versions));
  server.on('/api/system/about', json({ release_name: '7.5.0 UP9', external_version: '7.5.0' }));
  return {
    ...server,
    async open(more = {}) {
      const options = { url: server.url(''), token, ca: authority.cert.toString(), ...fast };
      const client = await openConsole({ ...options, ...more });
      clients.push(client);
      return client;
    },
    stop: () => server.close(),
    async close() {
      await Promise.all(clients.map((client) => client.close()));
      await server.close();
    },
  };
}

/** Tries again at once; no test waits for the time-out but those of silence. */
export const fast = { timeoutMs: 30_000, firstPauseMs: 1 } as const;

/** An error as the console answers it. */
export function refusal(
  status: number,
  code: number,
  message: string,
  more: Readonly<Record<string, unknown>> = {},
): Answering {
  const body = { http_response: { code: status, message: '…' }, code, message, ...more };
  return (_request, response) => {
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(JSON.stringify({ description: '', details: {}, ...body }));
  };
}

/** A list answered in pages, as Range asks for them. */
export function paged(
  items: readonly unknown[],
  wrap: (page: readonly unknown[]) => unknown = (page) => page,
): Answering {
  return (request, response) => {
    const [, first = '0', last = '0'] =
      /^items=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    const page = items.slice(Number(first), Number(last) + 1);
    const range = `items ${first}-${Number(first) + page.length - 1}/${items.length}`;
    text(JSON.stringify(wrap(page)), {
      'content-type': 'application/json',
      'content-range': range,
    })(request, response);
  };
}

/** The connection ends in the middle, without an answer. */
export const cut: Answering = (request) => {
  request.socket.destroy();
};

/** Nothing is ever said. */
export const silent: Answering = () => undefined;

/** The error that a promise was rejected with; fails when it was not. */
export async function errorOf(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error('there was no error');
}

export function asConsoleAuthority(): Authority {
  return createAuthority('authority of the console');
}
