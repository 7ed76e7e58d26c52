import type { Writable } from 'node:stream';

import { ServiceError } from '../../core/index.js';
import type { Transport } from '../../core/index.js';
import type { Collector } from '../collector-options.js';

/** A transport as delivery uses it. open() may be called again after a loss, a failure or close(). */
export interface CollectorTransport extends Transport {
  /** A longer line cannot be sent at all by this transport; delivery drops it, counted. */
  readonly hardLimitBytes: number;
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
  readonly connectTimeoutMs: number;
  /** A connection that takes not one byte for so long is given up as dead. */
  readonly stallTimeoutMs: number;
  /** Finds the addresses of a name, best first; the system's way when absent. */
  readonly lookup?: ((name: string) => Promise<readonly string[]>) | undefined;
  /** Where `stdout:` writes; the process's standard output when absent. */
  readonly output?: Writable | undefined;
}

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
