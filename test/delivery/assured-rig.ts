import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { TlsOptions } from 'node:tls';

import { checkCollector } from '../../forwarder/delivery/collector-options.js';
import type { CollectorOptions } from '../../forwarder/delivery/index.js';
import { KernelQueues } from '../../forwarder/delivery/transports/assured/kernel-queues.js';
import { parseRow, rowKeyOf } from '../../forwarder/delivery/transports/assured/queue-rows.js';
import { createTransport } from '../../forwarder/delivery/transports/index.js';
import type { Assurance, CollectorTransport } from '../../forwarder/delivery/transports/index.js';
import type { TransportSettings } from '../../forwarder/delivery/transports/index.js';

export const never = new AbortController().signal;

/** Often, so that a test need not wait. */
export const pollMs = 20;

const settings: TransportSettings = {
  identifier: 'KL_Threat_Feed_Service_V2',
  facility: 16,
  severity: 6,
  connectTimeoutMs: 2000,
  stallTimeoutMs: 5000,
};

/** A collector whose reading is in the test's hand: it reads nothing until told, and ends when told. */
export interface Peer {
  readonly url: string;
  /** The connections, each as what it is read from and the TCP socket below. */
  readonly connections: readonly { readonly stream: Socket; readonly raw: Socket }[];
  /** Of the last connection: bytes on the wire that were read. */
  readonly bytesRead: number;
  readonly lines: readonly string[];
  /** Error codes of all connections. */
  readonly errors: readonly string[];
  read(): void;
  pause(): void;
  /** The bytes that the peer's kernel has of the last connection, read or not. */
  kernelBytes(): number;
  stop(): Promise<void>;
}

export interface PeerOptions {
  readonly host?: string;
  readonly tls?: TlsOptions;
  /** Ends its side when ours has ended, as collectors do; true when absent. */
  readonly endsAfterUs?: boolean;
}

export async function startPeer(options: PeerOptions = {}): Promise<Peer> {
  const { host = '127.0.0.1', tls, endsAfterUs = true } = options;
  const connections: { stream: Socket; raw: Socket }[] = [];
  const raws: Socket[] = [];
  const errors: string[] = [];
  const state = { lines: [] as string[], isReading: false };
  const accept = (stream: Socket): void => {
    connections.push({ stream, raw: tls === undefined ? stream : (raws.at(-1) as Socket) });
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('error', (error: NodeJS.ErrnoException) => errors.push(error.code ?? error.message));
    stream.on('data', (text: string) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      state.lines.push(...parts);
    });
    stream.on('end', () => {
      if (endsAfterUs) stream.end();
    });
    if (!state.isReading) stream.pause();
  };
  const server: Server =
    tls === undefined
      ? createServer({ allowHalfOpen: true }, accept)
      : createTlsServer({ ...tls, allowHalfOpen: true }, accept);
  if (tls !== undefined) {
    server.on('connection', (raw: Socket) => {
      raws.push(raw);
      raw.on('error', () => undefined);
    });
    server.on('tlsClientError', () => undefined);
  }
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  const shown = host.includes(':') ? `[${host}]` : host;
  const last = (): Socket => connections.at(-1)?.raw as Socket;
  return {
    url: `${tls === undefined ? 'tcp' : 'tls'}://${shown}:${port}`,
    connections,
    errors,
    get lines() {
      return state.lines;
    },
    get bytesRead() {
      return last().bytesRead;
    },
    read: () => {
      state.isReading = true;
      connections.at(-1)?.stream.resume();
    },
    pause: () => {
      state.isReading = false;
      connections.at(-1)?.stream.pause();
    },
    kernelBytes: () => last().bytesRead + receiveQueueOf(last()),
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const { stream, raw } of connections) {
        stream.destroy();
        raw.destroy();
      }
      for (const raw of raws) raw.destroy();
      await closed;
    },
  };
}

/** What the kernel says lies unread in a socket of this process. */
function receiveQueueOf(socket: Socket): number {
  const { table, text } = rowKeyOf({
    localAddress: socket.localAddress ?? '',
    localPort: socket.localPort ?? 0,
    remoteAddress: socket.remoteAddress ?? '',
    remotePort: socket.remotePort ?? 0,
  });
  const rows = readFileSync(`/proc/self/net/${table}`, 'latin1');
  const rest = rows.slice(rows.indexOf(text) + text.length);
  if (!rows.includes(text) || parseRow(rest) === undefined) return 0;
  return Number.parseInt(rest.slice(12, 20), 16);
}

export interface AssuredRig {
  readonly transport: CollectorTransport;
  readonly assurance: Assurance;
  /** Losses, and what was known of the reading when each was reported. */
  readonly losses: { readonly error: Error; readonly isAllRead: boolean; readonly atMs: number }[];
}

/** An assured transport, not open yet. */
export function assuredTo(
  options: CollectorOptions,
  changed: Partial<TransportSettings> = {},
): AssuredRig {
  const queues = new KernelQueues({ everyMs: pollMs });
  const transport = createTransport(checkCollector(options), {
    ...settings,
    ...changed,
    assurance: { queues, ...changed.assurance },
  });
  const assurance = transport.assurance as Assurance;
  const losses: AssuredRig['losses'] = [];
  transport.onLost = (error) => {
    losses.push({ error, isAllRead: assurance.isAllRead, atMs: performance.now() });
  };
  return { transport, assurance, losses };
}
