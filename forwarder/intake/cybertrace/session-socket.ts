import type { Socket } from 'node:net';

import { codeOf } from '../listen-error.js';
import type { SessionCloseReason } from './session-counters.js';

/** What is read and thrown away behind our FIN, at most; more would only keep us busy. */
const mostDiscardedBytes = 1_048_576;
/** The peer has broken the connection; writing to one who has gone gives the second. */
const resetCodes = new Set(['ECONNRESET', 'EPIPE']);

export interface SessionSocketHandlers {
  readonly onChunk: (chunk: Buffer) => void;
  /** The peer has sent its FIN. */
  readonly onEnd: () => void;
  /** Called once, when all is over. */
  readonly onClose: (reason: SessionCloseReason, detail: string) => void;
}

/** The socket of a session: how it is read, how it ends, and why it has. */
export class SessionSocket {
  readonly #socket: Socket;
  readonly #handlers: SessionSocketHandlers;
  #isHeld = false;
  #isOver = false;
  #isFinished = false;
  #discardedBytes = 0;
  #reason: SessionCloseReason | undefined;
  #detail = '';

  /** The socket comes paused, and is read from the next turn of the event loop on. */
  constructor(socket: Socket, handlers: SessionSocketHandlers) {
    this.#socket = socket;
    this.#handlers = handlers;
    socket.on('data', this.#onData);
    socket.on('end', handlers.onEnd);
    socket.on('error', this.#onError);
    socket.once('close', this.#onClose);
    socket.resume();
  }

  /** Whether reading is stopped. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Stops reading, or goes on with it; returns whether that was a change. */
  hold(isHeld: boolean): boolean {
    if (isHeld === this.#isHeld) return false;
    this.#isHeld = isHeld;
    if (isHeld) this.#socket.pause();
    else this.#socket.resume();
    return true;
  }

  /**
   * Sends our FIN behind what was written. What still comes is read and thrown away: closing over
   * unread bytes is a reset, which may destroy the reply.
   */
  finish(reason: SessionCloseReason, last?: string): void {
    this.#reason ??= reason;
    this.#isFinished = true;
    if (last === undefined) this.#socket.end();
    else this.#socket.end(last);
    this.#socket.resume();
  }

  destroy(reason: SessionCloseReason): void {
    this.#reason ??= reason;
    this.#isOver = true;
    this.#socket.destroy();
  }

  readonly #onData = (chunk: Buffer): void => {
    // Bytes that were on their way when the connection was given up.
    if (this.#isOver) return;
    if (!this.#isFinished) {
      this.#handlers.onChunk(chunk);
      return;
    }
    this.#discardedBytes += chunk.length;
    if (this.#discardedBytes > mostDiscardedBytes) this.#socket.pause();
  };

  readonly #onError = (error: Error): void => {
    this.#detail = codeOf(error);
    this.#reason ??= resetCodes.has(this.#detail) ? 'reset' : 'error';
    this.#isOver = true;
  };

  readonly #onClose = (): void => {
    this.#handlers.onClose(this.#reason ?? 'ended', this.#detail);
  };
}
