import type { Server, Socket } from 'node:net';

import { configKeyOf } from '../config-key.js';
import { acceptPending, closeServer, sleep, waitUntilQuiet } from '../drain.js';
import { LineBlocks } from '../line-blocks.js';
import { LineMemory } from '../line-memory.js';
import { ListenerLog } from '../listener-log.js';
import { openServer } from '../open-server.js';
import { peerAddress } from '../peers.js';
import { createServerFor } from '../server.js';
import { sweepMs } from '../sweep.js';
import { Deadlines } from './deadlines.js';
import type { CybertraceListener, CybertraceListenerOptions } from './options.js';
import { Places } from './places.js';
import { Session } from './session.js';
import { sessionCounters } from './session-counters.js';
import type { SessionCloseReason, SessionCounters } from './session-counters.js';
import type { HostedSession, SessionHost } from './session-host.js';

const defaultMaxBufferedBytes = 67_108_864;
const defaultPartialMs = 30_000;
/** How long a spare place is kept for one who says nothing; a health check speaks at once. */
const spareSilenceMs = 3_000;
/** How long the peer's FIN is waited for behind ours. */
const lingerMs = 2_000;
/** Connections that may wait so at once. */
const mostLingering = 1_024;
/** How long the peers' FINs are waited for when the service stops. */
const lastLingerMs = 200;
const pollMs = 10;

/** Opens a listener that speaks CyberTrace's protocol. Throws ServiceError TF_LISTEN when it cannot. */
export async function startCybertraceListener(
  options: CybertraceListenerOptions,
): Promise<CybertraceListener> {
  const listener = new Listener(options);
  await listener.open();
  return listener;
}

