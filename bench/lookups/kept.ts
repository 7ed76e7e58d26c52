import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Load, LoadFigures } from './load.js';
import { ReplyReader } from './replies.js';
import { flags } from './requests.js';
import type { LookupRequest } from './requests.js';
import { Tally } from './tally.js';

const lookMs = 5;

interface Asked {
  readonly request: LookupRequest;
  readonly atMs: number;
}

/**
 * Connections that stay: flags once, then a window of requests, and for each reply the next request.
 * Replies come in the order of the requests, so the oldest one asked is the one that is answered.
 */
export async function keptConnections(
  load: Load,
  requests: readonly LookupRequest[],
): Promise<LoadFigures> {
  const tally = new Tally(load.detects);
  const endsAtMs = performance.now() + load.seconds * 1000;
  const next = (): LookupRequest | undefined => {
    if (tally.requests >= load.mostRequests || performance.now() >= endsAtMs) return undefined;
    const request = requests[tally.requests % requests.length] as LookupRequest;
    tally.begin(request, 0);
    return request;
  };
  const sockets = Array.from({ length: load.connections }, () => keep(load, tally, next));
  while (tally.open > 0 && performance.now() < endsAtMs + load.patienceMs) await sleep(lookMs);
  const figures = tally.figures(0);
  for (const socket of sockets) socket.destroy();
  return figures;
}

function keep({ port, window }: Load, tally: Tally, next: () => LookupRequest | undefined): Socket {
  const reader = new ReplyReader();
  const asked: Asked[] = [];
  let first = 0;
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  const ask = (count: number, before: string): void => {
    const atMs = performance.now();
    let text = before;
    for (let place = 0; place < count; place += 1) {
      const request = next();
      if (request === undefined) break;
      asked.push({ request, atMs });
      text += request.line;
    }
    if (text !== before) socket.write(text, 'latin1');
  };
  const onReply = (detections: string): void => {
    const oldest = asked[first];
    if (oldest === undefined) {
      socket.destroy(new Error('a reply to nothing'));
      return;
    }
    first += 1;
    tally.answer(oldest.request, detections, oldest.atMs);
  };
  socket.on('data', (chunk) => {
    const before = first;
    reader.push(chunk, chunk.length, onReply);
    const answered = first - before;
    if (first > 1024) first -= asked.splice(0, first).length;
    ask(answered, '');
  });
  let code = 'closed';
  socket.on('error', (error: NodeJS.ErrnoException) => (code = error.code ?? error.message));
  socket.on('close', () => {
    if (asked.length > first) tally.fail(asked.length - first, code);
    asked.length = first;
  });
  ask(window, flags);
  return socket;
}
