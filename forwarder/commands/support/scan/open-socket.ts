import { connect } from 'node:net';
import type { Socket } from 'node:net';

import { messageOf, ServiceError } from '../../../core/index.js';
import { addressText } from './service-address.js';
import type { ServiceAddress } from './service-address.js';

/**
 * Connects within `timeoutMs`. Throws ServiceError TF_PEER_UNAVAILABLE that names the address, or the
 * reason of `signal`.
 */
export async function openSocket(
  address: ServiceAddress,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Socket> {
  const socket = connect(address);
  try {
    await connected(socket, 'connect', timeoutMs, signal);
  } catch (error) {
    socket.destroy();
    signal.throwIfAborted();
    throw new ServiceError('TF_PEER_UNAVAILABLE', `cannot connect: ${messageOf(error)}`, {
      where: addressText(address),
      hint: 'start the service, or name its address with --connect or Connection',
      cause: error,
    });
  }
  return socket;
}

const waitSteps = 10;

/**
 * Waits whether a connection that is up stays up: a service that has no session free closes it at
 * once, and what is written to it before is lost without a word. Throws ServiceError
 * TF_PEER_UNAVAILABLE when it does not.
 */
export async function staysOpen(socket: Socket, where: string, waitMs: number): Promise<void> {
  const isLost = await new Promise<boolean>((resolve) => {
    const done = (lost: boolean): void => {
      clearInterval(timer);
      for (const event of ['end', 'close']) socket.off(event, onLost);
      resolve(lost);
    };
    const onLost = (): void => {
      done(true);
    };
    // In steps: a process that stood still meanwhile has not looked at its sockets.
    let steps = 0;
    const timer = setInterval(() => {
      steps += 1;
      if (steps === waitSteps) done(false);
    }, waitMs / waitSteps);
    for (const event of ['end', 'close']) socket.on(event, onLost);
    // Its end is only seen by who reads.
    socket.resume();
  });
  if (!isLost) return;
  socket.destroy();
  throw new ServiceError('TF_PEER_UNAVAILABLE', 'the service has closed the connection', {
    where,
    hint: 'see the log of the service; --threads takes fewer connections',
  });
}

/** Resolves when a socket is up; rejects with what went wrong, the timeout or the signal's reason. */
export function connected(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (finish: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.off(event, onUp);
      socket.off('error', onError);
      socket.off('close', onClose);
      // An error after this is seen by those who use the socket; without a listener it would end us.
      socket.on('error', () => undefined);
      finish();
    };
    const fail = (error: Error): void => {
      done(() => {
        reject(error);
      });
    };
    const onUp = (): void => {
      done(resolve);
    };
    const onError = (error: Error): void => {
      fail(error);
    };
    const onClose = (): void => {
      fail(new Error('it was closed before it was open'));
    };
    const onAbort = (): void => {
      fail(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      fail(new Error(`no answer within ${timeoutMs / 1000} s`));
    }, timeoutMs);
    socket.once(event, onUp);
    socket.once('error', onError);
    socket.once('close', onClose);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}
