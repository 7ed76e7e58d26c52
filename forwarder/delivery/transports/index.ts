import { ServiceError } from '../../core/index.js';
import type { Collector } from '../collector-options.js';
import type { CollectorTransport, TransportKind, TransportSettings } from './kind.js';
import { standardOutput } from './standard-output.js';
import { streamTcp } from './stream-tcp.js';
import { streamTls } from './stream-tls.js';
import { streamUnix } from './stream-unix.js';
import { syslogUdp } from './syslog-udp.js';

export { StallError } from './kind.js';
export type { Assurance, CollectorTransport, TransportKind, TransportSettings } from './kind.js';

/**
 * The ways to reach a collector. A new one is one file beside these and one line here; the
 * conformance suite then runs over it by itself.
 *
 * Example: `tls://siem.example` is parsed to the scheme `tls`, which `streamTls` serves; its create()
 * gives a transport that connects when open() is called.
 */
export const transportKinds: readonly TransportKind[] = [
  syslogUdp,
  streamTcp,
  streamTls,
  streamUnix,
  standardOutput,
];

/** The kind that serves a collector; standard output for `undefined` (no collector configured). */
export function transportKindOf(collector: Collector | undefined): TransportKind {
  const scheme = collector?.address.scheme ?? 'stdout';
  const kind = transportKinds.find((candidate) => candidate.scheme === scheme);
  if (kind === undefined) {
    throw new ServiceError('TF_INTERNAL', `no transport serves ${scheme}:`);
  }
  return kind;
}

/** A transport for a collector, not open yet. It words messages as the collector wants them. */
export function createTransport(
  collector: Collector | undefined,
  settings: TransportSettings,
): CollectorTransport {
  const kind = transportKindOf(collector);
  if (collector === undefined) return kind.create(collector, settings);
  const { dialect, header, takesBody } = collector;
  return kind.create(collector, { ...settings, wording: { dialect, header, takesBody } });
}
