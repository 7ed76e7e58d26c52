import type { Socket } from 'node:net';

import type { IntakeSession } from '../../core/index.js';
import type { RejectReason } from '../connection.js';
import type { LineHolder } from '../line-memory.js';
import { codeOf } from '../listen-error.js';
import { isTlsHello } from '../tls-hello.js';
import { EventLines } from './event-lines.js';
import { OpeningReader, startsWithFlag } from './flags.js';
import type { Opening } from './flags.js';
import type { PlaceHolder } from './places.js';
import { noReply } from './reply.js';
import { Replies } from './replies.js';
import type { ReplyDropReason, SessionCloseReason } from './session-counters.js';
import type { SessionHost, SessionPatienceMs, SessionStart } from './session-host.js';

/** What is read and thrown away behind our FIN, at most; more would only keep us busy. */
const mostDiscardedBytes = 1_048_576;

/**
 * One accepted socket, from its flags to the last reply. It is `opening` until it is known whether it
 * brings events, takes `events` until it has brought all, and is `leaving` when all is replied: our FIN
 * is on its way, and what still comes is thrown away, because closing over unread bytes is a reset,
 * which may destroy the reply.
 */
export class Session implements LineHolder, PlaceHolder {
  isSpare = false;
  readonly #host: SessionHost;
  readonly #socket: Socket;
  readonly #opening = new OpeningReader();
  readonly #replies: Replies;
  #stage: 'opening' | 'events' | 'leaving' | 'closed' = 'opening';
  #session: IntakeSession;
  #lines: EventLines | undefined;
  /** No more events are wanted: the peer has sent its FIN, or the only event is taken. */
  #hasAll = false;
  #isOnlyEventTaken = false;
  /** Whether reading has been stopped. */
  #isHeld = false;
  #heldBytes = 0;
  #partialSinceMs: number | undefined;
  #isActive = false;
  #activeAtMs = performance.now();
  #discardedBytes = 0;
  #reason: SessionCloseReason | undefined;
  #detail = '';

