import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Load, LoadFigures } from './load.js';
import type { LookupRequest } from './requests.js';
import { askOnce } from './single-connection.js';
import type { Asker } from './single-connection.js';
import { Tally } from './tally.js';

const tickMs = 1;

/**
 * Every request on a connection of its own, so many at a time at most. `dueMs` says when a request is
 * due (open loop), or is undefined: as soon as a connection is free (closed loop).
 */
class OneByOne {
  readonly tally: Tally;
  readonly #load: Load;
  readonly #requests: readonly LookupRequest[];
  readonly #dueMs: ((number: number) => number) | undefined;
  readonly #mostRequests: number;
  readonly #endsAtMs: number;
  readonly #sockets = new Set<Socket>();
  #busy = 0;

  constructor(load: Load, requests: readonly LookupRequest[], isOpen: boolean) {
    const startedAtMs = performance.now();
    this.#load = load;
    this.#requests = requests;
    this.tally = new Tally(load.detects);
    this.#endsAtMs = startedAtMs + load.seconds * 1000;
    this.#dueMs = isOpen ? (number) => startedAtMs + (number * 1000) / load.rate : undefined;
    this.#mostRequests = isOpen
      ? Math.min(load.mostRequests, load.rate * load.seconds)
      : load.mostRequests;
  }

  get #isOver(): boolean {
    if (this.tally.requests >= this.#mostRequests) return true;
    return this.#dueMs === undefined && performance.now() >= this.#endsAtMs;
  }

  /** Runs to the end; resolves to the figures. */
  async run(): Promise<LoadFigures> {
    while (!(this.#isOver && this.#busy === 0)) {
      if (performance.now() > this.#endsAtMs + this.#load.patienceMs) break;
      this.#beginDue();
      await sleep(tickMs);
    }
    const neverBegun = this.#dueMs === undefined ? 0 : this.#mostRequests - this.tally.requests;
    const figures = this.tally.figures(neverBegun);
    for (const socket of this.#sockets) socket.destroy();
    return figures;
  }

  /** Begins what is due, as far as connections are free. */
  #beginDue(): void {
    while (this.#busy < this.#load.connections && !this.#isOver) {
      const nowMs = performance.now();
      const number = this.tally.requests;
      const dueMs = this.#dueMs?.(number) ?? nowMs;
      if (dueMs > nowMs) return;
      const request = this.#requests[number % this.#requests.length] as LookupRequest;
      this.tally.begin(request, nowMs - dueMs);
      this.#busy += 1;
      const socket = askOnce(
        this.#load,
        request,
        dueMs,
        this.#asker(() => socket),
      );
      this.#sockets.add(socket);
    }
  }

  #asker(socket: () => Socket): Asker {
    return {
      onReply: (request, detections, sinceMs) => {
        this.tally.answer(request, detections, sinceMs);
      },
      onBroken: (code) => {
        this.tally.fail(1, code);
      },
      onOver: () => {
        this.#busy -= 1;
        this.#sockets.delete(socket());
        this.#beginDue();
      },
    };
  }
}

/** As fast as replies come: each connection's next request follows its reply. */
export function closedLoop(load: Load, requests: readonly LookupRequest[]): Promise<LoadFigures> {
  return new OneByOne(load, requests, false).run();
}

/**
 * At an even rate. A request's time begins when it is due, so that waiting for a free connection, or
 * for a client that is late, counts.
 */
export function openLoop(load: Load, requests: readonly LookupRequest[]): Promise<LoadFigures> {
  return new OneByOne(load, requests, true).run();
}
