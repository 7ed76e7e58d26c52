import { normaliseUrlHost } from './host.js';
import { ipText, mappedIpv4, parseIpv6 } from './ipv6.js';
import { hasBadEscape } from './percent.js';
import { collapseSlashes, normalisePath, normaliseQuery, type Decoding } from './url-path.js';
import { splitUrl, type UrlParts } from './url-parts.js';

export interface NormalUrl {
  /** `host/path?query`, without scheme; an IPv6 host stands in brackets. */
  readonly value: string;
  /** The host of `value`: a lower-case name without `www.`, or a canonical address without brackets. */
  readonly host: string;
  /** The host as it stood in the text, without user, port and brackets. */
  readonly hostText: string;
}

interface Host {
  readonly host: string;
  readonly inUrl: string;
}

function normalHost(parts: UrlParts): Host | undefined {
  if (!parts.isBracketed) {
    const host = normaliseUrlHost(parts.hostText);
    return host === undefined ? undefined : { host, inUrl: host };
  }
  const bytes = parseIpv6(parts.hostText);
  if (bytes === undefined) return undefined;
  const host = ipText(bytes);
  return { host, inUrl: mappedIpv4(bytes) === undefined ? `[${host}]` : host };
}

/** Joins the normal forms of the pieces; see docs/reference/url-normalisation.md, "Joining". */
function join(inUrl: string, parts: UrlParts, path: string, query: string): string {
  const head = path === '' ? inUrl : `${inUrl}/${path}`;
  let joined = head;
  if (parts.query !== undefined) {
    const last = parts.path.at(-1);
    const keepsSlash = (last === '/' || last === '.') && !head.endsWith('/');
    if (query !== '') joined = `${head}${keepsSlash ? '/' : ''}?${query}`;
    else if (!keepsSlash) joined = `${head}?`;
  }
  const collapsed = collapseSlashes(joined);
  return collapsed.endsWith('/.') ? collapsed.slice(0, -2) : collapsed;
}

function normalise(text: string, decoding: Decoding, lonelyStar: '' | '*'): NormalUrl | undefined {
  const parts = splitUrl(text);
  if (parts === undefined) return undefined;
  const host = normalHost(parts);
  if (host === undefined) return undefined;
  // One bad escape in the path, and no `%` of the URL is taken for an escape.
  const used = hasBadEscape(parts.path) ? 'none' : decoding;
  const path = normalisePath(parts.path, used);
  const query = normaliseQuery(parts.query ?? '', used);
  const value = join(host.inUrl, parts, path === '*' ? lonelyStar : path, query);
  return { value, host: host.host, hostText: parts.hostText };
}

/**
 * The normal form of a URL, with or without scheme, by Kaspersky's rules (CyberTrace help, page
 * 231546, and the behaviour of the published reference tool); docs/reference/url-normalisation.md
 * has each with its examples, and where this function differs on purpose. Undefined for what is no
 * URL: no host, a control character, a port that is no number, a bad IPv6 address.
 */
export function normaliseUrl(text: string): NormalUrl | undefined {
  return normalise(text, 'once', '');
}

/**
 * The normal form of a feed's mask: as normaliseUrl, but `*` stays wherever it is, a path of only
 * `*` included, and `%2a` is not decoded, so that no wildcard comes into being. A text without `*`
 * has the same normal form as a URL.
 */
export function normaliseUrlMask(text: string): { readonly value: string } | undefined {
  const normal = normalise(text, 'once-but-star', '*');
  return normal === undefined ? undefined : { value: normal.value };
}
