import type { Server, Socket } from 'node:net';

import type { IntakeSession } from '../core/index.js';
import { Connection } from './connection.js';
import { acceptPending, closeServer, waitUntilQuiet } from './drain.js';
import { intakeCounters } from './intake-counters.js';
import type { CloseReason, IntakeCounters } from './intake-counters.js';
import { LineBlocks } from './line-blocks.js';
import { LineMemory } from './line-memory.js';
import { ListenerLog } from './listener-log.js';
import type { IntakeListener, ListenerOptions } from './listener-options.js';
import { openServer } from './open-server.js';
import { peerAddress, tlsFailureHint } from './peers.js';
import { createServerFor } from './server.js';
import { sweepMs } from './sweep.js';
import { renewCertificate } from './tls-server.js';
import type { ListenerTls } from './tls-server.js';

const readBufferBytes = 65_536;
const defaultMaxBufferedBytes = 67_108_864;

/** Opens a listener. Throws ServiceError TF_LISTEN when it cannot. */
export async function startListener(options: ListenerOptions): Promise<IntakeListener> {
  const listener = new Listener(options);
  await listener.open();
  return listener;
}

class Listener implements IntakeListener {
  readonly #options: ListenerOptions;
  readonly #server: Server;
  readonly #counters: IntakeCounters;
  readonly #log: ListenerLog;
  readonly #connections = new Set<Connection>();
  /** Plain sockets under TLS, those in their handshake included. */
  readonly #tlsCarriers = new Set<Socket>();
  readonly #memory: LineMemory;
  readonly #blocks = new LineBlocks();
  readonly #buffer: Buffer | undefined;
  readonly #sweep: NodeJS.Timeout;
  #address = { host: '', port: 0 };
  #isPaused: boolean;
  #lastSession = 0;
  #acceptedCount = 0;
  #closing: Promise<void> | undefined;

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#isPaused = options.startPaused ?? false;
    this.#counters = intakeCounters(options.counters, options.name);
    this.#log = new ListenerLog(options.name, options.logger, this.#counters.handlerErrors);
    const isShared = options.tls === undefined && options.sharesReadBuffer !== false;
    this.#buffer = isShared
      ? (options.readBuffer ?? Buffer.allocUnsafeSlow(readBufferBytes))
      : undefined;
    this.#server = createServerFor(options);
    this.#watchServer();
    this.#memory = new LineMemory(
      options.maxBufferedBytes ?? defaultMaxBufferedBytes,
      this.#connections,
    );
    const patience = {
      partial: options.partialLineTimeoutMs ?? 30_000,
      idle: options.idleTimeoutMs,
    };
    this.#sweep = setInterval(
      () => {
        this.#blocks.trim();
        if (this.#isPaused) return;
        for (const connection of this.#connections) connection.checkSilence(patience);
      },
      sweepMs(patience.partial, patience.idle),
    );
    this.#sweep.unref();
  }

  get address(): { readonly host: string; readonly port: number } {
    return this.#address;
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  get heldBytes(): number {
    return this.#memory.heldBytes;
  }

  useTls(tls: ListenerTls): void {
    renewCertificate(this.#server, this.#options.name, tls);
    this.#counters.tlsRenewals.value += 1;
  }

  async open(): Promise<void> {
    try {
      this.#address = await openServer(this.#server, this.#options, this.#counters, this.#log);
    } catch (error) {
      clearInterval(this.#sweep);
      throw error;
    }
  }

  pause(): void {
    this.#isPaused = true;
    for (const connection of this.#connections) connection.pause();
  }

  resume(): void {
    this.#isPaused = false;
    for (const connection of this.#connections) connection.resume();
  }

  close(deadlineMs: number): Promise<void> {
    this.#closing ??= this.#close(deadlineMs);
    return this.#closing;
  }

  async #close(deadlineMs: number): Promise<void> {
    const deadline = performance.now() + deadlineMs;
    // Who comes by a socket that was handed over is kept there for the next process.
    if (this.#options.descriptor === undefined) {
      await acceptPending(() => this.#acceptedCount, deadline);
    }
    const closed = closeServer(this.#server);
    if (!this.#isPaused) {
      await waitUntilQuiet({
        deadlineMs: deadline,
        hasConnections: () => this.#connections.size > 0 || this.#tlsCarriers.size > 0,
        bytes: () => this.#counters.bytes.value,
      });
    }
    const connections = [...this.#connections];
    for (const connection of connections) connection.destroy('stopped');
    for (const socket of this.#tlsCarriers) socket.destroy();
    await Promise.all([closed, ...connections.map((connection) => connection.closed)]);
    clearInterval(this.#sweep);
  }

  #watchServer(): void {
    this.#server.on('connection', (socket: Socket) => {
      this.#acceptedCount += 1;
      if (this.#options.tls === undefined) {
        this.#welcome(socket);
      } else {
        this.#tlsCarriers.add(socket);
        socket.once('close', () => this.#tlsCarriers.delete(socket));
      }
    });
    if (this.#options.tls !== undefined) {
      this.#server.on('secureConnection', (socket: Socket) => {
        this.#welcome(socket);
      });
      this.#server.on('tlsClientError', (error: Error, socket: Socket) => {
        this.#counters.tlsFailures.value += 1;
        const peer = peerAddress(socket.remoteAddress);
        this.#log.warn(
          'intake.tls_failed',
          `TLS handshake failed: ${tlsFailureHint(error, this.#options.name)}`,
          { peer },
        );
      });
    }
    this.#server.on('drop', () => {
      this.#counters.refused.value += 1;
      this.#log.warn('intake.too_many_connections', 'a connection was refused: too many are open');
    });
  }

  #welcome(socket: Socket): void {
    this.#lastSession += 1;
    this.#counters.connections.value += 1;
    const { name, onLines, onReject, onShed, tls, maxLineBytes } = this.#options;
    const peer = peerAddress(socket.remoteAddress);
    const session: IntakeSession = { id: this.#lastSession, listener: name, peer };
    const connection = new Connection(socket, {
      session,
      ...(maxLineBytes === undefined ? {} : { maxLineBytes }),
      buffer: this.#buffer,
      isTls: tls !== undefined,
      memory: this.#memory,
      blocks: this.#blocks,
      counters: this.#counters,
      onLines: (bytes, start, end) => {
        try {
          return onLines(session, bytes, start, end, this.#log.fault);
        } catch (error) {
          this.#log.fault(error);
          return 0;
        }
      },
      onReject: (reason) => {
        onReject?.(reason, session);
        if (reason === 'memory_cap') onShed?.(session);
      },
      onTlsHello: () => {
        const problem = `a client speaks TLS to ${name}, which has no TLS; set intake.${name}.tls or switch TLS off at the sender`;
        this.#log.warn('intake.tls_hello', problem, { peer });
      },
      onClose: (gone, reason, detail) => {
        this.#forget(gone, reason, detail);
      },
    });
    this.#connections.add(connection);
    this.#options.logger.debug('intake.connected', `${peer} connected`, { ...session });
    if (this.#isPaused) connection.pause();
    else connection.resume();
  }

  #forget(connection: Connection, reason: CloseReason, detail: string): void {
    this.#connections.delete(connection);
    this.#counters.closed[reason].value += 1;
    const { peer } = connection.session;
    const fields = { ...connection.session, reason, ...(detail === '' ? {} : { error: detail }) };
    this.#options.logger.debug('intake.disconnected', `${peer} disconnected: ${reason}`, fields);
    if (reason === 'partial_timeout') {
      this.#log.warn('intake.partial_timeout', `${peer} left an event without its end`, { peer });
    } else if (reason === 'memory_cap') {
      const problem = `unfinished events took more than intake.maxBufferedBytes; that of ${peer}, the longest, was given up`;
      this.#log.warn('intake.memory_cap', problem, { peer });
    }
  }
}
