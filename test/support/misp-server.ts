import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { selectAttributes, type MispAttributeRow } from './misp-attributes.js';

/** What the server does instead of answering. `ignore-page`: every page is the first one. */
export type MispFault =
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Record<string, string> }
  | { readonly kind: 'login-page' }
  | { readonly kind: 'redirect' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'cut-off' }
  | { readonly kind: 'silence' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'ignore-page' };

export interface MispServerOptions {
  /** The automation key it accepts. */
  readonly key: string;
  readonly attributes?: readonly MispAttributeRow[];
  /** 0 = any that is free. */
  readonly port?: number;
  /** PEM texts; makes it https. */
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer };
}

/** One request as it arrived: JSON body, or undefined when it was none. */
export interface MispRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

export interface MispServer {
  readonly address: string;
  readonly port: number;
  readonly requests: readonly MispRequest[];
  /** What it holds from now on. */
  hold(attributes: readonly MispAttributeRow[]): void;
  /** What it does from now on; undefined: it answers. */
  misbehave(fault: MispFault | undefined): void;
  close(): Promise<void>;
}

const refusal =
  'Authentication failed. Please make sure you pass the API key of an API enabled user along in the Authorization header.';

/**
 * A server with the search of attributes that MISP has (its OpenAPI description,
 * POST /attributes/restSearch): filters value, type, tags, last, timestamp, to_ids, deleted; page
 * and limit; its errors, and its login page for who does not ask for JSON. On 127.0.0.1.
 */
export async function startMispServer(options: MispServerOptions): Promise<MispServer> {
  const requests: MispRequest[] = [];
  const sockets = new Set<Socket>();
  let rows = options.attributes ?? [];
  let fault: MispFault | undefined;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const body = await bodyOf(request);
    const { authorization, accept = '' } = request.headers;
    requests.push({ path, authorization, body });
    if (fault !== undefined && misbehaves(fault, request, response)) return;
    if (!/\bapplication\/json\b/.test(accept)) {
      response.writeHead(302, { location: '/users/login' }).end();
    } else if (authorization !== options.key) sendError(response, 403, refusal, path);
    else if (!/^\/attributes\/restSearch(?:\/json|\.json)?$/.test(path)) {
      sendError(response, 404, 'Not Found', path);
    } else if (request.method !== 'POST' || body === undefined) {
      sendError(response, 400, 'Bad Request', path);
    } else if ((body['returnFormat'] ?? 'json') !== 'json') {
      sendError(response, 405, 'Invalid output format.', path);
    } else {
      const asked = fault?.kind === 'ignore-page' ? { ...body, page: 1 } : body;
      const found = selectAttributes(rows, asked);
      response.setHeader('X-Result-Count', found.length);
      send(response, 200, { response: { Attribute: found } });
    }
  }

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    // A caller that has gone away while its request came in is no fault of the server.
    handle(request, response).catch(() => response.destroy());
  };
  const server =
    options.tls === undefined
      ? createServer(listener)
      : createTlsServer({ cert: options.tls.cert, key: options.tls.key }, listener);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    address: `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    requests,
    hold(attributes) {
      rows = attributes;
    },
    misbehave(next) {
      fault = next;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** False: the request is to be answered after all. */
function misbehaves(fault: MispFault, request: IncomingMessage, response: ServerResponse): boolean {
  switch (fault.kind) {
    case 'status':
      for (const [name, value] of Object.entries(fault.headers ?? {})) {
        response.setHeader(name, value);
      }
      sendError(response, fault.status, 'An Internal Error Has Occurred.', request.url ?? '');
      return true;
    case 'login-page':
      response.writeHead(200, { 'content-type': 'text/html; charset=UTF-8' });
      response.end('<!DOCTYPE html><html><head><title>Users - MISP</title></head></html>');
      return true;
    case 'redirect':
      response.writeHead(302, { location: '/users/login' }).end();
      return true;
    case 'text':
      response.writeHead(200, { 'content-type': 'application/json' }).end(fault.text);
      return true;
    case 'cut-off':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 });
      response.write('{"response":{"Attribute":[', () => response.destroy());
      return true;
    case 'silence':
      return true;
    case 'reset':
      request.socket.resetAndDestroy();
      return true;
    case 'ignore-page':
      return false;
    default:
      return fault satisfies never;
  }
}

function send(response: ServerResponse, status: number, content: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8' });
  response.end(JSON.stringify(content));
}

/** MISP's shape of an error. */
function sendError(response: ServerResponse, status: number, message: string, url: string): void {
  send(response, status, { name: message, message, url });
}

async function bodyOf(request: IncomingMessage): Promise<MispRequest['body']> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as MispRequest['body'];
  } catch {
    return undefined;
  }
}
