import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';

import type { QueueWatch, KernelQueues, Reading } from './kernel-queues.js';
import type { QueueRow } from './queue-rows.js';
import { StallWatch } from './stall-watch.js';
import type { StallLimits } from './stall-watch.js';

/**
 * Where the kernel tells nothing, so much of what it took counts as not acknowledged: the largest send
 * buffer of Linux unless raised (tcp_wmem).
 */
export const blindWindowBytes = 4 * 1024 * 1024;

/** So many readings in a row without the row of a connection that is up: it is in no table. */
const missesUntilBlind = 8;

export interface AcknowledgementsOptions {
  /** The TCP socket, connected: its bytes are those on the wire. */
  readonly raw: Socket;
  readonly queues: KernelQueues;
  readonly limits: StallLimits;
  /** Nothing was acknowledged for so long. */
  readonly onStall: (limitMs: number) => void;
  /** The kernel tells nothing about this connection; `reason` says why. */
  readonly onBlind: (reason: string) => void;
}

/**
 * How much of what was written to a connection the peer's machine has acknowledged.
 *
 * Offsets: `raw.bytesWritten` is what was handed to libuv, ciphertext if TLS is on top; when the callback
 * of a write comes, the kernel has all of it. That number, taken before a reading, less the tx_queue
 * which the reading finds, is at most what was acknowledged by then: what was written in between is in
 * tx_queue, not in the number.
 */
export class Acknowledgements {
  /** Called when acknowledgedBytes has grown. */
  onProgress: (() => void) | undefined;
  readonly #options: AcknowledgementsOptions;
  readonly #watch: QueueWatch;
  readonly #stall: StallWatch;
  readonly #base: number;
  #sent = 0;
  #acknowledged = 0;
  #isWriting = false;
  #isBlind = false;
  #misses = 0;
  #snapshot = 0;
  #row: QueueRow | undefined;
  #wasFinSeen = false;

  constructor(options: AcknowledgementsOptions) {
    const { raw, queues, limits } = options;
    this.#options = options;
    this.#base = raw.bytesWritten;
    this.#stall = new StallWatch(limits);
    this.#watch = queues.watch({
      endpoints: {
        localAddress: raw.localAddress ?? '',
        localPort: raw.localPort ?? 0,
        remoteAddress: raw.remoteAddress ?? '',
        remotePort: raw.remotePort ?? 0,
      },
      before: () => this.#before(),
      after: (reading) => {
        this.#after(reading);
      },
    });
  }

  /** End of the last write that the kernel took whole. */
  get sentBytes(): number {
    return this.#sent;
  }

  get acknowledgedBytes(): number {
    return this.#acknowledged;
  }

  /** Whether nothing is known but what was written. */
  get isBlind(): boolean {
    return this.#isBlind;
  }

  /** A write is under way that the kernel has not taken whole. */
  get isWriting(): boolean {
    return this.#isWriting;
  }

  get isAllAcknowledged(): boolean {
    return !this.#isWriting && this.#acknowledged === this.#sent;
  }

  /** A reading has found that our FIN is out and the peer's is not here. */
  get wasFinSeen(): boolean {
    return this.#wasFinSeen;
  }

  /** A write begins; the one before is over. */
  writing(): void {
    if (this.isAllAcknowledged) this.#stall.begin(performance.now());
    this.#isWriting = true;
    if (!this.#isBlind) this.#watch.want();
  }

  /** The write is over; `isTaken`: the kernel has all of it. */
  written(isTaken: boolean): void {
    this.#isWriting = false;
    if (!isTaken) return;
    this.#sent = this.#options.raw.bytesWritten - this.#base;
    if (this.#isBlind) this.#advance(this.#sent - blindWindowBytes);
    else this.#watch.want();
  }

  /** What the kernel says now; undefined when it says nothing about this connection. */
  async read(): Promise<QueueRow | undefined> {
    this.#row = undefined;
    await this.#watch.now();
    return this.#row;
  }

  stop(): void {
    this.#watch.stop();
  }

  #before(): boolean {
    this.#snapshot = this.#sent;
    return !this.#isBlind && !this.isAllAcknowledged;
  }

  #after(reading: Reading): void {
    switch (reading.kind) {
      case 'row':
        this.#seen(reading.row);
        return;
      case 'absent':
        this.#misses++;
        if (this.#misses >= missesUntilBlind) this.#goBlind('it does not list the connection');
        return;
      case 'unreadable':
        this.#goBlind(reading.error.message);
        return;
      default:
        reading satisfies never;
    }
  }

  #seen(row: QueueRow): void {
    this.#misses = 0;
    this.#row = row;
    if (row.state === 'finWait1' || row.state === 'finWait2') this.#wasFinSeen = true;
    const hasGrown = this.#advance(this.#snapshot - row.txQueue);
    const overrunMs = this.#stall.see(row, hasGrown, performance.now());
    if (overrunMs !== undefined) this.#options.onStall(overrunMs);
  }

  #goBlind(reason: string): void {
    if (this.#isBlind) return;
    this.#isBlind = true;
    this.#advance(this.#sent - blindWindowBytes);
    this.#options.onBlind(reason);
  }

  #advance(bytes: number): boolean {
    if (bytes <= this.#acknowledged) return false;
    this.#acknowledged = bytes;
    this.onProgress?.();
    return true;
  }
}