  /** The socket comes paused. */
  constructor(socket: Socket, start: SessionStart, host: SessionHost) {
    this.#socket = socket;
    this.#session = start;
    this.#host = host;
    this.#replies = new Replies({
      socket,
      bufferBytes: host.options.replyBufferBytes,
      counters: host.counters,
      onFault: host.log.fault,
      onMoved: this.goOn,
    });
    this.#watch();
    socket.resume();
  }

  get start(): SessionStart {
    return this.#session;
  }

  /** Whether something is left to be replied, or to be read by the client. */
  get isBusy(): boolean {
    if (this.#stage !== 'events') return false;
    return !this.#replies.isEmpty || (this.#lines?.isWaiting === true && !this.#host.isPaused);
  }

  get isLeaving(): boolean {
    return this.#stage === 'leaving';
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** There may be room again, or the listener was paused or goes on. */
  readonly goOn = (): void => {
    if (this.#stage !== 'events') return;
    this.#lines?.goOn();
    this.#settle();
  };

  /** Looks whether the client is silent, or leaves its replies unread, for longer than allowed. */
  check(patience: SessionPatienceMs): void {
    const now = performance.now();
    if (this.#isActive) this.#activeAtMs = now;
    else this.releaseUnused();
    this.#isActive = false;
    if (this.#replies.hasStalled(now, patience.stall)) {
      this.destroy('reply_stall');
    } else if (this.#isHeld || this.#host.isPaused || this.isBusy) {
      // Time spent waiting for us is not the client's.
      this.#activeAtMs = now;
      if (this.#partialSinceMs !== undefined) this.#partialSinceMs = now;
    } else if (this.#partialSinceMs !== undefined) {
      if (now - this.#partialSinceMs < patience.partial) return;
      this.#host.counters.partialTimeouts.value += 1;
      this.#giveUpEvents('partial_timeout');
      this.destroy('partial_timeout');
    } else if (patience.idle !== undefined && now - this.#activeAtMs >= patience.idle) {
      this.destroy('idle');
    }
  }

  /** Nothing has come behind an unfinished line for a moment: it is whole. */
  takeUnfinished(): void {
    if (this.#stage !== 'events' || this.#isHeld) return;
    this.#lines?.end();
    this.#settle();
  }

  releaseUnused(): void {
    this.#lines?.releaseUnused();
    this.#noteHeld();
  }

  shed(): void {
    this.#giveUpEvents('memory_cap');
    this.destroy('memory_cap');
    this.releaseUnused();
  }

  /** Ends in good order: what is replied is with the operating system, our FIN goes out behind it. */
  leave(reason: SessionCloseReason): void {
    if (this.#stage === 'leaving' || this.#stage === 'closed') return;
    this.#stage = 'leaving';
    this.#reason ??= reason;
    this.#host.quiet?.cancel(this);
    this.#socket.end();
    this.#socket.resume();
    this.#host.onLeave(this);
  }

  destroy(reason: SessionCloseReason): void {
    this.#reason ??= reason;
    this.#stage = 'closed';
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    // Bytes that were on their way when the connection was given up.
    if (this.#stage === 'closed') return;
    this.#host.counters.bytes.value += chunk.length;
    this.#isActive = true;
    switch (this.#stage) {
      case 'leaving':
        this.#discardedBytes += chunk.length;
        if (this.#discardedBytes > mostDiscardedBytes) this.#socket.pause();
        return;
      case 'opening':
        this.#open(chunk);
        return;
      case 'events':
        this.#takeEvents(chunk);
        return;
      default:
        this.#stage satisfies never;
    }
  }

  #open(chunk: Buffer): void {
    if (this.#opening.isEmpty && isTlsHello(chunk)) {
      const { name } = this.#host.options;
      const problem = `a client speaks TLS to ${name}, which has no TLS; switch TLS off at the client`;
      this.#host.log.warn('intake.tls_hello', problem, { peer: this.#session.peer });
      this.destroy('tls_hello');
      return;
    }
    const opening = this.#opening.push(chunk);
    if (opening === undefined) {
      if (this.isSpare && !this.#opening.mayBePing) this.destroy('no_place');
    } else if (opening.kind === 'ping') {
      this.#host.counters.pings.value += 1;
      this.#socket.write('PONG');
      this.leave('answered');
    } else if (this.isSpare) {
      this.destroy('no_place');
    } else {
      const lines = this.#begin(opening);
      if (opening.before !== '') lines.push(Buffer.from(opening.before, 'latin1'));
      this.#takeEvents(chunk.subarray(opening.start));
    }
  }

  #begin({ flags }: Extract<Opening, { readonly kind: 'events' }>): EventLines {
    const { options, counters, blocks } = this.#host;
    counters.sessions(flags).value += 1;
    this.#stage = 'events';
    this.#session = {
      ...this.#session,
      flags: options.replyAlways ? { ...flags, sendFinished: true, replyBack: true } : flags,
    };
    return (this.#lines = new EventLines({
      maxLineBytes: options.maxLineBytes,
      blocks,
      mustWait: () => this.#host.isPaused || this.#isOnlyEventTaken || this.#replies.isFull,
      onEvent: (bytes, start, end) => {
        this.#answer(bytes, start, end);
      },
      onOversize: (length) => {
        counters.oversizeLines.value += 1;
        counters.oversizeBytes.value += length;
        options.onReject?.('line_too_long', this.#session);
      },
    }));
  }

  #takeEvents(chunk: Buffer): void {
    const lines = this.#lines;
    if (lines === undefined) return;
    const { endings } = lines;
    lines.push(chunk);
    if (!lines.hasPartial) this.#partialSinceMs = undefined;
    else if (this.#partialSinceMs === undefined || lines.endings !== endings) {
      this.#partialSinceMs = performance.now();
    }
    this.#settle();
  }

  #answer(bytes: Uint8Array, start: number, end: number): void {
    const { options, counters, log } = this.#host;
    counters.lines.value += 1;
    if (startsWithFlag(bytes, start, end)) counters.flagsIgnored.value += 1;
    let reply;
    try {
      reply = options.answer(this.#session, bytes, start, end);
    } catch (error) {
      log.fault(error);
      reply = noReply;
    }
    this.#replies.add(reply);
    if (options.closeAfterReply && this.#session.flags?.replyBack === true) {
      this.#isOnlyEventTaken = true;
      this.#hasAll = true;
    }
  }

  /** After anything has happened: replies go out, reading stops or goes on, or everything is done. */
  #settle(): void {
    const lines = this.#lines;
    if (lines === undefined) return;
    this.#replies.flush();
    // May cost this session its place in memory, and its life.
    this.#noteHeld();
    if (this.#stage !== 'events') return;
    // What waits behind the only event is not wanted.
    const isWaiting = lines.isWaiting && !this.#isOnlyEventTaken;
    if (this.#hasAll && this.#replies.isEmpty && !isWaiting) {
      lines.discard();
      this.leave(this.#isOnlyEventTaken ? 'answered' : 'ended');
      return;
    }
    const mustWait =
      isWaiting || this.#isOnlyEventTaken || this.#host.isPaused || this.#replies.isFull;
    if (mustWait !== this.#isHeld) {
      this.#isHeld = mustWait;
      if (mustWait) this.#socket.pause();
      else this.#socket.resume();
    }
    if (lines.hasPartial && !mustWait) this.#host.quiet?.start(this);
    else this.#host.quiet?.cancel(this);
  }

  #giveUpEvents(reason: RejectReason): void {
    const { options, counters } = this.#host;
    const events = this.#lines?.discard() ?? 0;
    this.#partialSinceMs = undefined;
    if (reason === 'connection_lost') counters.cutLines.value += events;
    for (let event = 0; event < events; event += 1) {
      options.onReject?.(reason, this.#session);
      if (reason === 'memory_cap') options.onShed?.(this.#session);
    }
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
      if (this.#opening.isEmpty) {
        this.leave('ended');
        return;
      }
      const opening = this.#opening.end();
      if (this.isSpare || opening.kind === 'ping') {
        this.destroy('no_place');
        return;
      }
      this.#begin(opening).push(Buffer.from(opening.before, 'latin1'));
    }
    this.#lines?.end();
    this.#partialSinceMs = undefined;
    this.#settle();
  }

  #watch(): void {
    this.#socket.on('data', (chunk: Buffer) => {
      this.#take(chunk);
    });
    this.#socket.on('end', () => {
      this.#end();
    });
    this.#socket.on('error', (error) => {
      this.#detail = codeOf(error);
      this.#reason ??= this.#detail === 'ECONNRESET' ? 'reset' : 'error';
      this.#stage = 'closed';
    });
    this.#socket.once('close', () => {
      const reason = this.#reason ?? 'ended';
      this.#stage = 'closed';
      this.#host.quiet?.cancel(this);
      this.#giveUpEvents('connection_lost');
      this.#replies.giveUp(dropReason(reason));
      this.releaseUnused();
      this.#host.onClose(this, reason, this.#detail);
    });
  }
}

function dropReason(reason: SessionCloseReason): ReplyDropReason {
  if (reason === 'reply_stall') return 'unread';
  return reason === 'stopped' ? 'stopped' : 'lost';
}
