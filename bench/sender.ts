import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

import type { EventSet } from './work-set.js';

const blockEvents = 400;

/** Opens one connection, as JSA keeps one for each forwarding destination. */
export async function openSender(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.setNoDelay(true);
  socket.on('error', () => undefined);
  socket.resume();
  return socket;
}

/**
 * Sends the first `events` events of the set, repeated as often as needed, as fast as they are
 * taken: slices of a buffer made before, so that sending costs next to nothing. Resolves when the
 * operating system has all of them.
 */
export async function sendAll(
  socket: Socket,
  set: EventSet,
  events: number,
  onProgress: (sent: number) => void,
): Promise<void> {
  for (let sent = 0; sent < events;) {
    const first = sent % set.events;
    const count = Math.min(blockEvents, set.events - first, events - sent);
    if (!socket.write(slice(set, first, count))) {
      onProgress(sent);
      await happened(socket, 'drain');
    }
    sent += count;
  }
  const finished = happened(socket, 'finish');
  socket.end();
  await finished;
}

/** The bytes of `count` events from event `first` on, within the set. */
export function slice(set: EventSet, first: number, count: number): Buffer {
  return set.bytes.subarray(set.offsets[first], set.offsets[first + count]);
}

/** Waits for one of the socket's events; throws when the connection closes before it. */
function happened(socket: Socket, event: 'drain' | 'finish'): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error): void => {
      socket.off(event, onEvent).off('close', onClose);
      if (error === undefined) resolve();
      else reject(error);
    };
    const onEvent = (): void => {
      settle();
    };
    const onClose = (): void => {
      settle(new Error('the program closed the connection while events were being sent'));
    };
    socket.on(event, onEvent).on('close', onClose);
    if (socket.destroyed) onClose();
  });
}
