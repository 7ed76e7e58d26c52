import type { Message } from '../core/index.js';

/** What holding one message costs besides its body: the object, its id, its place in the ring. */
export const bytesPerMessage = 256;

/** A larger ring is given back once it is empty: an outage must not cost memory for ever. */
const largestIdleRing = 4096;

function emptyRing(): (Message | undefined)[] {
  return new Array<Message | undefined>(16).fill(undefined);
}

/** What a message counts against the queue's limit of bytes. */
export function queueBytesOf(message: Message): number {
  return Buffer.byteLength(message.body) + bytesPerMessage;
}

/**
 * First in, first out, in a ring that grows by doubling: adding and taking cost the same however
 * many wait. It knows no limits of its own; `bytes` and `length` are what its owner judges by.
 *
 * Example: ring of 4, head 3, length 2: the oldest message is in slot 3, the next in slot 0.
 */
export class MessageQueue {
  #ring = emptyRing();
  #head = 0;
  #length = 0;
  #bytes = 0;

  get length(): number {
    return this.#length;
  }

  /** Sum of queueBytesOf over what waits. */
  get bytes(): number {
    return this.#bytes;
  }

  push(message: Message, bytes: number = queueBytesOf(message)): void {
    if (this.#length === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.#length) & (this.#ring.length - 1)] = message;
    this.#length++;
    this.#bytes += bytes;
  }

  /** Takes the oldest message out; `undefined` when none waits. */
  shift(): Message | undefined {
    if (this.#length === 0) return undefined;
    const message = this.#ring[this.#head];
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.#length--;
    if (message !== undefined) this.#bytes -= queueBytesOf(message);
    if (this.#length === 0 && this.#ring.length > largestIdleRing) {
      this.#ring = emptyRing();
      this.#head = 0;
    }
    return message;
  }

  /** Takes the oldest messages out: at most `maxMessages`, ending with the one that fills `maxBytes`. */
  take(maxMessages: number, maxBytes: number): Message[] {
    const taken: Message[] = [];
    const floor = this.#bytes - maxBytes;
    while (taken.length < maxMessages && (taken.length === 0 || this.#bytes > floor)) {
      const message = this.shift();
      if (message === undefined) break;
      taken.push(message);
    }
    return taken;
  }

  #grow(): void {
    const old = this.#ring;
    const ring = new Array<Message | undefined>(old.length * 2).fill(undefined);
    for (let index = 0; index < this.#length; index++) {
      ring[index] = old[(this.#head + index) & (old.length - 1)];
    }
    this.#ring = ring;
    this.#head = 0;
  }
}
