import type { Socket } from 'node:net';

import type { Reply } from './reply.js';
import { ReplyOrder } from './reply-order.js';
import { ReplyWriter } from './reply-writer.js';
import type { ReplyDropReason, SessionCounters } from './session-counters.js';
import { Turn } from './turn.js';

/** Events of one session whose replies may be waited for at once. */
const mostPending = 64;

export interface RepliesOptions {
  readonly socket: Socket;
  /** No more events are to be taken while so many bytes of replies are unread. */
  readonly bufferBytes: number;
  readonly counters: SessionCounters;
  /** Whether there is memory for events that only wait for the turns of others. */
  readonly mayWait: () => boolean;
  readonly onFault: (error: unknown) => void;
  /** Replies have come or gone: there may be room again, or nothing left to do. */
  readonly onMoved: () => void;
}

/** What one session is answered: in the order of its events, and no more than it reads. */
export class Replies {
  readonly #options: RepliesOptions;
  readonly #order: ReplyOrder;
  readonly #writer: ReplyWriter;
  readonly #turn: Turn;
  #isFull = false;
  #dropReason: ReplyDropReason | undefined;
  /** Since when, and at which count of moves, nothing has moved; see hasStalled(). */
  #stuckSinceMs: number | undefined;
  #stuckAt = 0;

  constructor(options: RepliesOptions) {
    this.#options = options;
    const { socket, counters, onFault, onMoved } = options;
    this.#writer = new ReplyWriter(socket, counters.replies, onMoved);
    this.#turn = new Turn(onMoved);
    this.#order = new ReplyOrder(
      (reply) => {
        if (this.#dropReason === undefined) this.#writer.add(reply);
        else counters.repliesDropped[this.#dropReason].value += reply.messages;
      },
      onFault,
      onMoved,
    );
  }

  /** Whether no reply is waited for and all are with the operating system. */
  get isEmpty(): boolean {
    return this.#order.size === 0 && this.#writer.isIdle;
  }

  /** Whether the client must read before more of its events are taken; there is some play in it. */
  get isFull(): boolean {
    const unread = this.#writer.unreadBytes + this.#order.waitingBytes;
    const { bufferBytes } = this.#options;
    if (unread >= bufferBytes || this.#order.size >= mostPending) this.#isFull = true;
    else if (unread <= bufferBytes / 2 && this.#order.size <= mostPending / 2) this.#isFull = false;
    return this.#isFull;
  }

  /** Whether other sessions go first before more events are taken. */
  get isOthersTurn(): boolean {
    return this.#turn.isOver && this.#options.mayWait();
  }

  add(reply: Reply | Promise<Reply>): void {
    this.#turn.spend(reply instanceof Promise ? 0 : reply.text.length);
    this.#order.add(reply);
  }

  /** Hands over what has come since; between two calls replies gather, to share a write. */
  flush(): void {
    this.#writer.flush();
  }

  /** To be asked now and then: whether the client has left its replies unread for so long. */
  hasStalled(nowMs: number, patienceMs: number): boolean {
    if (this.#writer.isIdle) {
      this.#stuckSinceMs = undefined;
      return false;
    }
    if (this.#stuckSinceMs === undefined || this.#stuckAt !== this.#writer.moves) {
      this.#stuckSinceMs = nowMs;
      this.#stuckAt = this.#writer.moves;
    }
    return nowMs - this.#stuckSinceMs >= patienceMs;
  }

  /** The connection is gone: everything not handed over, and what still comes, is counted as dropped. */
  giveUp(reason: ReplyDropReason): void {
    if (this.#dropReason !== undefined) return;
    this.#dropReason = reason;
    this.#options.counters.repliesDropped[reason].value += this.#writer.giveUp();
    this.#order.giveUp();
  }
}
