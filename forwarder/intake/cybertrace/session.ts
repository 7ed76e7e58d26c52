import type { Socket } from 'node:net';

import type { IntakeSession } from '../../core/index.js';
import { isTlsHello } from '../tls-hello.js';
import { answerEvent, answerSkipped, openedSession, warnOfTls } from './answering.js';
import { EventLines } from './event-lines.js';
import { OpeningReader } from './flags.js';
import type { Opening } from './flags.js';
import { Replies } from './replies.js';
import { replyDropReason } from './session-counters.js';
import type { SessionCloseReason } from './session-counters.js';
import type {
  HostedSession,
  SessionHost,
  SessionPatienceMs,
  SessionStart,
} from './session-host.js';
import { SessionSocket } from './session-socket.js';
import { Silence } from './silence.js';

/**
 * One connection, from its flags to the last reply. It is `opening` until it is known whether it brings
 * events, takes `events` until it has brought all, is `leaving` when all is replied and our FIN is on its
 * way, and `over` when it was broken off.
 */
export class Session implements HostedSession {
  isSpare = false;
  readonly #host: SessionHost;
  readonly #socket: SessionSocket;
  readonly #opening = new OpeningReader();
  readonly #replies: Replies;
  readonly #silence = new Silence();
  #stage: 'opening' | 'events' | 'leaving' | 'over' = 'opening';
  #session: IntakeSession;
  #lines: EventLines | undefined;
  /** The peer has sent its FIN. */
  #hasAll = false;
  /** The event is taken behind which we end the session. */
  #isOnlyEventTaken = false;
  #heldBytes = 0;

