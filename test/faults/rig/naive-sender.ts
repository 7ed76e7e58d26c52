import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { syslogHeader } from '../../../dsm/syslog/header.js';
import { bodyOf } from './numbered.js';
import type { Stream } from './numbered.js';
import { paced } from './paced.js';

/** Milliseconds between attempts to connect. */
const reconnectMs = 100;

export interface NaiveOptions {
  /** Never reads from its socket, so that it does not see the collector's end, as many senders. */
  readonly isBlind?: boolean;
  /** Opens a connection in another way, e.g. by TLS. */
  readonly open?: () => Socket;
}

/**
 * What most programs do: lines are written to a socket, and kept only while there is none. What was
 * written when a connection is lost is gone. It stands beside the real sender as the control: a fault
 * that costs it nothing has tested nothing.
 */
export class NaiveSender {
  readonly #stream: Stream;
  readonly #backlog: string[] = [];
  readonly #open: () => Socket;
  readonly #isBlind: boolean;
  #socket: Socket | undefined;
  #isOver = false;
  #sent = 0;
  #connections = 0;

  constructor(stream: Stream, port: number, address = '127.0.0.1', options: NaiveOptions = {}) {
    this.#stream = stream;
    this.#open = options.open ?? (() => connect(port, address));
    this.#isBlind = options.isBlind === true;
    this.#connect();
  }

  get sent(): number {
    return this.#sent;
  }

  get connections(): number {
    return this.#connections;
  }

  /** Sends numbered messages at an even rate, on from those that were sent before. */
  async send(count: number, perSecond: number): Promise<void> {
    await paced({ from: this.#sent, count, perSecond, tickMs: 1 }, (from, to) => {
      const atMs = Date.now();
      const header = syslogHeader({ facility: 16, severity: 6, host: 'naive', atMs });
      let text = '';
      for (let number = from; number < to; number++) {
        text += `${header}${bodyOf(this.#stream, number)}\n`;
      }
      this.#sent = to;
      if (this.#socket === undefined) this.#backlog.push(text);
      else this.#socket.write(text);
    });
  }

  /** Waits, at most so long, for a connection that has taken what is left; then ends it. */
  async close(deadlineMs = 5000): Promise<void> {
    const end = Date.now() + deadlineMs;
    while (this.#backlog.length > 0 && Date.now() < end) await sleep(20);
    this.#isOver = true;
    const socket = this.#socket;
    if (socket === undefined || socket.destroyed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => socket.destroy(), Math.max(500, end - Date.now()));
      socket.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      socket.end();
    });
  }

  #connect(): void {
    if (this.#isOver) return;
    const socket = this.#open();
    socket.on('connect', () => {
      if (this.#isOver) {
        socket.destroy();
        return;
      }
      this.#connections++;
      this.#socket = socket;
      for (const text of this.#backlog.splice(0)) socket.write(text);
    });
    socket.on('error', () => undefined);
    if (!this.#isBlind) socket.resume();
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = undefined;
      setTimeout(() => {
        this.#connect();
      }, reconnectMs);
    });
  }
}
