import type { Socket } from 'node:net';

import { ServiceError } from '../../core/index.js';

const keepAliveAfterMs = 15_000;

/** After our end is out, the peer gets this long to end its side, which tells that it read all. */
const lingerMs = 500;

/** Small writes go out at once; a silent peer is probed. */
export function tuneSocket(socket: Socket): void {
  socket.setNoDelay(true);
  socket.setKeepAlive(true, keepAliveAfterMs);
}

/**
 * Makes a connected socket fit for delivery: small writes go out at once, a silent peer is probed,
 * what the peer sends is read and thrown away (unread bytes would hide its end of the connection and
 * turn our close into a reset), and every way a connection can die calls `onDown`, once. A peer that
 * ends its side (FIN) counts as gone: a syslog collector has no other reason to do so.
 */
export function watchSocket(socket: Socket, onDown: (error: Error) => void): void {
  let isDown = false;
  const down = (error: Error): void => {
    if (isDown) return;
    isDown = true;
    onDown(error);
  };
  tuneSocket(socket);
  socket.on('error', down);
  socket.on('end', () => {
    down(new Error('the collector closed the connection'));
  });
  socket.on('close', () => {
    down(new Error('the connection was closed'));
  });
  socket.resume();
  // A FIN may have come before anyone listened.
  if (socket.destroyed || socket.readableEnded) down(closedAtOnce());
}

/** It was there and gone again before anything could be sent. */
export function closedAtOnce(): Error {
  return new Error('the collector closed the connection at once');
}

/**
 * Waits for a new socket's `event` (`connect`, `secureConnect`). Rejects with the socket's error or
 * the signal's reason, and the socket is destroyed then.
 */
export function connected(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error): void => {
      socket.off(event, settle);
      signal.removeEventListener('abort', abort);
      if (error === undefined) {
        socket.off('error', settle);
        socket.off('close', closed);
        resolve();
        return;
      }
      // The listener for errors stays: a socket on its way out may have more of them.
      socket.destroy();
      reject(error);
    };
    const abort = (): void => {
      settle(signal.reason as Error);
    };
    const closed = (): void => {
      settle(closedAtOnce());
    };
    socket.once(event, settle);
    socket.on('error', settle);
    socket.once('close', closed);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
  });
}

/** Sends what was written and our FIN, waits a moment for the peer's, then lets the socket go. */
export async function endSocket(socket: Socket, deadlineMs: number): Promise<void> {
  if (socket.destroyed) return;
  await new Promise<void>((resolve) => {
    const deadline = setTimeout(resolve, Math.max(0, deadlineMs));
    let linger: NodeJS.Timeout | undefined;
    socket.once('close', () => {
      clearTimeout(deadline);
      clearTimeout(linger);
      resolve();
    });
    socket.end(() => {
      linger = setTimeout(() => {
        clearTimeout(deadline);
        resolve();
      }, lingerMs);
    });
  });
  socket.destroy();
}

/**
 * Runs `attempt` with a limit of time. It gets a signal that fires at the limit or when `signal`
 * does, and is to reject then. Rejects with ServiceError TF_COLLECTOR at the limit.
 */
export async function withinTime<Value>(
  url: string,
  timeoutMs: number,
  signal: AbortSignal,
  attempt: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const controller = new AbortController();
  const timeout = new ServiceError('TF_COLLECTOR', `no connection within ${timeoutMs} ms`, {
    where: url,
    hint: 'check host, port, route and firewall',
    retryable: true,
  });
  const timer = setTimeout(() => {
    controller.abort(timeout);
  }, timeoutMs);
  const pass = (): void => {
    controller.abort(signal.reason);
  };
  signal.addEventListener('abort', pass, { once: true });
  if (signal.aborted) pass();
  try {
    controller.signal.throwIfAborted();
    return await attempt(controller.signal);
  } catch (error) {
    if (controller.signal.aborted && controller.signal.reason === timeout) throw timeout;
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', pass);
  }
}
