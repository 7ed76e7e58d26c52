import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { frameMessage } from '../../dsm/syslog/frame.js';
import { textOf, VerificationError } from '../errors.js';
import { connectToService, type Peer } from '../sender.js';
import { syslogTargetText, type SyslogTarget } from './syslog-target.js';

/** Sends events to JSA as a log source does. */
export interface SyslogSender {
  /** Where to, as it may be shown. */
  readonly address: string;
  /** Resolves with true when the operating system took the line, with false when the way is lost. */
  send(line: string): Promise<boolean>;
  close(): void;
}

export interface SendingOptions {
  /** Between two events: a collector that is flooded proves nothing. */
  readonly pauseMs: number;
  readonly signal?: AbortSignal | undefined;
}

const peer: Peer = {
  name: 'event collector',
  hint: 'Check the address (--syslog, console.syslog, delivery.collectors), the port and the firewall.',
};

/**
 * Opens the way to an event collector. Throws VerificationError TF_PEER_UNAVAILABLE when it does not
 * take the connection within `timeoutMs`; over UDP only when its name is unknown.
 */
export async function openSyslogSender(
  target: SyslogTarget,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<SyslogSender> {
  const address = syslogTargetText(target);
  switch (target.scheme) {
    case 'udp':
      return openUdp(target, address);
    case 'tcp':
    case 'tls': {
      const { host, port, scheme, tls = {} } = target;
      const where = { host, port, ...(scheme === 'tls' ? { tls } : {}) };
      const connection = await connectToService(where, timeoutMs, signal, peer);
      return {
        address,
        send: (line) => connection.send(frameMessage(line, 'lf')),
        close: () => {
          connection.close();
        },
      };
    }
    default:
      return target.scheme satisfies never;
  }
}

/** Sends in order; resolves with the number of lines that were taken. */
export async function sendGently(
  sender: SyslogSender,
  lines: readonly string[],
  { pauseMs, signal }: SendingOptions,
): Promise<number> {
  let sent = 0;
  for (const line of lines) {
    if (signal?.aborted === true || !(await sender.send(line))) break;
    sent += 1;
    if (sent < lines.length) await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
  return sent;
}

async function openUdp({ host, port }: SyslogTarget, address: string): Promise<SyslogSender> {
  let found: { readonly address: string; readonly family: number };
  try {
    found = await lookup(host);
  } catch (error) {
    throw new VerificationError('TF_PEER_UNAVAILABLE', `Unknown host: ${textOf(error)}`, {
      where: address,
      hint: peer.hint,
      cause: error,
    });
  }
  const socket = createSocket(found.family === 6 ? 'udp6' : 'udp4');
  // "Connection refused" comes as an answer to an earlier datagram; send() is told by its own result.
  socket.on('error', () => undefined);
  return {
    address,
    send: (line) => sendDatagram(socket, line, port, found.address),
    close: () => {
      socket.close();
    },
  };
}

function sendDatagram(socket: Socket, line: string, port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    socket.send(line, port, host, (error) => {
      resolve(error === null);
    });
  });
}
