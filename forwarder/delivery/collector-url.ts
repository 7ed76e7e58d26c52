import { isIPv4, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';

import { ServiceError } from '../core/index.js';

/** Where a collector is, taken apart. */
export type CollectorAddress =
  | {
      readonly scheme: 'udp' | 'tcp' | 'tls';
      /** A name in ASCII form, or an IP address without brackets. */
      readonly host: string;
      readonly port: number;
    }
  | { readonly scheme: 'unix'; readonly path: string };

export type CollectorScheme = CollectorAddress['scheme'];

/** RFC 3164 and RFC 5426: 514; RFC 5425: 6514. */
const defaultPorts = { udp: 514, tcp: 514, tls: 6514 } as const;

/** `sun_path` of Linux holds 108 bytes, the last one NUL. */
const maxUnixPathBytes = 107;

const forms = 'use udp://HOST:514, tcp://HOST:514, tls://HOST:6514 or unix:///PATH';

/**
 * Reads a collector's URL: `udp://siem:514`, `tcp://[2001:db8::1]:514`, `tls://siem:6514`,
 * `unix:///run/collector.sock`. The port may be left out (514, for tls 6514). The path of `unix://`
 * is taken as it stands, without percent decoding.
 *
 * Throws ServiceError TF_CONFIG, which names `where` (a configuration path; the URL itself when
 * absent) and never shows credentials, paths or queries that were put into the URL by mistake.
 */
export function parseCollectorUrl(text: string, where?: string): CollectorAddress {
  const refuse = (problem: string, hint: string = forms): never => {
    throw new ServiceError('TF_CONFIG', `${problem}: ${shownUrl(text)}`, {
      where: where ?? shownUrl(text),
      hint,
    });
  };
  const parts = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^]*)$/.exec(text);
  if (parts === null) return refuse('the collector is no URL');
  const scheme = (parts[1] ?? '').toLowerCase();
  const rest = parts[2] ?? '';
  switch (scheme) {
    case 'unix':
      return parseUnix(rest, refuse);
    case 'udp':
    case 'tcp':
    case 'tls':
      return parseHostAndPort(scheme, rest, refuse);
    case 'ssl':
    case 'syslog+tls':
    case 'tcp+tls':
      return refuse(`unknown scheme "${scheme}"`, 'for TLS use tls://HOST:6514');
    default:
      return refuse('unknown scheme');
  }
}

/** The URL of an address, always with its port: what logs, metrics and errors show. */
export function collectorUrl(address: CollectorAddress): string {
  if (address.scheme === 'unix') return `unix://${address.path}`;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `${address.scheme}://${host}:${address.port}`;
}

type Refuse = (problem: string, hint?: string) => never;

function parseUnix(path: string, refuse: Refuse): CollectorAddress {
  if (!path.startsWith('/') || path === '/') {
    return refuse('unix:// needs an absolute path', 'use unix:///PATH, with three slashes');
  }
  if (/[\u0000-\u001f\u007f]/.test(path)) return refuse('control character in the socket path');
  if (Buffer.byteLength(path) > maxUnixPathBytes) {
    return refuse('the socket path is too long', `at most ${maxUnixPathBytes} bytes are possible`);
  }
  return { scheme: 'unix', path };
}

function parseHostAndPort(
  scheme: 'udp' | 'tcp' | 'tls',
  rest: string,
  refuse: Refuse,
): CollectorAddress {
  if (rest.includes('@')) {
    return refuse('a collector URL holds no credentials', 'remove everything before the @');
  }
  const authority = rest.endsWith('/') ? rest.slice(0, -1) : rest;
  if (/[/?#]/.test(authority)) {
    return refuse(`a ${scheme}:// URL ends after its port`);
  }
  const parts = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::([^:]*))?$/.exec(authority);
  if (parts === null) {
    return refuse('cannot tell host from port', 'write an IPv6 address in brackets: [2001:db8::1]');
  }
  const port = parts[3] === undefined ? defaultPorts[scheme] : Number(parts[3]);
  if (parts[3] !== undefined && (!/^[0-9]{1,5}$/.test(parts[3]) || port < 1 || port > 65535)) {
    return refuse('the port is no number from 1 to 65535');
  }
  if (parts[1] !== undefined) {
    if (!isIPv6(parts[1])) return refuse('the host in brackets is no IPv6 address');
    return { scheme, host: parts[1], port };
  }
  const host = asciiName(parts[2] ?? '');
  if (host === '') return refuse('the host is missing');
  if (host.length > 253 || !/^[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_.])?$/.test(host)) {
    return refuse('the host is no name');
  }
  if (/(?:^|\.)[0-9]+\.?$/.test(host) && !isIPv4(host))
    return refuse('the host is no IPv4 address');
  return { scheme, host, port };
}

/** Lower case, and Punycode for names beyond ASCII; '?' when there is no such form. */
function asciiName(name: string): string {
  // Only where needed: the function also takes out line breaks and reads 0x7f.1 as an address.
  if (/^[\u0000-\u007f]*$/.test(name)) return name.toLowerCase();
  return domainToASCII(name) || '?';
}

/** A wrong URL as it may be shown: no credentials, no query, no control characters, not endless. */
function shownUrl(text: string): string {
  const parts = /^([^/?#@]*:\/\/)?([^]*)$/.exec(text);
  const scheme = parts?.[1] ?? '';
  const rest = parts?.[2] ?? '';
  const at = rest.lastIndexOf('@');
  const afterCredentials = at < 0 ? rest : `(hidden)@${rest.slice(at + 1)}`;
  const shown = /^unix:/i.test(scheme)
    ? afterCredentials
    : afterCredentials.replace(/[/?#][^]*$/, '');
  return `"${(scheme + shown).replace(/[\u0000-\u001f\u007f]/g, '?').slice(0, 120)}"`;
}
