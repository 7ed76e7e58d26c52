import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

import { textOf, VerificationError } from './errors.js';

/** Where events are taken: by the service, or by an event collector. */
export interface ServiceAddress {
  readonly host: string;
  readonly port: number;
  /** Given: the connection is TLS. `ca`, `cert` and `key` are PEM texts. */
  readonly tls?: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly passphrase?: string;
    readonly serverName?: string;
  };
}

/** The connection JSA would hold to its forwarding destination. */
export interface ForwardingConnection {
  /** Why the connection is not usable any more; undefined while it is. */
  readonly problem: string | undefined;
  /** Resolves with true when the operating system took the line, with false when the connection is lost. */
  send(line: string): Promise<boolean>;
  close(): void;
}

/** Who is connected to, for what an error says. */
export interface Peer {
  readonly name: string;
  /** What to do when it cannot be reached. */
  readonly hint: string;
}

const service: Peer = {
  name: 'service',
  hint: 'Start the service, or check the address against intake.jsa.listen and the firewall.',
};

/**
 * Connects as an event processor does. Throws VerificationError TF_PEER_UNAVAILABLE when the
 * service (or the `peer` that is named instead) refuses or does not answer within `timeoutMs`.
 */
export async function connectToService(
  address: ServiceAddress,
  timeoutMs: number,
  signal?: AbortSignal,
  peer: Peer = service,
): Promise<ForwardingConnection> {
  const { host, port, tls } = address;
  const socket: Socket =
    tls === undefined
      ? connectTcp({ host, port })
      : connectTls({
          host,
          port,
          minVersion: 'TLSv1.2',
          ...(tls.ca === undefined ? {} : { ca: tls.ca }),
          ...(tls.cert === undefined ? {} : { cert: tls.cert }),
          ...(tls.key === undefined ? {} : { key: tls.key }),
          ...(tls.passphrase === undefined ? {} : { passphrase: tls.passphrase }),
          ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
        });
  try {
    await opened(socket, tls === undefined ? 'connect' : 'secureConnect', timeoutMs, signal);
  } catch (error) {
    socket.destroy();
    throw new VerificationError(
      'TF_PEER_UNAVAILABLE',
      `The ${peer.name} does not take the connection: ${textOf(error)}`,
      { where: `${host}:${port}`, hint: peer.hint, cause: error },
    );
  }
  return forwardingConnection(socket, peer);
}

function opened(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.off('error', onError);
      socket.off('close', onClose);
      // A socket without an error listener would end the process on a late error.
      socket.on('error', () => undefined);
      finish();
    };
    const fail = (reason: Error): void => {
      settle(() => {
        reject(reason);
      });
    };
    const onError = (error: Error): void => {
      fail(error);
    };
    const onClose = (): void => {
      fail(new Error('closed before it was open'));
    };
    const onAbort = (): void => {
      fail(new Error('stopped'));
    };
    const timer = setTimeout(() => {
      fail(new Error(`no answer within ${timeoutMs} ms`));
    }, timeoutMs);
    socket.once('error', onError);
    socket.once('close', onClose);
    socket.once(event, () => {
      settle(resolve);
    });
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
  });
}

function forwardingConnection(socket: Socket, { name }: Peer): ForwardingConnection {
  let problem: string | undefined;
  let isClosing = false;
  socket.on('error', (error) => {
    problem ??= textOf(error);
  });
  socket.on('close', () => {
    if (!isClosing) problem ??= `the ${name} closed the connection`;
  });
  // JSA reads nothing from its destination; what a service may write must not stop the stream.
  socket.resume();
  return {
    get problem() {
      return problem;
    },
    send: (line) =>
      new Promise((resolve) => {
        if (problem !== undefined || socket.destroyed) {
          resolve(false);
          return;
        }
        const onClose = (): void => {
          resolve(false);
        };
        socket.once('close', onClose);
        socket.write(line, (error) => {
          socket.off('close', onClose);
          if (error) problem ??= textOf(error);
          resolve(!error);
        });
      }),
    close: () => {
      isClosing = true;
      // A service that has stopped reading would never let the rest out.
      if (socket.writableLength > 0) socket.destroy();
      else socket.destroySoon();
    },
  };
}
