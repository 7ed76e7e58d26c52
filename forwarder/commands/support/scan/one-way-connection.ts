import type { Socket } from 'node:net';

import { messageOf, ServiceError } from '../../../core/index.js';
import type { EventChunk } from './event-chunks.js';
import type { ScanConnection } from './scan-connection.js';

/**
 * Sends events over a stream from which nothing is expected: to a service that reports elsewhere, or
 * to an event collector. What arrives is read and left aside. `where` is the peer as it is shown.
 */
export class OneWayConnection implements ScanConnection {
  readonly #socket: Socket;
  readonly #where: string;
  readonly #timeoutMs: number;
  #hasWorked = false;
  #isEnding = false;
  #failure: ServiceError | undefined;
  #rejects = new Set<(error: ServiceError) => void>();

  constructor(socket: Socket, where: string, timeoutMs: number) {
    this.#socket = socket;
    this.#where = where;
    this.#timeoutMs = timeoutMs;
    socket.resume();
    socket.on('error', (error) => {
      this.#fail(`the connection was lost: ${messageOf(error)}`);
    });
    socket.on('end', () => {
      if (!this.#isEnding) this.#fail('the other side has closed the connection');
    });
    socket.on('close', () => {
      if (!this.#isEnding) this.#fail('the connection was closed');
    });
    // Only a write that makes no progress counts: nothing is expected to come.
    socket.setTimeout(timeoutMs, () => {
      if (this.#rejects.size > 0) this.#fail(`it took nothing for ${timeoutMs / 1000} s`);
    });
  }

  get hasWorked(): boolean {
    return this.#hasWorked;
  }

  send({ bytes }: EventChunk): Promise<readonly []> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (bytes.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      this.#rejects.add(reject);
      this.#socket.write(bytes, (error) => {
        if (!this.#rejects.delete(reject)) return;
        if (error !== null && error !== undefined) {
          this.#fail(`the connection was lost: ${messageOf(error)}`);
          reject(this.#failure ?? error);
          return;
        }
        this.#hasWorked = true;
        resolve([]);
      });
    });
  }

  end(): Promise<void> {
    this.#isEnding = true;
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      this.#rejects.add(reject);
      const timer = setTimeout(() => {
        // All is written; a peer that keeps its own side open is no loss.
        this.#socket.destroy();
      }, this.#timeoutMs);
      this.#socket.once('close', () => {
        clearTimeout(timer);
        this.#rejects.delete(reject);
        resolve();
      });
      this.#socket.end();
    });
  }

  destroy(): void {
    this.#fail('it was given up');
  }

  #fail(problem: string): void {
    if (this.#failure !== undefined) return;
    this.#failure = new ServiceError('TF_PEER_UNAVAILABLE', problem, {
      where: this.#where,
      hint: 'see the log of the other side; events on their way may be lost',
    });
    this.#socket.destroy();
    const rejects = this.#rejects;
    this.#rejects = new Set();
    for (const reject of rejects) reject(this.#failure);
  }
}
