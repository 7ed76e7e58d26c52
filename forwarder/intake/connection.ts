import type { Socket } from 'node:net';

import type { IntakeSession } from '../core/index.js';
import { LineFramer } from './framing.js';
import type { CloseReason, IntakeCounters } from './intake-counters.js';
import { codeOf } from './listen-error.js';
import type { LineBlocks } from './line-blocks.js';
import type { LineHolder, LineMemory } from './line-memory.js';
import { readInto } from './socket-reader.js';
import { isTlsHello } from './tls-hello.js';

/** Why an event was received in part but could not be taken. */
export type RejectReason = 'line_too_long' | 'partial_timeout' | 'memory_cap' | 'connection_lost';

export interface ConnectionOptions {
  readonly session: IntakeSession;
  readonly maxLineBytes?: number;
  /** Shared buffer to read into; without it every read brings its own. */
  readonly buffer: Buffer | undefined;
  readonly isTls: boolean;
  /** Bounds what all connections hold; told of every change. */
  readonly memory: LineMemory;
  /** What long unfinished lines are kept in, shared by all connections. */
  readonly blocks: LineBlocks;
  readonly counters: IntakeCounters;
  /** Takes whole lines and gives back how many; see LinesHandler. */
  readonly onLines: (bytes: Uint8Array, start: number, end: number) => number;
  readonly onReject: (reason: RejectReason) => void;
  /** A TLS client speaks to a listener without TLS. */
  readonly onTlsHello: () => void;
  readonly onClose: (connection: Connection, reason: CloseReason, detail: string) => void;
}

/** How long a connection may be silent, in milliseconds. */
export interface PatienceMs {
  /** With an unfinished line. */
  readonly partial: number;
  /** Without one; undefined: for ever. */
  readonly idle: number | undefined;
}

/** One accepted socket, its framing and the age of its unfinished line. Starts paused. */
export class Connection implements LineHolder {
  readonly session: IntakeSession;
  /** Resolves when the socket is closed and everything about it is counted. */
  readonly closed: Promise<void>;
  readonly #options: ConnectionOptions;
  readonly #framer: LineFramer;
  readonly #socket: Socket;
  #isFirstChunk = true;
  #heldBytes = 0;
  #partialSinceMs: number | undefined;
  /** Whether something came since the last look; the clock is not read for every chunk. */
  #isActive = false;
  #activeAtMs = performance.now();
  #reason: CloseReason | undefined;
  #detail = '';

  constructor(accepted: Socket, options: ConnectionOptions) {
    this.session = options.session;
    this.#options = options;
    const { counters, onReject } = options;
    this.#framer = new LineFramer({
      ...(options.maxLineBytes === undefined ? {} : { maxLineBytes: options.maxLineBytes }),
      blocks: options.blocks,
      onLines: (bytes, start, end) => {
        // Lines of reads before may be counted during the call.
        const taken = options.onLines(bytes, start, end);
        counters.lines.value += taken;
      },
      onOversize: (length) => {
        counters.oversizeLines.value += 1;
        counters.oversizeBytes.value += length;
        onReject('line_too_long');
      },
    });
    this.#socket = readInto(accepted, options.buffer, (chunk) => {
      this.#take(chunk);
    });
    this.closed = this.#watch();
  }

  /** Reads nothing more; what arrives waits in the operating system, which slows the sender. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    // Time spent paused is not the sender's.
    if (this.#partialSinceMs !== undefined) this.#partialSinceMs = performance.now();
    this.#isActive = true;
    this.#socket.resume();
  }

  /** Closes the connection when it, or its unfinished line, has been silent for longer than allowed. */
  checkSilence(patience: PatienceMs): void {
    const now = performance.now();
    if (this.#isActive) this.#activeAtMs = now;
    else this.releaseUnused();
    this.#isActive = false;
    if (this.#partialSinceMs !== undefined) {
      if (now - this.#partialSinceMs < patience.partial) return;
      this.#options.counters.partialTimeouts.value += 1;
      this.#reject('partial_timeout');
    } else if (patience.idle !== undefined && now - this.#activeAtMs >= patience.idle) {
      this.destroy('idle');
    }
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  releaseUnused(): void {
    this.#framer.releaseUnused();
    this.#noteHeld();
  }

  shed(): void {
    this.#reject('memory_cap');
    this.releaseUnused();
  }

  destroy(reason: CloseReason): void {
    this.#reason ??= reason;
    this.#socket.destroy();
  }

  /** Gives up the unfinished line, and the connection with it: where the next one begins is not known. */
  #reject(reason: RejectReason & CloseReason): void {
    if (this.#framer.discardPartial() > 0) this.#options.onReject(reason);
    this.#partialSinceMs = undefined;
    this.destroy(reason);
  }

  #noteHeld(): void {
    const change = this.#framer.heldBytes - this.#heldBytes;
    if (change === 0) return;
    this.#heldBytes += change;
    this.#options.memory.changed(change);
  }

  #take(chunk: Uint8Array): void {
    // Bytes that were on their way when the connection was given up.
    if (this.#reason !== undefined) return;
    if (this.#isFirstChunk) {
      this.#isFirstChunk = false;
      if (!this.#options.isTls && isTlsHello(chunk)) {
        this.#options.onTlsHello();
        this.destroy('tls_hello');
        return;
      }
    }
    this.#options.counters.bytes.value += chunk.length;
    this.#isActive = true;
    const endings = this.#framer.endings;
    this.#framer.push(chunk);
    if (!this.#framer.hasPartial) this.#partialSinceMs = undefined;
    else if (this.#partialSinceMs === undefined || this.#framer.endings !== endings) {
      this.#partialSinceMs = performance.now();
    }
    this.#noteHeld();
  }

  #watch(): Promise<void> {
    this.#socket.on('end', () => {
      this.#reason ??= 'ended';
      this.#framer.end();
    });
    this.#socket.on('error', (error) => {
      this.#detail = codeOf(error);
      this.#reason ??= this.#detail === 'ECONNRESET' ? 'reset' : 'error';
    });
    return new Promise((resolve) => {
      this.#socket.once('close', () => {
        if (this.#framer.discardPartial() > 0) {
          this.#options.counters.cutLines.value += 1;
          this.#options.onReject('connection_lost');
        }
        this.#partialSinceMs = undefined;
        this.releaseUnused();
        this.#options.onClose(this, this.#reason ?? 'ended', this.#detail);
        resolve();
      });
    });
  }
}
