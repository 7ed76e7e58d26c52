import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

import { textOf, VerificationError } from './errors.js';
import { MessageAssembler } from './framing.js';

/** Lines kept while nobody takes them; further ones are counted as discarded. */
const maxWaitingLines = 200_000;

export interface CollectorOptions {
  /** Certificate and private key in PEM; needed for `tls://`. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** Plays JSA's event collector: a syslog listener that keeps what it receives until it is taken. */
export interface Collector {
  /** Where a service must send to, with the port that was really opened: `tcp://127.0.0.1:40123`. */
  readonly url: string;
  /** Lines received since the start. */
  readonly received: number;
  /** Lines lost because nobody took them in time. */
  readonly discarded: number;
  /** Connections accepted since the start; 0 for UDP. */
  readonly connections: number;
  /** Hands over all waiting lines, in the order received. */
  take(): readonly string[];
  /** Resolves as soon as a line waits, or after `timeoutMs`, or when `signal` is aborted. */
  waitForLine(timeoutMs: number, signal?: AbortSignal): Promise<void>;
  /** Closes the listener and its connections. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Opens the listener `url` names: `udp://`, `tcp://` or `tls://`, `HOST:PORT`; port 0 takes a free
 * one. Throws VerificationError TF_USAGE for a bad address and TF_LISTEN when it cannot be opened.
 */
export async function startCollector(
  url: string,
  options: CollectorOptions = {},
): Promise<Collector> {
  const { scheme, host, port } = parseListenUrl(url);
  const inbox = new Inbox();
  try {
    switch (scheme) {
      case 'udp':
        return await listenUdp(host, port, inbox);
      case 'tcp':
        return await listenStream(scheme, host, port, createServer(), 'connection', inbox);
      case 'tls': {
        if (options.tls === undefined) {
          throw badUrl(url, 'A tls:// listener needs a certificate and its private key.');
        }
        const server = createTlsServer({ ...options.tls, minVersion: 'TLSv1.2' });
        return await listenStream(scheme, host, port, server, 'secureConnection', inbox);
      }
      default:
        return scheme satisfies never;
    }
  } catch (error) {
    if (error instanceof VerificationError) throw error;
    throw new VerificationError('TF_LISTEN', `Cannot listen on ${url}: ${textOf(error)}`, {
      where: url,
      hint: 'Free the port or choose another address; port 0 takes a free port.',
      cause: error,
    });
  }
}

interface ListenAddress {
  readonly scheme: 'udp' | 'tcp' | 'tls';
  readonly host: string;
  readonly port: number;
}

function parseListenUrl(url: string): ListenAddress {
  const [, scheme, bracketed, plain, portText] =
    /^(udp|tcp|tls):\/\/(?:\[([0-9A-Fa-f:.]+)\]|([^[\]:/]+)):(\d{1,5})\/?$/.exec(url) ?? [];
  const host = bracketed ?? plain;
  const port = Number(portText);
  if (scheme === undefined || host === undefined || !(port <= 65535)) {
    throw badUrl(url, 'Write it as udp://HOST:PORT, tcp://HOST:PORT or tls://HOST:PORT.');
  }
  return { scheme: scheme as ListenAddress['scheme'], host, port };
}

function badUrl(url: string, hint: string): VerificationError {
  return new VerificationError('TF_USAGE', `"${url}" is no address to listen on`, {
    where: '--listen',
    hint,
  });
}

/** What has been received and not yet taken. */
class Inbox {
  received = 0;
  discarded = 0;
  connections = 0;
  #lines: string[] = [];
  #wake: (() => void) | undefined;

  add(line: string): void {
    this.received += 1;
    if (this.#lines.length >= maxWaitingLines) this.discarded += 1;
    else this.#lines.push(line);
    this.#wake?.();
  }

  take(): readonly string[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  async waitForLine(timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#lines.length > 0 || signal?.aborted === true) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      signal?.addEventListener('abort', done, { once: true });
      this.#wake = done;
    });
  }
}

async function listenUdp(host: string, port: number, inbox: Inbox): Promise<Collector> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  // A datagram is one message (RFC 5426); the LF that many senders add is not part of it.
  socket.on('message', (bytes) => {
    inbox.add(bytes.toString('utf8').replace(/\r?\n$/, ''));
  });
  socket.bind(port, host);
  await once(socket, 'listening');
  socket.on('error', () => undefined);
  let closing: Promise<void> | undefined;
  return collectorOf('udp', host, socket.address().port, inbox, () => {
    closing ??= new Promise((resolve) => {
      socket.close(() => {
        resolve();
      });
    });
    return closing;
  });
}

async function listenStream(
  scheme: 'tcp' | 'tls',
  host: string,
  port: number,
  server: Server,
  event: 'connection' | 'secureConnection',
  inbox: Inbox,
): Promise<Collector> {
  const sockets = new Set<Socket>();
  server.on(event, (socket: Socket) => {
    const assembler = new MessageAssembler();
    const addAll = (lines: readonly string[]): void => {
      for (const line of lines) inbox.add(line);
    };
    inbox.connections += 1;
    sockets.add(socket);
    socket.on('data', (chunk: Buffer) => {
      addAll(assembler.push(chunk));
    });
    // A lost connection is the sender's business; what arrived before is kept.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      addAll(assembler.end());
    });
  });
  server.listen(port, host);
  await once(server, 'listening');
  let closing: Promise<void> | undefined;
  return collectorOf(scheme, host, (server.address() as AddressInfo).port, inbox, () => {
    closing ??= new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      for (const socket of sockets) socket.destroy();
    });
    return closing;
  });
}

function collectorOf(
  scheme: ListenAddress['scheme'],
  host: string,
  port: number,
  inbox: Inbox,
  close: () => Promise<void>,
): Collector {
  return {
    url: `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    get received() {
      return inbox.received;
    },
    get discarded() {
      return inbox.discarded;
    },
    get connections() {
      return inbox.connections;
    },
    take: () => inbox.take(),
    waitForLine: (timeoutMs, signal) => inbox.waitForLine(timeoutMs, signal),
    close,
  };
}
