import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

export type Answering = (request: IncomingMessage, response: ServerResponse) => void;

export interface WebServerOptions {
  /** With it the server speaks HTTPS. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
  /** Authority whose certificates clients must show. */
  readonly clientCa?: Buffer;
  /** Name in the addresses; default 127.0.0.1. */
  readonly host?: string;
}

export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** Common name of the certificate that the client showed. */
  readonly client: string | undefined;
}

/** A server on loopback that answers by path and keeps what it was asked. */
export interface WebServer {
  readonly port: number;
  readonly asked: readonly Asked[];
  url(path: string): string;
  /** How to answer a path, query left aside; what has no answer is 404. */
  on(path: string, answer: Answering): void;
  close(): Promise<void>;
}

/** Starts a server that speaks HTTP, or HTTPS with certificates of its own. */
export async function startWebServer(options: WebServerOptions = {}): Promise<WebServer> {
  const { tls, clientCa, host = '127.0.0.1' } = options;
  const answers = new Map<string, Answering>();
  const asked: Asked[] = [];
  const listener: Answering = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '/';
      asked.push({
        method: request.method ?? '',
        path,
        headers: request.headers as Asked['headers'],
        body: Buffer.concat(chunks).toString('utf8'),
        client: clientName(request.socket),
      });
      const answer = answers.get(path.split('?', 1)[0] ?? '');
      if (answer === undefined) response.writeHead(404).end('nothing here');
      else answer(request, response);
    });
  };
  const server =
    tls === undefined
      ? createServer(listener)
      : createTlsServer(
          {
            ...tls,
            ...(clientCa === undefined
              ? {}
              : { ca: clientCa, requestCert: true, rejectUnauthorized: true }),
          },
          listener,
        );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    asked,
    url: (path) => `${tls === undefined ? 'http' : 'https'}://${host}:${port}${path}`,
    on: (path, answer) => answers.set(path, answer),
    close: () =>
      new Promise((done) => {
        server.close(() => {
          done();
        });
        server.closeAllConnections();
      }),
  };
}

/** Answers with a text, and a validator if one is given. */
export function text(body: string, headers: Readonly<Record<string, string>> = {}): Answering {
  return (request, response) => {
    const { etag } = headers;
    if (etag !== undefined && request.headers['if-none-match'] === etag) {
      response.writeHead(304, headers).end();
      return;
    }
    response.writeHead(200, { 'content-length': Buffer.byteLength(body), ...headers }).end(body);
  };
}

/** Answers with JSON. */
export function json(value: unknown): Answering {
  return text(JSON.stringify(value), { 'content-type': 'application/json' });
}

export function redirect(location: string, status = 302): Answering {
  return (_request, response) => {
    response.writeHead(status, { location }).end();
  };
}

export function failing(status: number, headers: Readonly<Record<string, string>> = {}): Answering {
  return (_request, response) => {
    response.writeHead(status, headers).end('a page for people');
  };
}

/** The first answers one after the other, then the last for ever. */
export function inTurn(...answers: readonly Answering[]): Answering {
  let turn = 0;
  return (request, response) => {
    const answer = answers[Math.min(turn++, answers.length - 1)];
    answer?.(request, response);
  };
}

function clientName(socket: Socket): string | undefined {
  if (!('getPeerCertificate' in socket)) return undefined;
  const { getPeerCertificate } = socket as unknown as {
    getPeerCertificate: () => { subject?: { CN?: string } };
  };
  return getPeerCertificate.call(socket).subject?.CN;
}
