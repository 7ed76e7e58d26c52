import { noReply } from './reply.js';
import type { Reply } from './reply.js';

interface Slot {
  /** Undefined while it is waited for. */
  reply: Reply | undefined;
}

/**
 * Hands replies on in the order of their events, though some come later: those behind one that is
 * waited for wait with it.
 */
export class ReplyOrder {
  readonly #onReply: (reply: Reply) => void;
  readonly #onFault: (error: unknown) => void;
  readonly #onMoved: () => void;
  readonly #slots: Slot[] = [];
  #waitingBytes = 0;
  #isGivenUp = false;

  /** `onMoved` is called after replies that were waited for have been handed on. */
  constructor(
    onReply: (reply: Reply) => void,
    onFault: (error: unknown) => void,
    onMoved: () => void,
  ) {
    this.#onReply = onReply;
    this.#onFault = onFault;
    this.#onMoved = onMoved;
  }

  /** Replies that wait for one before them, that one counted. */
  get size(): number {
    return this.#slots.length;
  }

  /** What the replies that have come and wait take, in bytes. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Takes the reply to the next event. */
  add(reply: Reply | Promise<Reply>): void {
    if (reply instanceof Promise) {
      const slot: Slot = { reply: undefined };
      this.#slots.push(slot);
      reply.then(
        (come) => {
          this.#settle(slot, come);
        },
        (error: unknown) => {
          this.#onFault(error);
          this.#settle(slot, noReply);
        },
      );
    } else if (this.#slots.length === 0) {
      this.#onReply(reply);
    } else {
      this.#slots.push({ reply });
      this.#waitingBytes += Buffer.byteLength(reply.text);
    }
  }

  /** Order means nothing any more: what has come, and what still comes, is handed on at once. */
  giveUp(): void {
    this.#isGivenUp = true;
    this.#waitingBytes = 0;
    for (const { reply } of this.#slots.splice(0)) {
      if (reply !== undefined) this.#onReply(reply);
    }
  }

  #settle(slot: Slot, come: Reply): void {
    if (this.#isGivenUp) {
      this.#onReply(come);
      return;
    }
    slot.reply = come;
    this.#waitingBytes += Buffer.byteLength(come.text);
    if (this.#slots[0] === slot) this.#handOn();
  }

  #handOn(): void {
    for (;;) {
      const reply = this.#slots[0]?.reply;
      if (reply === undefined) break;
      this.#slots.shift();
      this.#waitingBytes -= Buffer.byteLength(reply.text);
      this.#onReply(reply);
    }
    this.#onMoved();
  }
}
