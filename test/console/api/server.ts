import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { ConsoleRequest } from '../test-console.js';
import { type Answer, Refusal, refusalAnswer } from './answer.js';
import type { Faults } from './faults.js';
import type { Pauses } from './pauses.js';
import type { Router } from './router.js';

export interface ApiServerOptions {
  readonly tls: { readonly cert: Buffer; readonly key: Buffer };
  readonly port: number;
  readonly token: string;
  readonly versions: readonly string[];
  readonly router: Router;
  readonly faults: Faults;
  readonly pauses: Pauses;
  /** Told of each request when its answer is known. */
  readonly onRequest: (request: ConsoleRequest) => void;
}

export interface ApiServer {
  readonly port: number;
  close(): Promise<void>;
}

const unauthorised =
  'No SEC header present in request. Please provide it via "SEC: token". You may also use BASIC authentication parameters if this host supports it. e.g. "Authorization: Basic base64Encoding"';
const longestBody = 1024 * 1024;

/** Serves the API over HTTPS on loopback: a test double by the published description, no real console. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const server = createServer(options.tls, (request, response) => {
    void serve(options, request, response);
  });
  // A client that breaks off its handshake, as one that refuses the certificate, is no fault here.
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((done, failed) => {
    server.once('error', failed).listen(options.port, '127.0.0.1', done);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((done) => {
        server.close(() => {
          done();
        });
        server.closeAllConnections();
      }),
  };
}

async function serve(
  options: ApiServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.on('error', () => undefined);
  const text = await readBody(request);
  if (text === undefined) return;
  const method = request.method ?? '';
  const url = new URL(request.url ?? '/', 'https://console');
  const path = url.pathname.replace(/^\/api(?=\/)/, '');
  const query = Object.fromEntries(url.searchParams);
  const body = parseBody(text);
  const note = (status: number): void => {
    options.onRequest({ method, path, query, body, status });
  };
  const fault = options.faults.take(method, path);
  if (fault?.kind === 'cut' && fault.isServed !== true) {
    note(0);
    request.socket.destroy();
    return;
  }
  const answer =
    fault?.kind === 'answer'
      ? refusalAnswer(
          new Refusal(fault.status, fault.code ?? fault.status, fault.message ?? 'as asked for'),
        )
      : await answerOf(options, request, { method, path, query, body, text });
  note(answer.status);
  if (fault?.kind === 'cut') {
    request.socket.destroy();
    return;
  }
  if (fault?.kind === 'delay') await options.pauses.wait(fault.ms);
  send(response, answer);
}

interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly text: string;
}

async function answerOf(
  { token, versions, router }: ApiServerOptions,
  request: IncomingMessage,
  { method, path, query, body, text }: Received,
): Promise<Answer> {
  const refuse = (status: number, code: number, message: string): Answer =>
    refusalAnswer(new Refusal(status, code, message));
  if (!(request.url ?? '').startsWith('/api/')) return refuse(404, 1002, 'no such page');
  const { sec, version, accept = '*/*', ...others } = request.headers;
  // A wrong token gets what a missing one gets.
  if (sec !== token) return refuse(401, 18, unauthorised);
  if (version !== undefined && !versions.includes(String(version))) {
    return refuse(
      422,
      36,
      `Version (${String(version)}) from header parameter (Version) is not a valid version. Please refer to documentation for list of valid versions.`,
    );
  }
  if (!/application\/json|\*\/\*/.test(accept)) {
    return refuse(406, 1006, `"${accept}" cannot be given`);
  }
  if (text !== '') {
    if (!/^application\/json\b/.test(others['content-type'] ?? '')) {
      return refuse(415, 1007, 'the body must be application/json');
    }
    if (body === undefined) return refuse(400, 1005, 'the body is no JSON');
  }
  const headers = others as Readonly<Record<string, string | undefined>>;
  return router.answer({ method, path, query, headers, body });
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > longestBody) {
        request.socket.destroy();
        return undefined;
      }
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseBody(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  if (response.destroyed) return;
  if (body === undefined) {
    response.writeHead(status, headers).end();
    return;
  }
  const text = JSON.stringify(body);
  response
    .writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      ...headers,
    })
    .end(text);
}
