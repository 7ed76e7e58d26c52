import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Message } from '../../../core/index.js';
import type { Connection } from '../connection-transport.js';
import { defaultStallMs, StallError } from '../kind.js';
import type { Assurance, TransportSettings } from '../kind.js';
import { closedAtOnce, endSocket, tuneSocket } from '../socket.js';
import { linesFrom } from '../stream.js';
import { Acknowledgements } from './acknowledgements.js';
import { tellBlindness } from './blindness.js';
import { kernelQueues } from './kernel-queues.js';
import type { QueueRow, SocketState } from './queue-rows.js';
import { signalOnce } from './signal-once.js';

/** How often the kernel is asked while a connection ends: soon at first, then less often. */
const firstPollMs = 5;
const lastPollMs = 250;

/** So long after the peer's end the kernel may take to say that everything was acknowledged. */
const proofMs = 1000;

/** A RST that belongs to a FIN follows it within so long. */
const lastingMs = 50;

export interface AssuredSockets {
  readonly url: string;
  /** The TCP socket. */
  readonly raw: Socket;
  /** What is written to: the same socket, or the TLS socket upon it. */
  readonly stream: Socket;
}

/**
 * A connection that knows how much of what it sent the peer's machine has acknowledged, and, when it
 * is over, whether the collector has read all of it. Its sockets are made with `allowHalfOpen`, as our
 * end goes out only when we say so.
 *
 * The proofs of reading rest on what Linux, the BSDs and Windows do when a program closes a socket, or
 * is killed: they send FIN if it has read everything that had come, else RST. So a FIN of the peer
 * after all we wrote was acknowledged means that all was read. A peer that ends its own direction
 * (shutdown) without having read deceives, unless it closes the socket soon after: then a RST follows,
 * which is waited for. (It does not where we had ended first and the peer is on this very machine.)
 */
export class AssuredConnection implements Connection, Assurance {
  isAllRead = false;
  readonly #sockets: AssuredSockets;
  readonly #settings: TransportSettings;
  readonly #onDown: (error: Error) => void;
  readonly #acknowledgements: Acknowledgements;
  readonly #over = signalOnce();
  readonly #peerEnded = signalOnce();
  #isEnding = false;
  #isFinSent = false;
  /** The kernel is to deliver by itself what it still holds. */
  #isLeft = false;

