import { VerificationError } from '../errors.js';
import type { ServiceAddress } from '../sender.js';

/** Where an event collector of JSA takes syslog. */
export interface SyslogTarget {
  readonly scheme: 'udp' | 'tcp' | 'tls';
  readonly host: string;
  readonly port: number;
  /** Of `tls`: PEM texts, and the name to find in the certificate. */
  readonly tls?: NonNullable<ServiceAddress['tls']>;
}

const form = /^(?:(udp|tcp|tls):\/\/)?(?:\[([0-9A-Fa-f:.]+)\]|([^[\]:/@\s]+))(?::(\d{1,5}))?\/?$/i;

/**
 * Reads `udp://`, `tcp://` or `tls://` with host and port, or HOST:PORT, which means TCP. Without a
 * port 514, for TLS 6514. Throws VerificationError TF_USAGE that names `where`.
 *
 *     parseSyslogTarget('192.0.2.10:514', '--syslog')  // { scheme: 'tcp', host: '192.0.2.10', port: 514 }
 */
export function parseSyslogTarget(text: string, where: string): SyslogTarget {
  const [, named, bracketed, plain, portText] = form.exec(text) ?? [];
  const host = bracketed ?? plain;
  const scheme = (named?.toLowerCase() ?? 'tcp') as SyslogTarget['scheme'];
  const port = portText === undefined ? usualPort(scheme) : Number(portText);
  if (host === undefined || port < 1 || port > 65_535) {
    // What stands there may hold a password: it is not repeated.
    throw new VerificationError('TF_USAGE', 'This is no address of an event collector', {
      where,
      hint: 'Write it as HOST:PORT, udp://HOST:PORT, tcp://HOST:PORT or tls://HOST:PORT.',
    });
  }
  return { scheme, host, port };
}

/** The target as it may be shown: `tcp://192.0.2.10:514`. */
export function syslogTargetText({ scheme, host, port }: SyslogTarget): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function usualPort(scheme: SyslogTarget['scheme']): number {
  return scheme === 'tls' ? 6514 : 514;
}
