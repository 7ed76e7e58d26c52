import { connect } from 'node:net';
import type { Socket } from 'node:net';

import type { TransportSettings } from './kind.js';
import { resolveHost } from './resolve-host.js';
import { connected, withinTime } from './socket.js';

/** Where to connect to. */
export interface SocketTarget {
  readonly url: string;
  readonly host: string;
  readonly port: number;
}

/**
 * Calls `attempt` with the addresses of a host, one after the other, until one succeeds. Each gets its
 * share of the time: a dead first one must not hide a good second.
 */
export async function overAddresses<Value>(
  { url, host }: SocketTarget,
  settings: TransportSettings,
  signal: AbortSignal,
  attempt: (address: string, signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const addresses = await resolveHost(url, host, signal, settings.lookup);
  const shareMs = Math.ceil(settings.connectTimeoutMs / addresses.length);
  let failure: unknown;
  for (const address of addresses) {
    try {
      return await withinTime(url, shareMs, signal, (limit) => attempt(address, limit));
    } catch (error) {
      signal.throwIfAborted();
      failure = error;
    }
  }
  throw failure;
}

/** A connected socket whose own end is not tied to the peer's. */
export async function connectSocket(
  target: SocketTarget,
  settings: TransportSettings,
  signal: AbortSignal,
): Promise<Socket> {
  return overAddresses(target, settings, signal, async (host, limit) => {
    const socket = connect({ host, port: target.port, allowHalfOpen: true });
    await connected(socket, 'connect', limit);
    return socket;
  });
}
