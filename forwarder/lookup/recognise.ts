import { bad, ok, type Result } from '../core/index.js';
import {
  normaliseHash,
  normaliseHost,
  parseCidr,
  parseIp,
  parseIpv4Loose,
  ipv4Text,
  refang,
} from '../normalise/index.js';
import type { LookupKind, LookupObject } from './lookup-object.js';

const names = { hash: 'a hash', ip: 'an IP address', domain: 'a domain', url: 'a URL' } as const;

/** Blanks and `[dot]` around and for what refang() understands. */
const fang = /\s{0,3}([[(])(\.|:|:\/\/|dot)([\])])\s{0,3}/gi;

/** A value as it can be asked for, defanged or not: `hxxp://evil [.] example/a` → `http://evil.example/a`. */
function undefanged(text: string): string {
  const tight = text.replace(fang, (_, open: string, what: string, close: string) =>
    what.length === 3 && what !== '://' ? `${open}.${close}` : `${open}${what}${close}`,
  );
  const refanged = refang(tight);
  // A text whose host has no fangs is left alone: in a path they may be meant so.
  return (refanged === tight ? text : refanged).replace(
    /^h(?:xx|tt|\*\*)p(s?)(?=:\/\/)/i,
    (_, secure: string) => `http${secure.toLowerCase()}`,
  );
}

function readHash(value: string): string | undefined {
  return normaliseHash(value.replace(/^0x/i, ''))?.value.toUpperCase();
}

function readDomain(value: string): string | undefined {
  const host = normaliseHost(value);
  return host?.includes('.') === true ? host : undefined;
}

