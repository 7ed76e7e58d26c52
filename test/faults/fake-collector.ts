import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { TlsOptions } from 'node:tls';

/**
 * How a collector behaves towards each connection:
 * - `read`: takes everything;
 * - `stall`: accepts and never reads a byte;
 * - `keep-open`: takes everything, and never ends its side of a connection;
 * - `slow`: reads about `bytesPerSecond`;
 * - `reset-on-accept`: RST as soon as the connection is up;
 * - `end-on-accept`: FIN as soon as the connection is up, but goes on reading (half open);
 * - `reset-after`, `end-after`: RST or FIN once `bytes` have been read, and reads no more.
 */
export type Behaviour =
  | { readonly kind: 'read' | 'stall' | 'keep-open' | 'reset-on-accept' | 'end-on-accept' }
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  | { readonly kind: 'reset-after' | 'end-after'; readonly bytes: number };

export interface FakeCollectorOptions {
  readonly scheme: 'udp' | 'tcp' | 'tls' | 'unix';
  readonly behaviour?: Behaviour;
  /** A free port when absent; the same one again plays a restart. */
  readonly port?: number;
  /** unix: where the socket is. */
  readonly path?: string;
  /** An address of this machine. */
  readonly host?: string;
  /** tls: certificate, key, what is asked of the client. */
  readonly tls?: TlsOptions;
}

/** A collector on this machine whose faults are ours to choose. Always stop() it. */
export interface FakeCollector {
  readonly url: string;
  readonly port: number;
  /** Complete messages in the order received: datagrams, or what ended with LF. */
  readonly lines: readonly string[];
  /** Bytes after the last LF of any connection that is gone: cut messages. */
  readonly fragments: readonly string[];
  /** Connections accepted so far. */
  readonly connections: number;
  /** Connections that are up now, those in a handshake included. */
  readonly openConnections: number;
  /** For connections from now on. */
  behaviour: Behaviour;
  /** Resolves when so many messages are there; rejects after `timeoutMs`. */
  waitFor(messages: number, timeoutMs?: number): Promise<void>;
  waitForConnections(connections: number, timeoutMs?: number): Promise<void>;
  /** Ends every connection, `reset` by RST, and stops listening. */
  stop(how?: 'end' | 'reset'): Promise<void>;
}

/** Starts a collector on the loopback interface. */
export function startFakeCollector(options: FakeCollectorOptions): Promise<FakeCollector> {
  return options.scheme === 'udp' ? startDatagrams(options) : startStream(options);
}

/** The URL of a port that nobody listens on. */
export async function refusingUrl(scheme: 'tcp' | 'tls'): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `${scheme}://127.0.0.1:${port}`;
}

/** Looks until `isSo` holds; rejects after `timeoutMs` with what was waited for. */
export async function until(what: string, isSo: () => boolean, timeoutMs = 4000): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

async function startStream(options: FakeCollectorOptions): Promise<FakeCollector> {
  const { scheme, host = '127.0.0.1', path } = options;
  const lines: string[] = [];
  const fragments: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let behaviour: Behaviour = options.behaviour ?? { kind: 'read' };

  const accept = (socket: Socket): void => {
    connections++;
    sockets.add(socket);
    let rest = '';
    let bytes = 0;
    socket.setEncoding('utf8');
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      if (rest !== '') fragments.push(rest);
    });
    socket.on('end', () => {
      if (behaviour.kind !== 'keep-open') socket.end();
    });
    socket.on('data', (text: string) => {
      bytes += Buffer.byteLength(text);
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts);
      misbehave(socket, behaviour, bytes);
    });
    greet(socket, behaviour);
  };
  const server: Server =
    scheme === 'tls'
      ? createTlsServer({ ...options.tls, allowHalfOpen: true }, accept)
      : createServer({ allowHalfOpen: true }, accept);
  if (scheme === 'tls') {
    // The raw connection: alive before, and without, a handshake that succeeds.
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    });
    server.on('tlsClientError', () => undefined);
  }
  if (scheme === 'unix') server.listen(path);
  else server.listen(options.port ?? 0, host);
  await once(server, 'listening');
  const port = scheme === 'unix' ? 0 : (server.address() as AddressInfo).port;
  const shownHost = host.includes(':') ? `[${host}]` : host;

  return {
    url: scheme === 'unix' ? `unix://${path ?? ''}` : `${scheme}://${shownHost}:${port}`,
    port,
    lines,
    fragments,
    get connections() {
      return connections;
    },
    get openConnections() {
      return sockets.size;
    },
    get behaviour() {
      return behaviour;
    },
    set behaviour(next: Behaviour) {
      behaviour = next;
    },
    waitFor: (count, timeoutMs) =>
      until(`${count} messages`, () => lines.length >= count, timeoutMs),
    waitForConnections: (count, timeoutMs) =>
      until(`${count} connections`, () => connections >= count, timeoutMs),
    stop: async (how = 'end') => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) {
        if (how === 'reset' && scheme === 'tcp') socket.resetAndDestroy();
        else socket.destroy();
      }
      await closed;
    },
  };
}

/** What a behaviour does to a new connection. */
function greet(socket: Socket, behaviour: Behaviour): void {
  switch (behaviour.kind) {
    case 'stall':
      socket.pause();
      return;
    case 'reset-on-accept':
      reset(socket);
      return;
    case 'end-on-accept':
      socket.end();
      return;
    case 'read':
    case 'keep-open':
    case 'slow':
    case 'reset-after':
    case 'end-after':
      return;
    default:
      behaviour satisfies never;
  }
}

/** What a behaviour does once `bytes` have been read. */
function misbehave(socket: Socket, behaviour: Behaviour, bytes: number): void {
  switch (behaviour.kind) {
    case 'slow':
      socket.pause();
      setTimeout(
        () => socket.resume(),
        (socket.readableHighWaterMark * 1000) / behaviour.bytesPerSecond,
      );
      return;
    case 'reset-after':
      if (bytes >= behaviour.bytes) reset(socket);
      return;
    case 'end-after':
      if (bytes < behaviour.bytes) return;
      socket.pause();
      socket.end();
      return;
    case 'read':
    case 'keep-open':
    case 'stall':
    case 'reset-on-accept':
    case 'end-on-accept':
      return;
    default:
      behaviour satisfies never;
  }
}

/** RST where the kind of socket has one. */
function reset(socket: Socket): void {
  try {
    socket.resetAndDestroy();
  } catch {
    socket.destroy();
  }
}

async function startDatagrams(options: FakeCollectorOptions): Promise<FakeCollector> {
  const { host = '127.0.0.1' } = options;
  const lines: string[] = [];
  const socket = createSocket({
    type: host.includes(':') ? 'udp6' : 'udp4',
    recvBufferSize: 4 * 1024 * 1024,
  });
  socket.on('message', (bytes) => lines.push(bytes.toString('utf8')));
  socket.bind(options.port ?? 0, host);
  await once(socket, 'listening');
  const { port } = socket.address();
  let isOpen = true;
  return {
    url: host.includes(':') ? `udp://[${host}]:${port}` : `udp://${host}:${port}`,
    port,
    lines,
    fragments: [],
    connections: 0,
    openConnections: 0,
    behaviour: { kind: 'read' },
    waitFor: (count, timeoutMs) =>
      until(`${count} messages`, () => lines.length >= count, timeoutMs),
    waitForConnections: () => Promise.reject(new Error('UDP has no connections')),
    stop: async () => {
      if (!isOpen) return;
      isOpen = false;
      socket.close();
      await once(socket, 'close');
    },
  };
}
