import type { Socket } from 'node:net';

import { messageOf, ServiceError } from '../../../core/index.js';
import type { EventChunk } from './event-chunks.js';
import { openSocket } from './open-socket.js';
import type { ChunkReply, ScanConnection } from './scan-connection.js';
import { addressText } from './service-address.js';
import type { ServiceAddress } from './service-address.js';

/**
 * What a connection asks for that wants replies: flags without any separator, the first event follows
 * at once (CyberTrace help, page 180189).
 */
export const replyFlags = 'X-KF-SendFinishedEventX-KF-ReplyBack';

export interface ReplyOptions {
  readonly address: ServiceAddress;
  /** The service may be silent for so long while it owes replies. */
  readonly timeoutMs: number;
  /** What the line begins with that ends the replies of an event. */
  readonly finished: string;
  readonly signal: AbortSignal;
}

/** A reply line, and all lines of one event, longer than this are no replies. */
const maxLineBytes = 1_048_576;
const maxEventBytes = 16 * 1_048_576;
const lf = 10;

interface Pending {
  readonly chunk: EventChunk;
  readonly replies: ChunkReply[];
  /** How many of its events were answered. */
  answered: number;
  readonly resolve: (replies: readonly ChunkReply[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Opens a connection that gets replies. Errors as openSocket(). */
export async function openReplyConnection(options: ReplyOptions): Promise<ScanConnection> {
  const socket = await openSocket(options.address, options.timeoutMs, options.signal);
  return new ReplyConnection(socket, options);
}

/**
 * Sends events one after the other without waiting, and gives each its replies: the lines up to its
 * finished line. How many are on their way is up to who calls send().
 *
 *     → X-KF-SendFinishedEventX-KF-ReplyBack192.0.2.1\n192.0.2.9\n
 *     ← - category=KL_IP_Reputation matchedIndicator=192.0.2.1 …\nLookupFinished\nLookupFinished\n
 */
class ReplyConnection implements ScanConnection {
  readonly #socket: Socket;
  readonly #options: ReplyOptions;
  readonly #finished: Buffer;
  #hasGreeted = false;
  #hasWorked = false;
  #pending: Pending[] = [];
  /** The begin of a reply line whose end has not come. */
  #rest = Buffer.alloc(0);
  #eventBytes = 0;
  #lastLine = '';
  #failure: ServiceError | undefined;
  readonly #timer: NodeJS.Timeout;

  constructor(socket: Socket, options: ReplyOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#finished = Buffer.from(options.finished);
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => {
      this.#take(bytes);
    });
    socket.on('error', (error) => {
      this.#fail(`the connection was lost: ${messageOf(error)}`);
    });
    socket.on('close', () => {
      this.#fail('the service has closed the connection');
    });
    this.#timer = setTimeout(() => {
      this.#onSilence();
    }, options.timeoutMs);
    this.#timer.unref();
  }

  get hasWorked(): boolean {
    return this.#hasWorked;
  }

  send(chunk: EventChunk): Promise<readonly ChunkReply[]> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (chunk.lines.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      if (this.#pending.length === 0) this.#timer.refresh();
      this.#pending.push({ chunk, replies: [], answered: 0, resolve, reject });
      const greeting = this.#hasGreeted ? [] : [Buffer.from(replyFlags)];
      this.#hasGreeted = true;
      // One write: the flags and the first event belong together.
      this.#socket.write(Buffer.concat([...greeting, chunk.bytes]));
    });
  }

  end(): Promise<void> {
    this.#failure ??= lost(this.#options.address, 'it was ended');
    clearTimeout(this.#timer);
    return new Promise((resolve) => {
      if (this.#socket.destroyed) {
        resolve();
        return;
      }
      this.#socket.once('close', () => {
        resolve();
      });
      // Everything was answered: nothing is on its way that could be lost.
      this.#socket.destroySoon();
    });
  }

  destroy(): void {
    this.#fail('it was given up');
  }

  #take(bytes: Buffer): void {
    if (this.#failure !== undefined) return;
    this.#timer.refresh();
    let at = 0;
    if (this.#rest.length > 0) {
      const found = bytes.indexOf(lf);
      const part = found < 0 ? bytes : bytes.subarray(0, found);
      this.#rest = Buffer.concat([this.#rest, part]);
      if (found < 0) {
        this.#checkRest();
        return;
      }
      const line = this.#rest;
      this.#rest = Buffer.alloc(0);
      if (!this.#takeLine(line)) return;
      at = found + 1;
    }
    for (let end = bytes.indexOf(lf, at); end >= 0; end = bytes.indexOf(lf, at)) {
      if (!this.#takeLine(bytes.subarray(at, end))) return;
      at = end + 1;
    }
    this.#rest = Buffer.from(bytes.subarray(at));
    this.#checkRest();
  }

  #checkRest(): void {
    if (this.#rest.length > maxLineBytes) {
      this.#fail(`a reply has more than ${maxLineBytes} bytes without an end`);
    }
  }

  /** Whether to go on: false when the connection was given up. */
  #takeLine(line: Buffer): boolean {
    const first = this.#pending[0];
    // Nothing was asked: what comes is not about any event.
    if (first === undefined) return true;
    if (line.subarray(0, this.#finished.length).equals(this.#finished)) {
      this.#endEvent(first);
      return true;
    }
    const text = line.toString('utf8').replace(/\r$/, '');
    this.#lastLine = text;
    this.#eventBytes += line.length + 1;
    if (this.#eventBytes > maxEventBytes) {
      this.#fail(`the replies to one event have more than ${maxEventBytes} bytes without an end`);
      return false;
    }
    if (text !== '') first.replies.push({ event: first.answered, text });
    return true;
  }

  #endEvent(first: Pending): void {
    this.#hasWorked = true;
    this.#eventBytes = 0;
    first.answered += 1;
    if (first.answered < first.chunk.lines.length) return;
    this.#pending.shift();
    first.resolve(first.replies);
  }

  #onSilence(): void {
    if (this.#pending.length === 0) {
      this.#timer.refresh();
      return;
    }
    const { timeoutMs, finished } = this.#options;
    const hint =
      this.#eventBytes === 0
        ? 'see the log of the service; --timeout gives it more time, --threads takes fewer connections'
        : `the last line was "${this.#lastLine.slice(0, 80)}", and none began with "${finished}": say with --finished what FinishedEventFormat of the service begins with`;
    this.#fail(`the service has been silent for ${timeoutMs / 1000} s`, hint);
  }

  #fail(problem: string, hint?: string): void {
    if (this.#failure !== undefined) return;
    clearTimeout(this.#timer);
    this.#failure = lost(this.#options.address, problem, hint);
    this.#socket.destroy();
    const pending = this.#pending;
    this.#pending = [];
    for (const { reject } of pending) reject(this.#failure);
  }
}

function lost(
  address: ServiceAddress,
  problem: string,
  hint = 'see the log of the service',
): ServiceError {
  return new ServiceError('TF_PEER_UNAVAILABLE', problem, { where: addressText(address), hint });
}
