import type { Socket } from 'node:net';

import type { Counter } from '../../core/index.js';
import type { Reply } from './reply.js';

/** So much goes to the operating system at a time; a longer reply goes in pieces of this size. */
const writeBytes = 65_536;

/** What is handed to the operating system at once. */
interface Piece {
  data: string | Buffer;
  bytes: number;
  /** Messages that are handed over whole with it. */
  messages: number;
}

/**
 * Writes replies to a socket, each in one write unless it is longer than 64 KiB: clients read once for
 * an event and take what has come for its reply. Replies that come together share a write.
 */
export class ReplyWriter {
  readonly #socket: Socket;
  readonly #sent: Counter;
  readonly #onMoved: () => void;
  readonly #pieces: Piece[] = [];
  #inFlight: Piece | undefined;
  #unreadBytes = 0;
  #moves = 0;
  #lostMessages = 0;
  #isGivenUp = false;

  /** `sent` counts messages the operating system has taken; `onMoved` is called whenever it took some. */
  constructor(socket: Socket, sent: Counter, onMoved: () => void) {
    this.#socket = socket;
    this.#sent = sent;
    this.#onMoved = onMoved;
  }

  /** What the operating system has not taken yet, in bytes, because the client does not read. */
  get unreadBytes(): number {
    return this.#unreadBytes;
  }

  get isIdle(): boolean {
    return this.#inFlight === undefined && this.#pieces.length === 0;
  }

  /** Grows whenever the operating system has taken something. */
  get moves(): number {
    return this.#moves;
  }

  /** Takes a reply; it leaves with the next flush(). */
  add(reply: Reply): void {
    const bytes = Buffer.byteLength(reply.text);
    if (bytes === 0) return;
    this.#unreadBytes += bytes;
    if (bytes > writeBytes) {
      this.#addLong(Buffer.from(reply.text), reply.messages);
      return;
    }
    const last = this.#pieces.at(-1);
    if (last !== undefined && typeof last.data === 'string' && last.bytes + bytes <= writeBytes) {
      last.data += reply.text;
      last.bytes += bytes;
      last.messages += reply.messages;
    } else {
      this.#pieces.push({ data: reply.text, bytes, messages: reply.messages });
    }
  }

  flush(): void {
    if (this.#inFlight !== undefined || this.#isGivenUp) return;
    const piece = this.#pieces.shift();
    if (piece === undefined) return;
    this.#inFlight = piece;
    this.#socket.write(piece.data, this.#onWritten);
  }

  /** The connection is gone. Gives back how many messages were not handed over. */
  giveUp(): number {
    this.#isGivenUp = true;
    const unsent = [...(this.#inFlight === undefined ? [] : [this.#inFlight]), ...this.#pieces];
    this.#inFlight = undefined;
    this.#pieces.length = 0;
    this.#unreadBytes = 0;
    return unsent.reduce((sum, { messages }) => sum + messages, this.#lostMessages);
  }

  #addLong(data: Buffer, messages: number): void {
    for (let at = 0; at < data.length; at += writeBytes) {
      const piece = data.subarray(at, at + writeBytes);
      const isLast = at + writeBytes >= data.length;
      this.#pieces.push({ data: piece, bytes: piece.length, messages: isLast ? messages : 0 });
    }
  }

  readonly #onWritten = (error?: Error | null): void => {
    const piece = this.#inFlight;
    if (piece === undefined) return;
    this.#inFlight = undefined;
    this.#unreadBytes -= piece.bytes;
    if (error) {
      this.#lostMessages += piece.messages;
      return;
    }
    this.#sent.value += piece.messages;
    this.#moves += 1;
    this.flush();
    this.#onMoved();
  };
}
