import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

import type { IntakeSession, LogFields, Logger } from '../../../../forwarder/core/index.js';
import { startCybertraceListener } from '../../../../forwarder/intake/index.js';
import type {
  CybertraceListener,
  CybertraceListenerOptions,
  RejectReason,
} from '../../../../forwarder/intake/index.js';
import { createMetrics } from '../../../../forwarder/telemetry/index.js';
import type { Metrics } from '../../../../forwarder/telemetry/index.js';
import { until } from '../../support/listening.js';

export interface LogLine {
  readonly level: string;
  readonly code: string;
  readonly message: string;
  readonly fields: LogFields;
}

/** An event as it was handed on, its bytes as Latin-1. */
export interface Answered {
  readonly text: string;
  readonly session: IntakeSession;
}

/** A listener on a free port of this machine, and everything it said and counted. */
export interface Answering {
  readonly listener: CybertraceListener;
  readonly events: Answered[];
  readonly rejects: RejectReason[];
  readonly metrics: Metrics;
  readonly log: LogLine[];
  count(name: string, labels?: Readonly<Record<string, string>>): number;
  client(options?: { readonly allowHalfOpen?: boolean }): Promise<Client>;
  stop(): Promise<void>;
}

/** A client that gathers what it is sent. */
export interface Client {
  readonly socket: Socket;
  /** What has come, as Latin-1. */
  readonly text: string;
  /** Whether the peer's FIN has come, or the connection broke. */
  readonly isOver: boolean;
  readonly error: string;
  write(bytes: string | Uint8Array): void;
  /** Waits until so much has come. */
  receives(text: string): Promise<void>;
}

/** Answers `echo EVENT` and a finished event, whatever the flags. */
export async function startAnswering(
  options: Partial<CybertraceListenerOptions> = {},
): Promise<Answering> {
  const events: Answered[] = [];
  const rejects: RejectReason[] = [];
  const log: LogLine[] = [];
  const clients: Socket[] = [];
  const metrics = createMetrics();
  const { answer = echo, ...rest } = options;
  const listener = await startCybertraceListener({
    name: 'cybertrace',
    host: '127.0.0.1',
    port: 0,
    maxSessions: 20,
    replyAlways: false,
    closeAfterReply: false,
    requestQuietMs: 0,
    replyBufferBytes: 1_048_576,
    replyStallMs: 30_000,
    counters: metrics,
    logger: recordingLogger(log),
    onReject: (reason) => rejects.push(reason),
    ...rest,
    answer: (session, bytes, start, end) => {
      events.push({ text: latin1(bytes, start, end), session });
      return answer(session, bytes, start, end);
    },
  });
  return {
    listener,
    events,
    rejects,
    metrics,
    log,
    count: (name, labels) => metrics.total(name, labels),
    client: async ({ allowHalfOpen = false } = {}) => {
      const { port, host } = listener.address;
      const socket = connect({ port, host, allowHalfOpen });
      clients.push(socket);
      await once(socket, 'connect');
      return gathering(socket);
    },
    stop: async () => {
      for (const socket of clients) socket.destroy();
      await listener.close(0);
    },
  };
}

export const echo: CybertraceListenerOptions['answer'] = (_session, bytes, start, end) => ({
  text: `echo ${latin1(bytes, start, end)}\nLookupFinished\n`,
  messages: 2,
});

export function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.slice(start, end)).toString('latin1');
}

function gathering(socket: Socket): Client {
  let text = '';
  let isOver = false;
  let error = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  socket.on('end', () => (isOver = true));
  socket.on('close', () => (isOver = true));
  socket.on('error', (fault: NodeJS.ErrnoException) => (error = fault.code ?? fault.message));
  return {
    socket,
    get text() {
      return text;
    },
    get isOver() {
      return isOver;
    },
    get error() {
      return error;
    },
    write: (bytes) => socket.write(bytes),
    receives: async (wanted) => {
      await until(`${wanted.length} bytes: ${wanted.slice(0, 40)}`, () => {
        return text.length >= wanted.length;
      });
      if (text !== wanted) throw new Error(`received ${text.slice(0, 400)}`);
    },
  };
}

function recordingLogger(log: LogLine[]): Logger {
  const writer =
    (level: string) =>
    (code: string, message: string, fields: LogFields = {}): void => {
      log.push({ level, code, message, fields });
    };
  return {
    debug: writer('debug'),
    info: writer('info'),
    warn: writer('warn'),
    error: writer('error'),
  };
}
