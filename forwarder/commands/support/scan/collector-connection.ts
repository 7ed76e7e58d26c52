import { createSocket } from 'node:dgram';
import type { Socket as DatagramSocket } from 'node:dgram';
import { readFile } from 'node:fs/promises';
import { lookup } from 'node:dns/promises';
import { isIP, isIPv6 } from 'node:net';
import { connect as connectTls } from 'node:tls';

import { syslogHeader } from '../../../../dsm/syslog/header.js';
import { messageOf, ServiceError } from '../../../core/index.js';
import { collectorUrl, parseCollectorUrl } from '../../../delivery/index.js';
import type { CollectorAddress } from '../../../delivery/index.js';
import type { EventChunk } from './event-chunks.js';
import { OneWayConnection } from './one-way-connection.js';
import { connected, openSocket } from './open-socket.js';
import type { ScanConnection } from './scan-connection.js';

/** Where --collector sends to. */
export interface CollectorTarget {
  readonly address: CollectorAddress;
  readonly shownUrl: string;
  /** PEM file of the authorities to trust, for tls:// (default: the system's). */
  readonly ca: string | undefined;
}

/** Reads --collector and --ca. Throws ServiceError TF_CONFIG for a bad URL, TF_USAGE for a CA without TLS. */
export function collectorTarget(url: string, ca: string | undefined): CollectorTarget {
  const address = parseCollectorUrl(url, '--collector');
  if (ca !== undefined && address.scheme !== 'tls') {
    throw new ServiceError('TF_USAGE', '--ca has a meaning for tls:// only', {
      where: '--ca',
      hint: 'use --collector tls://HOST:6514, or leave --ca out',
    });
  }
  return { address, shownUrl: collectorUrl(address), ca };
}

/** Connects to a collector. Throws ServiceError TF_PEER_UNAVAILABLE, TF_USAGE for a bad --ca. */
export async function openCollector(
  { address, shownUrl, ca }: CollectorTarget,
  timeoutMs: number,
  signal: AbortSignal,
  onTooLong: () => void,
): Promise<ScanConnection> {
  switch (address.scheme) {
    case 'tcp':
    case 'unix':
      return new OneWayConnection(await plainSocket(), shownUrl, timeoutMs);
    case 'tls':
      return openTls(address, ca);
    case 'udp':
      return openDatagrams(address, shownUrl, onTooLong);
    default:
      return address satisfies never;
  }

  async function plainSocket() {
    try {
      return await openSocket(
        address.scheme === 'unix' ? { path: address.path } : address,
        timeoutMs,
        signal,
      );
    } catch (error) {
      signal.throwIfAborted();
      throw unreachable(shownUrl, error instanceof Error ? error.cause : error);
    }
  }

  async function openTls(
    { host, port }: { readonly host: string; readonly port: number },
    file: string | undefined,
  ): Promise<ScanConnection> {
    const authorities = file === undefined ? {} : { ca: await readAuthorities(file) };
    const socket = connectTls({
      host,
      port,
      minVersion: 'TLSv1.2',
      ...authorities,
      // An address cannot be asked for by name (RFC 6066, 3).
      ...(isIP(host) === 0 ? { servername: host } : {}),
    });
    try {
      await connected(socket, 'secureConnect', timeoutMs, signal);
    } catch (error) {
      socket.destroy();
      signal.throwIfAborted();
      throw unreachable(shownUrl, error);
    }
    return new OneWayConnection(socket, shownUrl, timeoutMs);
  }
}

async function readAuthorities(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new ServiceError('TF_USAGE', `cannot read it: ${messageOf(error)}`, {
      where: `--ca ${file}`,
      hint: 'name a PEM file that you may read',
      cause: error,
    });
  }
}

function unreachable(url: string, error: unknown): ServiceError {
  return new ServiceError('TF_PEER_UNAVAILABLE', `cannot connect: ${messageOf(error)}`, {
    where: url,
    hint: 'check the address, and that the collector listens',
    cause: error,
  });
}

async function openDatagrams(
  { host, port }: { readonly host: string; readonly port: number },
  url: string,
  onTooLong: () => void,
): Promise<ScanConnection> {
  try {
    const address = isIP(host) === 0 ? (await lookup(host)).address : host;
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    return new DatagramConnection(socket, address, port, url, onTooLong);
  } catch (error) {
    throw unreachable(url, error);
  }
}

/** Largest payload of a datagram: 65,535 less the headers of IPv4 (20) and UDP (8). */
const maxDatagramBytes = 65_507;
/** Datagrams sent before the event loop turns: a longer burst would overrun the receiver's buffer. */
const burst = 32;

/** One event a datagram, without LF (RFC 5426); one that gets lost is lost unnoticed. */
class DatagramConnection implements ScanConnection {
  hasWorked = false;
  readonly #socket: DatagramSocket;
  readonly #address: string;
  readonly #port: number;
  readonly #url: string;
  readonly #onTooLong: () => void;
  #isClosed = false;
  #sending: Promise<unknown> = Promise.resolve();

  constructor(
    socket: DatagramSocket,
    address: string,
    port: number,
    url: string,
    onTooLong: () => void,
  ) {
    this.#socket = socket;
    this.#address = address;
    this.#port = port;
    this.#url = url;
    this.#onTooLong = onTooLong;
    socket.on('error', () => undefined);
  }

  send(chunk: EventChunk): Promise<readonly []> {
    // One chunk after the other: events keep their order.
    const sent = this.#sending.then(() => this.#send(chunk));
    this.#sending = sent;
    sent.catch(() => undefined);
    return sent;
  }

  async #send({ bytes, ends }: EventChunk): Promise<readonly []> {
    let start = 0;
    for (const [number, end] of ends.entries()) {
      const event = bytes.subarray(start, end - 1);
      start = end;
      if (event.length > maxDatagramBytes) this.#onTooLong();
      else await this.#sendOne(event);
      if (number % burst === burst - 1) await new Promise((resolve) => setImmediate(resolve));
    }
    this.hasWorked = true;
    return [];
  }

  end(): Promise<void> {
    this.destroy();
    return Promise.resolve();
  }

  destroy(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close();
  }

  #sendOne(event: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.send(event, this.#port, this.#address, (error) => {
        if (error === null) resolve();
        else reject(unreachable(this.#url, error));
      });
    });
  }
}

/** The host name that the verification events of the original come from. */
export const defaultHeaderHost = 'KL_Verification_Tool';

/** `<134>Jul 10 10:10:14 HOST ` and the like, with or without priority; RFC 5424 too. */
const ownHeader =
  /^(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \S|1 \d{4}-\d\d-\d\dT\S+ \S|\d{4}-\d\d-\d\dT\S+ \S)/;

/**
 * What goes before an event that has no syslog header of its own; one that has goes as it is, since
 * its host is what JSA finds the log source by.
 */
export function headerFor(host: string, nowMs: () => number): (event: Buffer) => string {
  return (event) =>
    ownHeader.test(event.toString('latin1', 0, 80))
      ? ''
      : syslogHeader({ facility: 16, severity: 6, host, atMs: nowMs() });
}
