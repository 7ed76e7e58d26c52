import type { Writable } from 'node:stream';

import { ServiceError } from '../../core/index.js';
import type { CounterSource, Logger, Transport } from '../../core/index.js';
import type { Collector } from '../collector-options.js';
import type { Wording } from '../wording.js';
import type { KernelQueues } from './assured/kernel-queues.js';

/** A transport as delivery uses it. open() may be called again after a loss, a failure or close(). */
export interface CollectorTransport extends Transport {
  /** A longer line cannot be sent at all by this transport; delivery drops it, counted. */
  readonly hardLimitBytes: number;
  /** What is known of the fate of what was written; absent: what write() took is gone for good. */
  readonly assurance?: Assurance | undefined;
}

/**
 * What an assured transport knows about its connection. Offsets count the bytes on the wire (those of
 * TLS included) since open(); after a loss or close() they stay as they were until the next open().
 *
 * Example: three messages of 100 bytes are written: sentBytes 300. The peer's machine has acknowledged
 * two of them: acknowledgedBytes 200. Whether the collector has read those is not known: they may lie
 * in a buffer of its machine, and be lost with it.
 */
export interface Assurance {
  /** End of the last message that write() took. */
  readonly sentBytes: number;
  /** So much the peer's machine has acknowledged at least; grows while the connection is open. */
  readonly acknowledgedBytes: number;
  /**
   * After a loss or close(): whether the collector has surely read all that was written, because it
   * ended the connection in good order (FIN, no RST) and everything was acknowledged.
   */
  readonly isAllRead: boolean;
  /** Called when acknowledgedBytes has grown. */
  onProgress: (() => void) | undefined;
}

/** What all transports need besides their collector. */
export interface TransportSettings {
  /** The host name of the syslog header, by which JSA finds the log source. */
  readonly identifier: string;
  /** 1–23 and 1–7: see RFC 3164, 4.1.1. */
  readonly facility: number;
  readonly severity: number;
  /** Zone of the header's time, which names none (RFC 3164); `local` when absent. */
  readonly timeZone?: 'local' | 'utc' | undefined;
  /** What is sent of a message; `body` behind a syslog header when absent. createTransport() sets it. */
  readonly wording?: Wording | undefined;
  readonly connectTimeoutMs: number;
  /** A connection that takes not one byte for so long is given up as dead. */
  readonly stallTimeoutMs: number;
  /** Finds the addresses of a name, best first; the system's way when absent. */
  readonly lookup?: ((name: string) => Promise<readonly string[]>) | undefined;
  /** For assured transports. */
  readonly assurance?: AssuranceSettings | undefined;
  /** Where what matters to the operator beyond one connection is said. */
  readonly logger?: Logger | undefined;
  readonly counters?: CounterSource | undefined;
  /** Where `stdout:` writes; the process's standard output when absent. */
  readonly output?: Writable | undefined;
}

/** What assured transports can be told. */
export interface AssuranceSettings {
  /**
   * A connection on which the peer's machine acknowledges nothing for so long is given up; one whose
   * machine answers but makes no room gets `stallTimeoutMs`. `defaultStallMs` when absent.
   */
  readonly stallMs?: number | undefined;
  /**
   * What becomes of the bytes that the kernel still holds when a connection ends unproven: true, they
   * are left to it, for what is not kept to be sent again; else they are dropped.
   */
  readonly leavesQueue?: boolean | undefined;
  /** The reader of the kernel's tables; that of this process when absent. */
  readonly queues?: KernelQueues | undefined;
}

export const defaultStallMs = 5000;

/** One way to reach a collector; transports/index.ts lists them. */
export interface TransportKind {
  /** Scheme of the URLs it serves; `stdout` serves the empty list of collectors. */
  readonly scheme: Collector['address']['scheme'] | 'stdout';
  readonly summary: string;
  /** Whether open() says anything about the peer. */
  readonly isCheckable: boolean;
  create(collector: Collector | undefined, settings: TransportSettings): CollectorTransport;
}

/** A connection was given up because it took nothing for too long, though it is up. */
export class StallError extends ServiceError {
  override readonly name = 'StallError';

  constructor(url: string, stallTimeoutMs: number) {
    super('TF_COLLECTOR', `the collector took nothing for ${stallTimeoutMs} ms`, {
      where: url,
      hint: 'the collector or the network is overloaded or hangs',
      retryable: true,
    });
  }
}

/** Longest line that JSA takes whole by default over a stream (4,096) and over UDP (about 1,024). */
export const streamLineBytes = 4000;
export const datagramLineBytes = 1000;

/** Host and port of a network collector. */
export function networkAddressOf(collector: Collector | undefined): {
  readonly host: string;
  readonly port: number;
  readonly url: string;
} {
  if (collector === undefined || collector.address.scheme === 'unix') throw notServed(collector);
  const { host, port } = collector.address;
  return { host, port, url: collector.shownUrl };
}

/** Path of a collector on this machine. */
export function socketPathOf(collector: Collector | undefined): {
  readonly path: string;
  readonly url: string;
} {
  if (collector?.address.scheme !== 'unix') throw notServed(collector);
  return { path: collector.address.path, url: collector.shownUrl };
}

/** A transport was asked for a collector of another scheme: a mistake of this program. */
function notServed(collector: Collector | undefined): ServiceError {
  return new ServiceError('TF_INTERNAL', 'the transport does not serve this collector', {
    where: collector?.shownUrl ?? 'standard output',
  });
}
