import { bad, ok } from '../../../core/index.js';
import {
  isHostname,
  normaliseHash,
  normaliseHost,
  parseIp,
  refang,
} from '../../../normalise/index.js';
import { ipIndicator, urlIndicator, type Reading } from '../../read-indicator.js';
import { plainUrl } from './plain-url.js';

const schemeSyntax = /^([a-z][a-z0-9+.-]*):\/\//i;
const schemes = /^(?:https?|ftps?|sftp|wss?|hxxps?|fxps?)$/i;
/** `192.0.2.1:443` and `[2001:db8::1]:443`. */
const addressAndPort = /^(\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:.]+\]):\d{1,5}$/i;
/** What can only be meant as a range, so that `192.0.2.0/33` is no URL. */
const rangeSyntax = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]*:[\da-f:.]*)\/\d{1,3}$/i;
const hostAndPort = /^([^:]+):\d{1,5}$/;

/**
 * The indicator that a word of a list is, by its looks alone: a hash by its length, then what has a
 * scheme, a `*`, an address, a path; else a domain. The reason says what is wrong with the word.
 */
export function listIndicator(word: string): Reading {
  const hash = normaliseHash(word);
  if (hash !== undefined) return ok(hash);
  const text = refang(word);
  // A regular expression or a path of Windows; normal forms would read it as a slash.
  if (text.includes('\\')) return bad('holds a backslash');
  if (text.startsWith('/')) return bad('begins with a slash: there is no host');
  const scheme = schemeSyntax.exec(text)?.[1];
  if (scheme !== undefined && !schemes.test(scheme)) {
    return bad('has a scheme other than http, https and ftp');
  }
  if (text.includes('*')) return urlIndicator(text);
  if (scheme !== undefined) return exactUrl(text, isHostname);
  const address = addressAndPort.exec(text)?.[1] ?? text;
  if (parseIp(address) !== undefined || rangeSyntax.test(address)) return ipIndicator(address);
  return /[/?]/.test(text) ? exactUrl(text, isDomain) : listDomain(text);
}

/** A URL whose host is an address or a name that `isName` takes. */
function exactUrl(text: string, isName: (host: string) => boolean): Reading {
  const plain = plainUrl(text);
  if (plain !== undefined) return ok(plain);
  const reading = urlIndicator(text);
  if (!reading.ok) return bad('is no URL');
  const { value } = reading.value;
  const end = value.search(/[/?]/);
  const host = end < 0 ? value : value.slice(0, end);
  return isName(host) || parseIp(host) !== undefined ? reading : bad('is no URL: its host is none');
}

function isDomain(host: string): boolean {
  return isHostname(host) && host.includes('.');
}

/**
 * The name and all names below it; a dot before the name says the same, a port after it is dropped.
 * One label alone is refused: it would cover a whole top-level domain, or is just a word.
 */
export function listDomain(text: string): Reading {
  const name = hostAndPort.exec(text)?.[1] ?? text;
  const value = normaliseHost(name.startsWith('.') ? name.slice(1) : name);
  if (value === undefined) return bad('is no hash, address, range, URL or domain name');
  return isDomain(value) ? ok({ kind: 'domain', value }) : bad('is a single word, no domain name');
}
