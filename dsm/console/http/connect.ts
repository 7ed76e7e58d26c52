import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';

import type { ConsoleFacts } from '../console-client.js';
import { networkFailure, type Failure } from './network-faults.js';
import type { ConsoleAddress } from './address.js';
import type { Hide } from './printed.js';
import { certificateFacts, distrustOf, type Trust } from './trust.js';

/** A connection that was not opened, so that nothing was sent on it. */
export class NotOpened extends Error {
  override readonly name = 'NotOpened';
  readonly failure: Failure;
  constructor(failure: Failure) {
    super('not opened');
    this.failure = failure;
  }
}

export interface ConnectorOptions {
  readonly address: ConsoleAddress;
  readonly trust: Trust;
  readonly timeoutMs: number;
  readonly hide: Hide;
}

export interface Connector {
  /** Opens a connection whose certificate is trusted; else `done` gets a NotOpened. */
  open(done: (...result: [Error, null] | [null, TLSSocket]) => void): void;
  /** Of the last connection. */
  certificate(): ConsoleFacts['certificate'];
  /** Gives up those that are being opened. */
  stop(): void;
}

/** Makes what opens TLS connections to a console, each checked before anything is sent. */
export function createConnector(options: ConnectorOptions): Connector {
  const { address, trust, timeoutMs, hide } = options;
  const { origin, host, shown } = address;
  const port = Number(new URL(origin).port || 443);
  const opening = new Set<TLSSocket>();
  let certificate: ConsoleFacts['certificate'];
  return {
    open(done) {
      const socket = connect({
        host,
        port,
        ...(isIP(host) === 0 ? { servername: host } : {}),
        ...(trust.ca === undefined || trust.fingerprint !== undefined ? {} : { ca: trust.ca }),
        ALPNProtocols: ['http/1.1'],
        // The handshake goes through and we decide, before the first byte of a request: so a fault
        // can name the certificate, and no environment variable switches the check off.
        rejectUnauthorized: false,
      });
      opening.add(socket);
      const late = Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' });
      const limit = setTimeout(() => socket.destroy(late), timeoutMs);
      const settle = (): boolean => {
        clearTimeout(limit);
        return opening.delete(socket);
      };
      const fail = (failure: Failure): void => {
        if (settle()) done(new NotOpened(failure), null);
      };
      socket
        .setNoDelay(true)
        .on('error', (error) => {
          fail(networkFailure(error, shown, false, hide));
        })
        .once('close', () => {
          fail(networkFailure(new Error('given up'), shown, false, hide));
        })
        .once('secureConnect', () => {
          const distrust = distrustOf(socket, trust, host, shown);
          if (distrust === undefined) {
            certificate = certificateFacts(socket);
            if (settle()) done(null, socket);
            return;
          }
          fail({ kind: 'failure', error: distrust, mayBeSent: false, chance: 'none' });
          socket.destroy();
        });
    },
    certificate: () => certificate,
    stop() {
      for (const socket of opening) socket.destroy();
    },
  };
}
