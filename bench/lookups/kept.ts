import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Load, LoadFigures } from './load.js';
import { ReplyReader } from './replies.js';
import { flags } from './requests.js';
import type { LookupRequest } from './requests.js';
import { Tally } from './tally.js';

const lookMs = 5;
/** So many answered requests are remembered at most. */
const mostAnswered = 1_024;

interface Asked {
  readonly request: LookupRequest;
  readonly atMs: number;
}

/**
 * Connections that stay: flags once, then a window of requests, and for each reply the next request.
 * Replies come in the order of the requests, so the oldest one asked is the one that is answered. Time
 * begins when every connection has had a reply to a first request, which is not counted: a busy
 * program takes in one new connection after the other, each between two rounds of all others.
 */
export async function keptConnections(
  load: Load,
  requests: readonly LookupRequest[],
): Promise<LoadFigures> {
  const openUntilMs = performance.now() + load.patienceMs;
  const kept = Array.from(
    { length: load.connections },
    () => new KeptConnection(load, requests[0] as LookupRequest),
  );
  while (!kept.every(({ isReady }) => isReady) && performance.now() < openUntilMs) {
    await sleep(lookMs);
  }
  const tally = new Tally(load.detects);
  const endsAtMs = performance.now() + load.seconds * 1000;
  const next = (): LookupRequest | undefined => {
    if (tally.requests >= load.mostRequests || performance.now() >= endsAtMs) return undefined;
    const request = requests[tally.requests % requests.length] as LookupRequest;
    tally.begin(request, 0);
    return request;
  };
  for (const connection of kept) connection.start(tally, next);
  while (tally.open > 0 && performance.now() < endsAtMs + load.patienceMs) await sleep(lookMs);
  const figures = tally.figures(0);
  for (const connection of kept) connection.close();
  return figures;
}

class KeptConnection {
  readonly #socket: Socket;
  readonly #window: number;
  readonly #reader = new ReplyReader();
  #asked: Asked[] = [];
  /** The oldest request that is not answered. */
  #first = 0;
  #isReady = false;
  #tally: Tally | undefined;
  #next: () => LookupRequest | undefined = () => undefined;
  #code = 'closed';

  constructor({ port, window }: Load, first: LookupRequest) {
    this.#window = window;
    this.#socket = connect({ host: '127.0.0.1', port, noDelay: true });
    this.#socket.on('data', (chunk) => {
      this.#take(chunk);
    });
    this.#socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#code = error.code ?? error.message;
    });
    this.#socket.on('close', () => {
      this.#isReady = true;
      this.#fail();
    });
    this.#socket.write(flags + first.line, 'latin1');
  }

  /** Whether its first request is answered, or it has ended. */
  get isReady(): boolean {
    return this.#isReady;
  }

  start(tally: Tally, next: () => LookupRequest | undefined): void {
    this.#tally = tally;
    this.#next = next;
    this.#ask(this.#window);
    if (this.#socket.destroyed) this.#fail();
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    const before = this.#first;
    this.#reader.push(chunk, chunk.length, this.#onReply);
    const answered = this.#first - before;
    if (this.#first > mostAnswered) {
      this.#asked = this.#asked.slice(this.#first);
      this.#first = 0;
    }
    this.#ask(answered);
  }

  readonly #onReply = (detections: string): void => {
    if (!this.#isReady) {
      this.#isReady = true;
      return;
    }
    const oldest = this.#asked[this.#first];
    if (oldest === undefined) {
      this.#socket.destroy(new Error('a reply to nothing'));
      return;
    }
    this.#first += 1;
    this.#tally?.answer(oldest.request, detections, oldest.atMs);
  };

  #ask(count: number): void {
    const atMs = performance.now();
    let text = '';
    for (let place = 0; place < count; place += 1) {
      const request = this.#next();
      if (request === undefined) break;
      this.#asked.push({ request, atMs });
      text += request.line;
    }
    if (text !== '') this.#socket.write(text, 'latin1');
  }

  #fail(): void {
    const lost = this.#asked.length - this.#first;
    if (lost > 0) this.#tally?.fail(lost, this.#code);
    this.#first = this.#asked.length;
  }
}