  /** The socket comes paused. */
  constructor(socket: Socket, start: SessionStart, host: SessionHost) {
    this.#session = start;
    this.#host = host;
    this.#replies = new Replies({
      socket,
      bufferBytes: host.options.replyBufferBytes,
      counters: host.counters,
      mayWait: () => !host.memory.isHalfFull,
      onFault: host.log.fault,
      onMoved: this.goOn,
    });
    this.#socket = new SessionSocket(socket, {
      onChunk: (chunk) => {
        this.#take(chunk);
      },
      onEnd: () => {
        this.#end();
      },
      onClose: (reason, detail) => {
        this.#close(reason);
        host.onClose(this, reason, detail);
      },
    });
  }

  get start(): SessionStart {
    return this.#session;
  }

  get isBusy(): boolean {
    if (this.#stage !== 'events') return false;
    return !this.#replies.isEmpty || (this.#lines?.isWaiting === true && !this.#host.isPaused);
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  readonly goOn = (): void => {
    if (this.#stage !== 'events') return;
    this.#lines?.goOn();
    this.#settle();
  };

  check(patience: SessionPatienceMs): void {
    const now = performance.now();
    if (!this.#silence.wasActive(now)) this.releaseUnused();
    if (this.#stage === 'leaving' || this.#stage === 'over') return;
    if (this.#replies.hasStalled(now, patience.stall)) {
      this.destroy('reply_stall');
      return;
    }
    if (this.#socket.isHeld || this.#host.isPaused || this.isBusy) this.#silence.excuse(now);
    const reason = this.#silence.overdue(now, patience);
    if (reason === undefined) return;
    if (reason === 'partial_timeout') {
      this.#host.counters.partialTimeouts.value += 1;
      this.#lines?.giveUp(reason);
    }
    this.destroy(reason);
  }

  takeUnfinished(): void {
    if (this.#stage === 'events' && !this.#socket.isHeld) this.#endLine();
  }

  releaseUnused(): void {
    this.#lines?.releaseUnused();
    this.#noteHeld();
  }

  shed(): void {
    this.#lines?.giveUp('memory_cap');
    this.destroy('memory_cap');
    this.releaseUnused();
  }

  /** Ends in good order, behind `last`: all replies are with the operating system. */
  leave(reason: SessionCloseReason, last?: string): void {
    if (this.#stage === 'leaving' || this.#stage === 'over') return;
    this.#stage = 'leaving';
    this.#host.quiet?.cancel(this);
    this.#socket.finish(reason, last);
    this.#host.onLeave(this);
  }

  destroy(reason: SessionCloseReason): void {
    this.#stage = 'over';
    this.#socket.destroy(reason);
  }

  #take(chunk: Buffer): void {
    this.#host.counters.bytes.value += chunk.length;
    this.#silence.noteBytes();
    if (this.#stage === 'opening') this.#open(chunk);
    else this.#takeEvents(chunk);
  }

  #open(chunk: Buffer): void {
    if (this.#opening.isEmpty && isTlsHello(chunk)) {
      warnOfTls(this.#host, this.#session);
      this.destroy('tls_hello');
      return;
    }
    const opening = this.#opening.push(chunk);
    if (opening === undefined) {
      if (this.isSpare && !this.#opening.mayBePing) this.destroy('no_place');
    } else if (opening.kind === 'ping') {
      this.#host.counters.pings.value += 1;
      this.leave('answered', 'PONG');
    } else if (this.isSpare) {
      this.destroy('no_place');
    } else {
      const lines = this.#begin(opening);
      if (opening.before !== '') lines.push(Buffer.from(opening.before, 'latin1'));
      this.#takeEvents(chunk.subarray(opening.start));
    }
  }

  #begin({ flags }: Extract<Opening, { readonly kind: 'events' }>): EventLines {
    const { options, counters } = this.#host;
    counters.sessions(flags).value += 1;
    const session = openedSession(this.#session, flags, options.replyAlways);
    const hasOneEvent = options.closeAfterReply && session.flags?.replyBack === true;
    this.#stage = 'events';
    this.#session = session;
    this.#lines = new EventLines({
      session,
      host: this.#host,
      mustWait: () => this.#mustWait,
      onEvent: (bytes, start, end) => {
        this.#replies.add(answerEvent(this.#host, session, bytes, start, end));
        this.#isOnlyEventTaken = hasOneEvent;
      },
      onSkipped: () => {
        this.#replies.add(answerSkipped(this.#host, session));
        this.#isOnlyEventTaken = hasOneEvent;
      },
    });
    return this.#lines;
  }

  #takeEvents(chunk: Buffer): void {
    const lines = this.#lines;
    if (lines === undefined) return;
    const { endings } = lines;
    lines.push(chunk);
    this.#silence.noteLines(lines, endings);
    if (lines.hasPartial) this.#host.quiet?.start(this);
    this.#settle();
  }

  #endLine(): void {
    this.#lines?.end();
    this.#silence.forgetPartial();
    this.#settle();
  }

  /** After anything has happened: replies go out, reading stops or goes on, or everything is done. */
  #settle(): void {
    const lines = this.#lines;
    if (lines === undefined) return;
    this.#replies.flush();
    // May cost this session its place in memory, and its life.
    this.#noteHeld();
    if (this.#stage !== 'events') return;
    if (this.#isDone) {
      // What waits behind the only event is not wanted.
      lines.discard();
      this.leave(this.#isOnlyEventTaken ? 'answered' : 'ended');
      return;
    }
    const hasChanged = this.#socket.hold(this.#mustWait || lines.isWaiting);
    if (this.#socket.isHeld || !lines.hasPartial) this.#host.quiet?.cancel(this);
    else if (hasChanged) this.#host.quiet?.start(this);
  }

  /** Whether everything wanted was taken and is replied. */
  get #isDone(): boolean {
    if (!this.#replies.isEmpty) return false;
    return this.#isOnlyEventTaken || (this.#hasAll && this.#lines?.isWaiting !== true);
  }

  get #mustWait(): boolean {
    const { isFull, isOthersTurn } = this.#replies;
    return this.#host.isPaused || this.#isOnlyEventTaken || isFull || isOthersTurn;
  }

  #noteHeld(): void {
    const change = (this.#lines?.heldBytes ?? 0) - this.#heldBytes;
    if (change === 0) return;
    this.#heldBytes += change;
    this.#host.memory.changed(change);
  }

  #end(): void {
    this.#hasAll = true;
    if (this.#stage === 'opening') {
      const opening = this.#opening.end();
      if (this.#opening.isEmpty) this.leave('ended');
      else if (this.isSpare || opening.kind === 'ping') this.destroy('no_place');
      else this.#begin(opening).push(Buffer.from(opening.before, 'latin1'));
    }
    if (this.#stage === 'events') this.#endLine();
  }

  #close(reason: SessionCloseReason): void {
    this.#stage = 'over';
    this.#host.quiet?.cancel(this);
    this.#lines?.giveUp('connection_lost');
    this.#replies.giveUp(replyDropReason(reason));
    this.releaseUnused();
  }
}