  constructor(
    sockets: AssuredSockets,
    settings: TransportSettings,
    onDown: (error: Error) => void,
  ) {
    const { raw, url } = sockets;
    this.#sockets = sockets;
    this.#settings = settings;
    this.#onDown = onDown;
    const { assurance, logger, stallTimeoutMs } = settings;
    const queues = assurance?.queues ?? kernelQueues;
    this.#acknowledgements = new Acknowledgements({
      raw,
      queues,
      limits: { stallMs: assurance?.stallMs ?? defaultStallMs, noRoomMs: stallTimeoutMs },
      onStall: (limitMs) => {
        this.#finish(new StallError(url, limitMs));
      },
      onBlind: (reason) => {
        tellBlindness(queues, logger, url, reason);
      },
    });
    this.#listen();
  }

  get assurance(): Assurance {
    return this;
  }

  get sentBytes(): number {
    return this.#acknowledgements.sentBytes;
  }

  get acknowledgedBytes(): number {
    return this.#acknowledgements.acknowledgedBytes;
  }

  get onProgress(): (() => void) | undefined {
    return this.#acknowledgements.onProgress;
  }

  set onProgress(listener: (() => void) | undefined) {
    this.#acknowledgements.onProgress = listener;
  }

  get isWatched(): boolean {
    return !this.#acknowledgements.isBlind;
  }

  async send(messages: readonly Message[], from: number): Promise<number> {
    if (!this.#isEnding) {
      const { text, count } = linesFrom(messages, from, this.#settings);
      if (text === '' || (await this.#write(text))) return count;
    }
    // The loss is reported first: it may take a moment to learn what was read.
    await this.#over.promise;
    return 0;
  }

  async close(deadlineMs: number): Promise<void> {
    const deadline = setTimeout(
      () => {
        this.#isLeft = this.#settings.assurance?.leavesQueue === true;
        this.#finish(new Error('the time to close is over'));
      },
      Math.max(0, deadlineMs),
    );
    if (!this.#isEnding) {
      this.#isEnding = true;
      void this.#endInOrder(deadlineMs);
    }
    await this.#over.promise;
    clearTimeout(deadline);
  }

  destroy(): void {
    this.#finish(new Error('the connection was given up'));
  }

  #listen(): void {
    const { raw, stream } = this.#sockets;
    tuneSocket(raw);
    const failed = (error: Error): void => {
      this.#finish(error);
    };
    const closed = (): void => {
      // After its end the peer may well be gone; what that means is being found out.
      if (!this.#peerEnded.isGiven) failed(new Error('the connection was closed'));
    };
    for (const socket of new Set([raw, stream])) {
      socket.on('error', failed);
      socket.on('close', closed);
    }
    stream.on('end', () => {
      this.#peerEnded.give();
      if (this.#isEnding) return;
      this.#isEnding = true;
      void this.#endByPeer();
    });
    stream.resume();
    // It may have ended before anyone listened.
    if (stream.destroyed || raw.destroyed || stream.readableEnded) failed(closedAtOnce());
  }

  #write(text: string): Promise<boolean> {
    this.#acknowledgements.writing();
    return new Promise((resolve) => {
      // A socket that is destroyed answers all its writes with an error.
      this.#sockets.stream.write(text, (error) => {
        const isTaken = error === null || error === undefined;
        this.#acknowledgements.written(isTaken);
        resolve(isTaken);
      });
    });
  }

  /** The peer has ended its side: it has read all, if it has acknowledged all. */
  async #endByPeer(): Promise<void> {
    const isRead = await this.#isLasting(
      ({ state, txQueue }) =>
        state === 'closeWait' && txQueue === 0 && this.#acknowledgements.isAllAcknowledged,
    );
    this.#finish(new Error('the collector closed the connection'), isRead);
  }

  /**
   * Ends our side once all we wrote is acknowledged, then waits for the peer to end its side. In that
   * order nothing can be pending when the socket has to be reset after all.
   */
  async #endInOrder(deadlineMs: number): Promise<void> {
    const acknowledgements = this.#acknowledgements;
    const { stream } = this.#sockets;
    if (acknowledgements.sentBytes === 0 && !acknowledgements.isWriting) {
      await endSocket(stream, deadlineMs);
      this.#finish(new Error('closed'), true);
      return;
    }
    await this.#poll(() => {
      const { isBlind, isWriting, isAllAcknowledged } = acknowledgements;
      return isAllAcknowledged || (isBlind && !isWriting) || this.#peerEnded.isGiven;
    });
    if (this.#over.isGiven) return;
    if (this.#peerEnded.isGiven) {
      await this.#endByPeer();
      return;
    }
    this.#isFinSent = true;
    stream.end();
    await this.#poll(() => this.#peerEnded.isGiven);
    const isRead = acknowledgements.isBlind || (await this.#hasPeerFinished());
    this.#finish(new Error('closed'), isRead);
  }

  /**
   * An end that was read need not be a FIN: TLS has one of its own (close_notify), and libuv reads a RST
   * right after some bytes as an end. This looks for the FIN. A TLS peer answers our close_notify at
   * once, often before our FIN is out; then the kernel forgets the connection without a trace. That
   * counts as read: a RST looks the same, but only for the moment until our FIN is seen to wait.
   */
  #hasPeerFinished(): Promise<boolean> {
    const { raw, stream } = this.#sockets;
    const isForgotten = raw !== stream && !this.#acknowledgements.wasFinSeen;
    return this.#isLasting(({ state }) => finishedStates.has(state), isForgotten);
  }

  /** Asks the kernel, which also watches for a stall, until `isDone` holds or the connection is over. */
  async #poll(isDone: () => boolean): Promise<void> {
    let pauseMs = firstPollMs;
    while (!this.#over.isGiven && !isDone()) {
      if (!this.#acknowledgements.isBlind) await this.#acknowledgements.read();
      if (isDone()) return;
      await Promise.race([sleep(pauseMs), this.#peerEnded.promise, this.#over.promise]);
      pauseMs = Math.min(lastPollMs, pauseMs * 1.5);
    }
  }

  /**
   * Whether the kernel says so soon, and still a little later: after the FIN of a program that ends its
   * side (shutdown) and then closes the socket with unread bytes, a RST follows.
   */
  async #isLasting(test: (row: QueueRow) => boolean, isForgotten = false): Promise<boolean> {
    if (!(await this.#isSoon(test, isForgotten))) return false;
    await sleep(lastingMs);
    return this.#isSoon(test, isForgotten);
  }

  /** Whether the kernel says so within `proofMs`; `isForgotten` when it does not know the connection. */
  async #isSoon(test: (row: QueueRow) => boolean, isForgotten = false): Promise<boolean> {
    const endMs = performance.now() + proofMs;
    for (let pauseMs = firstPollMs; !this.#over.isGiven; pauseMs *= 1.5) {
      const row = await this.#acknowledgements.read();
      if (row === undefined) return isForgotten;
      if (test(row)) return true;
      if (performance.now() > endMs) return false;
      await sleep(pauseMs);
    }
    return false;
  }

  /** The connection is over, for this reason; only the first call counts. */
  #finish(error: Error, isAllRead = false): void {
    if (this.#over.isGiven) return;
    this.#isEnding = true;
    this.isAllRead = isAllRead;
    this.#acknowledgements.stop();
    this.#over.give();
    this.#letGo();
    this.#onDown(error);
  }

  /**
   * What the kernel still holds must not reach the collector when the network heals: it is sent again,
   * and thousands of messages would be there twice. RST drops it; destroy() would not.
   */
  #letGo(): void {
    const { raw, stream } = this.#sockets;
    // Our FIN goes out only when the kernel holds nothing more of ours.
    const isQueueEmpty = this.#isFinSent || this.#acknowledgements.isAllAcknowledged;
    if (isQueueEmpty || this.#isLeft || raw.destroyed) {
      stream.destroy();
      raw.destroy();
      return;
    }
    raw.resetAndDestroy();
    stream.destroy();
  }
}

/** The peer's FIN has come. */
const finishedStates: ReadonlySet<SocketState> = new Set([
  'closeWait',
  'lastAck',
  'closing',
  'timeWait',
]);