class Listener implements CybertraceListener, SessionHost {
  readonly options: CybertraceListenerOptions;
  readonly memory: LineMemory;
  readonly blocks = new LineBlocks();
  readonly counters: SessionCounters;
  readonly log: ListenerLog;
  readonly quiet: Deadlines<HostedSession> | undefined;
  readonly #server: Server;
  readonly #sessions = new Set<HostedSession>();
  readonly #places: Places<HostedSession>;
  readonly #spareSilence = new Deadlines<HostedSession>(spareSilenceMs, (session) => {
    session.destroy('no_place');
  });
  readonly #lingering = new Deadlines<HostedSession>(lingerMs, (session) => {
    session.destroy('answered');
  });
  readonly #sweep: NodeJS.Timeout;
  #address = { host: '', port: 0 };
  #isPaused: boolean;
  #lastSession = 0;
  #acceptedCount = 0;
  #closing: Promise<void> | undefined;

  constructor(options: CybertraceListenerOptions) {
    this.options = options;
    this.#isPaused = options.startPaused ?? false;
    this.counters = sessionCounters(options.counters, options.name);
    this.log = new ListenerLog(options.name, options.logger, this.counters.handlerErrors);
    this.memory = new LineMemory(
      options.maxBufferedBytes ?? defaultMaxBufferedBytes,
      this.#sessions,
    );
    this.#places = new Places(options.maxSessions);
    if (options.requestQuietMs > 0) {
      this.quiet = new Deadlines(options.requestQuietMs, (session) => {
        session.takeUnfinished();
      });
    }
    this.#server = createServerFor({
      name: options.name,
      maxConnections: Number.POSITIVE_INFINITY,
      // A paused socket takes in one read and no more.
      sockets: { allowHalfOpen: true, noDelay: true, highWaterMark: 1 },
    });
    this.#server.on('connection', (socket: Socket) => {
      this.#welcome(socket);
    });
    const patience = {
      partial: options.partialLineTimeoutMs ?? defaultPartialMs,
      idle: options.idleTimeoutMs,
      stall: options.replyStallMs,
    };
    this.#sweep = setInterval(
      () => {
        this.blocks.trim();
        for (const session of this.#sessions) session.check(patience);
      },
      sweepMs(patience.partial, patience.idle, patience.stall),
    );
    this.#sweep.unref();
  }

  get address(): { readonly host: string; readonly port: number } {
    return this.#address;
  }

  get connectionCount(): number {
    return this.#sessions.size;
  }

  get heldBytes(): number {
    return this.memory.heldBytes;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  async open(): Promise<void> {
    try {
      this.#address = await openServer(this.#server, this.options, this.counters, this.log);
    } catch (error) {
      clearInterval(this.#sweep);
      throw error;
    }
  }

  pause(): void {
    this.#isPaused = true;
    for (const session of this.#sessions) session.goOn();
  }

  resume(): void {
    this.#isPaused = false;
    for (const session of this.#sessions) session.goOn();
  }

  close(deadlineMs: number): Promise<void> {
    this.#closing ??= this.#close(deadlineMs);
    return this.#closing;
  }

  onLeave(session: HostedSession): void {
    this.#free(session);
    this.#lingering.start(session);
    if (this.#lingering.size > mostLingering) this.#lingering.first?.destroy('answered');
  }

  onClose(session: HostedSession, reason: SessionCloseReason, detail: string): void {
    this.#free(session);
    this.#lingering.cancel(session);
    this.#sessions.delete(session);
    this.counters.closed[reason].value += 1;
    const { start } = session;
    const fields = { ...start, reason, ...(detail === '' ? {} : { error: detail }) };
    const problem = `${start.peer} disconnected: ${reason}`;
    this.options.logger.debug('intake.disconnected', problem, fields);
    this.#tell(reason, start.peer);
  }

  #welcome(socket: Socket): void {
    this.#acceptedCount += 1;
    this.#lastSession += 1;
    this.counters.connections.value += 1;
    const peer = peerAddress(socket.remoteAddress);
    const start = { id: this.#lastSession, listener: this.options.name, peer };
    const session = new Session(socket, start, this);
    this.#sessions.add(session);
    this.#places.take(session)?.destroy('no_place');
    if (session.isSpare) this.#spareSilence.start(session);
    this.options.logger.debug('intake.connected', `${peer} connected`, start);
  }

  #free(session: HostedSession): void {
    if (session.isSpare) this.#spareSilence.cancel(session);
    const moved = this.#places.free(session);
    if (moved !== undefined) this.#spareSilence.cancel(moved);
  }

  /** Counts and logs how a session ended where the operator should know of it. */
  #tell(reason: SessionCloseReason, peer: string): void {
    const { name, maxSessions } = this.options;
    if (reason === 'no_place') {
      this.counters.refused.value += 1;
      const problem = `a session was refused: ${maxSessions} are open, and ${configKeyOf(name)}.maxSessions allows no more`;
      this.log.warn('intake.too_many_sessions', problem, { peer });
    } else if (reason === 'partial_timeout') {
      this.log.warn('intake.partial_timeout', `${peer} left an event without its end`, { peer });
    } else if (reason === 'memory_cap') {
      const problem = `events that wait took more than intake.maxBufferedBytes; those of ${peer}, the most, were given up`;
      this.log.warn('intake.memory_cap', problem, { peer });
    } else if (reason === 'reply_stall') {
      const problem = `${peer} does not read its replies; it was disconnected`;
      this.log.warn('intake.reply_stall', problem, { peer });
    }
  }

  async #close(deadlineMs: number): Promise<void> {
    const deadline = performance.now() + deadlineMs;
    await acceptPending(() => this.#acceptedCount, deadline);
    const closed = closeServer(this.#server);
    if (!this.#isPaused) {
      await waitUntilQuiet({
        deadlineMs: deadline,
        hasConnections: () => this.#sessions.size > 0,
        bytes: () => this.counters.bytes.value,
      });
    }
    await this.#waitWhile(deadline, () => this.#some(({ isBusy }) => isBusy));
    for (const session of this.#sessions) {
      if (session.isBusy) session.destroy('stopped');
      else session.leave('stopped');
    }
    const lastDeadline = Math.min(deadline, performance.now() + lastLingerMs);
    await this.#waitWhile(lastDeadline, () => this.#sessions.size > 0);
    for (const session of this.#sessions) session.destroy('stopped');
    await closed;
    await this.#waitWhile(Number.POSITIVE_INFINITY, () => this.#sessions.size > 0);
    clearInterval(this.#sweep);
    for (const deadlines of [this.#spareSilence, this.#lingering, this.quiet]) deadlines?.clear();
  }

  #some(is: (session: HostedSession) => boolean): boolean {
    for (const session of this.#sessions) if (is(session)) return true;
    return false;
  }

  async #waitWhile(deadlineMs: number, holds: () => boolean): Promise<void> {
    while (holds() && performance.now() < deadlineMs) await sleep(pollMs);
  }
}
