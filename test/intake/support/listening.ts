import { connect } from 'node:net';
import type { Socket } from 'node:net';

import type { IntakeSession, LogFields, Logger } from '../../../forwarder/core/index.js';
import { startListener } from '../../../forwarder/intake/index.js';
import type {
  IntakeListener,
  ListenerOptions,
  RejectReason,
} from '../../../forwarder/intake/index.js';
import { createMetrics } from '../../../forwarder/telemetry/index.js';
import type { Metrics } from '../../../forwarder/telemetry/index.js';
import { eachEvent } from './each-line.js';

export interface LogLine {
  readonly level: string;
  readonly code: string;
  readonly message: string;
  readonly fields: LogFields;
}

/** A listener on a free port of this machine, and everything it said and counted. */
export interface Listening {
  readonly listener: IntakeListener;
  readonly lines: string[];
  readonly sessions: IntakeSession[];
  readonly rejects: RejectReason[];
  readonly metrics: Metrics;
  readonly log: LogLine[];
  /** Closes the listener and every client socket made by `client`. */
  stop(): Promise<void>;
  client(): Promise<Socket>;
}

export async function startListening(options: Partial<ListenerOptions> = {}): Promise<Listening> {
  const lines: string[] = [];
  const sessions: IntakeSession[] = [];
  const rejects: RejectReason[] = [];
  const log: LogLine[] = [];
  const sockets: Socket[] = [];
  const metrics = createMetrics();
  const listener = await startListener({
    name: 'jsa',
    host: '127.0.0.1',
    port: 0,
    counters: metrics,
    logger: recordingLogger(log),
    onLines: eachEvent((session, bytes, start, end) => {
      lines.push(Buffer.from(bytes.slice(start, end)).toString());
      sessions.push(session);
    }),
    onReject: (reason) => rejects.push(reason),
    ...options,
  });
  return {
    listener,
    lines,
    sessions,
    rejects,
    metrics,
    log,
    client: async () => {
      const socket = await connected(connect(listener.address.port, listener.address.host));
      sockets.push(socket);
      return socket;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await listener.close(0);
    },
  };
}

/** Resolves when the socket is connected; errors later on are no concern of the test. */
export async function connected<Any extends Socket>(socket: Any, event = 'connect'): Promise<Any> {
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once(event, () => {
      socket.off('error', reject);
      resolve();
    });
  });
  socket.on('error', () => undefined);
  return socket;
}

/** Waits until a condition holds; fails with `what` when it does not within ten seconds. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`not reached: ${what}`);
    await sleep(5);
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Resolves when the socket is closed, by whichever side. */
export function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else
      socket.once('close', () => {
        resolve();
      });
    socket.resume();
  });
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