const urlSyntax = /^(?:([a-z][a-z0-9+.-]*):\/\/)?([^/?#\\]*)(.*)$/is;
const urlSchemes = new Set(['http', 'https', 'ftp']);

/** The host of a URL, in brackets where they belong; undefined when it is none. */
function readUrlHost(text: string, hasScheme: boolean): string | undefined {
  const ip = parseIp(text);
  if (ip !== undefined) return ip.includes(':') ? `[${ip}]` : ip;
  // `http://520966948/` is an address in disguise; without a scheme it is just a number.
  const loose = hasScheme ? parseIpv4Loose(text) : undefined;
  return loose === undefined
    ? hasScheme
      ? normaliseHost(text)
      : readDomain(text)
    : ipv4Text(loose);
}

/**
 * A URL as it is asked for: scheme and host in lower case, path and query as they stood. User and
 * password are dropped, for they are no business of the portal's, and so is the fragment, which no
 * server is ever sent. `isWanted`: a host alone will do.
 */
function readUrl(value: string, isWanted: boolean): string | undefined {
  const [, scheme, authority = '', tail = ''] = urlSyntax.exec(value) ?? [];
  const hasScheme = scheme !== undefined;
  if (hasScheme && !urlSchemes.has(scheme.toLowerCase())) return undefined;
  const rest = tail.replace(/#.*$/s, '').trimEnd();
  if (!hasScheme && (authority.includes('@') || rest.startsWith('\\'))) return undefined;
  if (!hasScheme && !isWanted && rest === '') return undefined;
  const place = authority.slice(authority.lastIndexOf('@') + 1);
  const [, hostText = '', port = ''] = parseIp(place)
    ? [place, place]
    : (/^(.*?)(?::(\d{0,5}))?$/s.exec(place) ?? []);
  const host = readUrlHost(hostText, hasScheme);
  if (host === undefined || Number(port) > 65_535) return undefined;
  const shown = `${host}${port === '' ? '' : `:${port}`}${rest}`;
  if (hasScheme) return `${scheme.toLowerCase()}://${shown}`;
  // An address alone would be looked up as an address.
  return rest === '' && parseIp(host) !== undefined ? `http://${shown}` : shown;
}

function read(value: string, kind: LookupKind, isWanted: boolean): string | undefined {
  switch (kind) {
    case 'hash':
      return readHash(value);
    case 'ip':
      return parseIp(value);
    case 'domain':
      return readDomain(value);
    case 'url':
      // A range is no URL, though it looks like one.
      return !isWanted && parseCidr(value) !== undefined ? undefined : readUrl(value, isWanted);
    default:
      return kind satisfies never;
  }
}

function hashProblem(value: string): string {
  const digits = value.replace(/^0x/i, '');
  const wrong = digits.search(/[^0-9a-f]/i);
  return wrong < 0
    ? `has ${digits.length} hex digits: an MD5 has 32, a SHA-1 40, a SHA-256 64; copy it again, whole`
    : `is no hash: character ${value.length - digits.length + wrong + 1} is no hex digit; give 32, 40 or 64 of 0-9 and a-f`;
}

function ipProblem(value: string): string {
  const range = parseCidr(value);
  if (range !== undefined) {
    return `is a range of addresses: look its addresses up one by one, such as ${range.value.split('/')[0] ?? ''}`;
  }
  const port = /^(.*[^:]):\d+$/.exec(value)?.[1];
  if (port !== undefined && parseIp(port) !== undefined) {
    return `has a port: leave it out, ${port.replace(/^\[|\]$/g, '')}, or look up http://${value}`;
  }
  if (value.includes('%')) return 'has a zone: leave out the "%" and what follows it';
  const parts = value.split('.');
  const wrong = parts.findIndex((part) => parseIp(`192.0.2.${part}`) === undefined);
  if (/^[\d.]+$/.test(value) && parts.length === 4 && wrong >= 0) {
    return `is no IP address: part ${wrong + 1} is no number from 0 to 255 without leading zeros`;
  }
  return 'is no IP address: give it as 192.0.2.1 or 2001:db8::1';
}

function domainProblem(value: string): string {
  if (value.includes('@')) return 'is a mail address: look up the domain after the "@"';
  if (value.startsWith('*.')) return 'has a wildcard: look up the domain after "*."';
  if (/^[^:]+:\d+$/.test(value)) return 'has a port: leave out the ":" and what follows it';
  const wrong = value.search(/[\u0000-\u002c/:-@[-^`{-\u007f]/);
  if (wrong >= 0)
    return `is no domain: character ${wrong + 1} can be in none; give it as example.com`;
  const labels = value.replace(/\.$/, '').split('.');
  if (labels.length === 1)
    return 'is no domain: it has no dot; give the whole name, as example.com';
  const label = labels.findIndex((one) => normaliseHost(`${one}.a`) === undefined);
  if (label >= 0) return `is no domain: its part ${label + 1} is empty or too long (63 characters)`;
  return value.length > 253
    ? 'is no domain: it has more than 253 characters'
    : 'is no domain: its last part cannot be a number; give it as example.com';
}

function urlProblem(value: string): string {
  const [, scheme, authority = ''] = urlSyntax.exec(value) ?? [];
  if (scheme !== undefined && !urlSchemes.has(scheme.toLowerCase())) {
    return 'is no web address: it must begin with http:// or https://, or with the host';
  }
  const port = /:(\d+)$/.exec(authority)?.[1];
  if (port !== undefined && Number(port) > 65_535) {
    return 'is no URL: its port is more than 65535';
  }
  return authority === ''
    ? 'is no URL: it has no host; give it as http://host/path'
    : 'is no URL: what stands before the first "/" is no host; give it as http://host/path';
}

function problemOf(value: string, kind: LookupKind): string {
  switch (kind) {
    case 'hash':
      return hashProblem(value);
    case 'ip':
      return ipProblem(value);
    case 'domain':
      return domainProblem(value);
    case 'url':
      return urlProblem(value);
    default:
      return kind satisfies never;
  }
}

/** What somebody most likely meant by a value that is nothing. */
function likelyKind(value: string): LookupKind {
  if (/^(?:0x)?[0-9a-f]{16,}$/i.test(value)) return 'hash';
  if (parseCidr(value) !== undefined || /^[\d.]+(?::\d+)?$/.test(value)) return 'ip';
  if (/^[[\]0-9a-f:.%]*:[0-9a-f]*:/i.test(value)) return 'ip';
  return /[/?\\]/.test(value) ? 'url' : 'domain';
}

function recognised(value: string, isWanted: LookupKind | undefined): LookupObject | undefined {
  const kinds = isWanted === undefined ? (['hash', 'ip', 'url', 'domain'] as const) : [isWanted];
  for (const kind of kinds) {
    const found = read(value, kind, isWanted !== undefined);
    if (found !== undefined) return { kind, value: found, text: value };
  }
  return undefined;
}

/**
 * What a text is, for the portal: a hash (32, 40 or 64 hex digits, perhaps after `0x`), an IP address, a
 * URL (with http://, https:// or ftp://, or with a path) or a domain; defanged ones are understood.
 * Private addresses are recognised like all others, and so are URLs too long for the portal: that is
 * its client's to say. The problem says what does not fit and what to do, never the whole text.
 *
 * @param kind What it has to be; anything it can be when absent. A host alone is a URL only here.
 */
export function recognise(text: string, kind?: LookupKind): Result<LookupObject, string> {
  const trimmed = text.trim();
  if (trimmed === '') return bad('is empty: give a hash, an IP address, a domain or a URL');
  const value = undefanged(trimmed);
  const control = value.search(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]|\p{Surrogate}/u);
  if (control >= 0) {
    return bad(`has a control character at ${control + 1}: give one value at a time, without it`);
  }
  const found = recognised(value, kind);
  if (found !== undefined) return ok({ ...found, text });
  if (kind === undefined) {
    const problem = problemOf(value, likelyKind(value));
    return bad(problem.replace('is no domain', 'is no hash, IP address, URL or domain'));
  }
  const other = recognised(value, undefined);
  if (other === undefined) return bad(problemOf(value, kind));
  return bad(`is ${names[other.kind]}, not ${names[kind]}: look it up as ${names[other.kind]}`);
}
