import { codeAt } from './code-at.js';

/** A URL cut into pieces, none of them decoded. */
export interface UrlParts {
  /** Without user, password, port and brackets, as it stood. */
  readonly hostText: string;
  readonly isBracketed: boolean;
  /** '' or beginning with `/` or `\`. */
  readonly path: string;
  /** Without its `?`; undefined when there is no `?`. */
  readonly query: string | undefined;
}

/** Schemes that are dropped even when no `//` follows them (`http:example.com`). */
const bareSchemes = new Set(['http', 'https', 'ftp', 'ftps', 'sftp', 'ws', 'wss', 'hxxp', 'hxxps']);
const control = /[\u0000-\u001f\u007f]/;
/** Masks may have `*` in it (`http*://`). */
const schemeSyntax = /^[a-zA-Z*][a-zA-Z0-9+*-]*$/;
const portSyntax = /^(?:\d*|\*)$/;

/** Drops the scheme and all slashes after it; without a scheme, all slashes at the start. */
function withoutScheme(text: string): string {
  let start = 0;
  const colon = text.indexOf(':');
  if (colon > 0 && colon < 64 && schemeSyntax.test(text.slice(0, colon))) {
    const isScheme =
      text.startsWith('//', colon + 1) || bareSchemes.has(text.slice(0, colon).toLowerCase());
    if (isScheme) start = colon + 1;
  }
  while (text[start] === '/') start++;
  return start === 0 ? text : text.slice(start);
}

/** Where the authority ends: the first `/`, `\` or `?`, or the end. */
function authorityEnd(text: string): number {
  for (let at = 0; at < text.length; at++) {
    const code = codeAt(text, at);
    if (code === 0x2f || code === 0x5c || code === 0x3f) return at;
  }
  return text.length;
}

interface HostText {
  readonly hostText: string;
  readonly isBracketed: boolean;
}

/** Takes user, password and port off; undefined for a port that is no number or a broken bracket. */
function hostOf(authority: string): HostText | undefined {
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  if (host.startsWith('[')) {
    const close = host.indexOf(']');
    const rest = host.slice(close + 1);
    const isSound =
      close > 0 && (rest === '' || (rest.startsWith(':') && portSyntax.test(rest.slice(1))));
    return isSound ? { hostText: host.slice(1, close), isBracketed: true } : undefined;
  }
  const colon = host.indexOf(':');
  if (colon < 0) return { hostText: host, isBracketed: false };
  // More than one colon can only be an IPv6 address without brackets: no port to take off.
  if (host.includes(':', colon + 1)) return { hostText: host, isBracketed: true };
  if (!portSyntax.test(host.slice(colon + 1))) return undefined;
  return { hostText: host.slice(0, colon), isBracketed: false };
}

/**
 * Cuts a URL, with or without scheme, at its delimiters. Undefined when it holds a control
 * character, its port is no number, or there is no host.
 */
export function splitUrl(text: string): UrlParts | undefined {
  const hash = text.indexOf('#');
  const trimmed = (hash < 0 ? text : text.slice(0, hash)).trim();
  if (control.test(trimmed)) return undefined;
  const rest = withoutScheme(trimmed);
  const end = authorityEnd(rest);
  const host = hostOf(rest.slice(0, end));
  if (host === undefined || host.hostText === '') return undefined;
  const question = rest.indexOf('?', end);
  return {
    ...host,
    path: question < 0 ? rest.slice(end) : rest.slice(end, question),
    query: question < 0 ? undefined : rest.slice(question + 1),
  };
}
