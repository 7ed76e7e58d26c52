import { connect } from 'node:net';
import type { Socket } from 'node:net';

import { ReplyReader } from './replies.js';
import { flags } from './requests.js';
import type { LookupRequest } from './requests.js';

/** Where a connection goes, and who ends it. */
export interface Target {
  readonly port: number;
  readonly programCloses: boolean;
  /** Addresses the connections come from, by turns; empty: as the system chooses. */
  readonly addresses: readonly string[];
}

/** Told of one request; exactly one of `onReply` and `onBroken` is called, then `onOver` once. */
export interface Asker {
  onReply(request: LookupRequest, detections: string, sinceMs: number): void;
  /** The connection failed or ended before LookupFinished; with the error's code. */
  onBroken(code: string): void;
  /** The connection is done with; the next one may begin. */
  onOver(): void;
}

/** All connections read into it, one after the other. */
const readBuffer = Buffer.allocUnsafeSlow(65_536);
let connections = 0;

/**
 * Asks one request over a connection of its own, as KUMA does: connect, flags and event in one write,
 * read up to LookupFinished, close. All of the reply has been read then, so closing sends FIN, not RST,
 * and the waiting (TIME_WAIT) is on the client's side.
 */
export function askOnce(
  { port, programCloses, addresses }: Target,
  request: LookupRequest,
  sinceMs: number,
  asker: Asker,
): Socket {
  const reader = new ReplyReader();
  let isAnswered = false;
  let isOver = false;
  const over = (code: string): void => {
    if (isOver) return;
    isOver = true;
    if (!isAnswered) asker.onBroken(code);
    asker.onOver();
  };
  const onReply = (detections: string): void => {
    isAnswered = true;
    asker.onReply(request, detections, sinceMs);
  };
  const localAddress = addresses[connections % addresses.length];
  connections += 1;
  const socket = connect({
    host: '127.0.0.1',
    port,
    ...(localAddress === undefined ? {} : { localAddress }),
    onread: {
      buffer: readBuffer,
      callback(length, buffer) {
        reader.push(buffer as Buffer, length, onReply);
        if (isAnswered && !programCloses) {
          socket.destroy();
          over('');
        }
        return true;
      },
    },
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    over(error.code ?? error.message);
  });
  socket.on('close', () => {
    over('closed');
  });
  socket.write(flags + request.line, 'latin1');
  return socket;
}
