import type { Socket as DatagramSocket } from 'node:dgram';
import type { Socket } from 'node:net';

import syslog from 'syslog-client';

import type { Message } from '../../core/index.js';
import { syslogHost } from '../../../dsm/syslog/header.js';
import { hasHeader, variantOf } from '../wording.js';
import type { TransportSettings } from './kind.js';
import { orAbort } from './resolve-host.js';
import { oneLine } from './syslog-line.js';

type HeaderOptions = Pick<
  syslog.ClientOptions,
  'facility' | 'severity' | 'syslogHostname' | 'rfc3164'
>;

/** `tcpTimeout` is not a limit for connecting but raises an error on a healthy, idle connection. */
const neverMs = 2 ** 31 - 1;

export interface GuardedClientOptions {
  readonly transport: 'udp' | 'tcp';
  /** An address: the package would look names up for IPv4 only, for UDP with every message. */
  readonly address: string;
  readonly port: number;
  readonly settings: TransportSettings;
}

/**
 * The client of the package syslog-client, for one connection, with what it does wrong put right:
 * - its `error` events, its idle timeout among them, have a listener from birth;
 * - it never connects on its own: after retire() nothing is sent and a connection that comes up late
 *   is closed;
 * - it gets fresh options for every message, facility and severity always given;
 * - a text is one line, without the header where the collector wants none; over UDP the line has no LF, because a datagram is a frame of its own
 *   (RFC 5426, 3.1).
 * What it cannot do (await a connection, bound what is in flight) its users do.
 */
export class GuardedClient extends syslog.Client {
  readonly #settings: TransportSettings;
  readonly #isDatagram: boolean;
  #isRetired = false;

  constructor({ transport, address, port, settings }: GuardedClientOptions) {
    super(address, {
      port,
      transport: transport === 'udp' ? syslog.Transport.Udp : syslog.Transport.Tcp,
      tcpTimeout: neverMs,
      ...headerOptions(settings),
    });
    this.#settings = settings;
    this.#isDatagram = transport === 'udp';
    this.on('error', () => {
      // Every failure also reaches the socket's own events or a callback, where it is handled.
    });
  }

  /**
   * Resolves with the socket once it is connected; rejects with the signal's reason when that fires
   * first. A connection that comes up later is ended at once: the package cannot cancel it.
   */
  async connected(signal: AbortSignal): Promise<Socket | DatagramSocket> {
    const connecting = new Promise<Socket | DatagramSocket>((resolve, reject) => {
      super.getTransport((error, transport) => {
        // Declared as the kind of transport, but it is the socket.
        const socket = transport as unknown as Socket | DatagramSocket;
        if (isError(error)) reject(error);
        else if (this.#isRetired) endNow(socket);
        else resolve(socket);
      });
    });
    try {
      return await orAbort(connecting, signal);
    } catch (error) {
      this.retire();
      throw error;
    }
  }

  /**
   * Sends messages[from..end[ and resolves with how many, from the first on, the operating system
   * took: what follows a failure is sent again, so that order is kept.
   */
  logMessages(messages: readonly Message[], from: number, end: number): Promise<number> {
    return new Promise((resolve) => {
      let answers = 0;
      let taken = 0;
      let hasFailed = false;
      const done = (error: Error | null | undefined): void => {
        answers++;
        if (isError(error)) hasFailed = true;
        else if (!hasFailed) taken++;
        if (answers === end - from) resolve(taken);
      };
      for (const message of messages.slice(from, end)) this.#logMessage(message, done);
    });
  }

  /** Ends the client for good; its socket too, if there is one. */
  retire(): void {
    if (this.#isRetired) return;
    this.#isRetired = true;
    try {
      this.close();
    } catch {
      // A datagram socket that is closed already says so by throwing.
    }
  }

  override getTransport(done: Parameters<syslog.Client['getTransport']>[0]): void {
    if (this.#isRetired) done(new Error('the connection is closed'), syslog.Transport.Tcp);
    else super.getTransport(done);
  }

  override buildFormattedMessage(message: string, options: syslog.MessageOptions): Buffer {
    if (options instanceof NoHeader)
      return Buffer.from(this.#isDatagram ? message : `${message}\n`);
    const line = super.buildFormattedMessage(message, options);
    return this.#isDatagram ? line.subarray(0, -1) : line;
  }

  #logMessage(message: Message, done: (error: Error | null | undefined) => void): void {
    const { wording = {} } = this.#settings;
    const { dialect } = wording;
    const variant = dialect === undefined ? undefined : variantOf(message, dialect);
    const text = oneLine(variant ?? message.body);
    if (text === '') {
      // Its dialect does not write it.
      done(null);
      return;
    }
    if (!hasHeader(wording, variant)) {
      this.log(text, new NoHeader(), done);
      return;
    }
    const timestamp = headerTime(message.atMs, this.#settings);
    this.log(text, { ...headerOptions(this.#settings), timestamp }, done);
  }
}

/** The options of a text that is the whole line. */
class NoHeader implements syslog.MessageOptions {
  readonly rfc3164 = true;
}

/** What the header is made of, as the package wants it; a new object each time, as it writes into it. */
function headerOptions({ facility, severity, identifier }: TransportSettings): HeaderOptions {
  const options: object = { facility, severity, syslogHostname: syslogHost(identifier) };
  // The package's enumerations lack some of the numbers that RFC 3164 has.
  return { ...(options as HeaderOptions), rfc3164: true };
}

/** A time as the package prints it: it takes the words of toString(), which are of the local zone. */
function headerTime(atMs: number, { timeZone }: TransportSettings): Date {
  const isTime = !Number.isNaN(new Date(atMs).getTime());
  const timeMs = isTime ? atMs : 0;
  return timeZone === 'utc' ? new UtcWords(timeMs) : new Date(timeMs);
}

class UtcWords extends Date {
  /** `Wed Jul 01 2026 10:10:14`, where toUTCString() has `Wed, 01 Jul 2026 10:10:14 GMT`. */
  override toString(): string {
    const [weekday = '', day = '', month = '', year = '', time = ''] =
      this.toUTCString().split(' ');
    return [weekday.replace(',', ''), month, day, year, time].join(' ');
  }
}

function endNow(socket: Socket | DatagramSocket): void {
  if ('destroy' in socket) socket.destroy();
  else socket.close();
}

/** The package calls back with nothing, null or an error, whatever its types say. */
function isError(error: Error | null | undefined): error is Error {
  return error !== null && error !== undefined;
}
