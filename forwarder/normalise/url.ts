import { normaliseMaskHost, normaliseUrlHost } from './host.js';
import { ipText, mappedIpv4, parseIpv6 } from './ipv6.js';
import type { NormalUrl } from './normal-url.js';
import { hasBadEscape } from './percent.js';
import { normalisePlainUrl } from './plain-url.js';
import { isOpenPath, normalisePath, normaliseQuery } from './url-path.js';
import { splitUrl, type UrlParts } from './url-parts.js';

interface Host {
  readonly host: string;
  readonly inUrl: string;
}

function normalHost(parts: UrlParts, isMask: boolean): Host | undefined {
  if (!parts.isBracketed) {
    const host = isMask ? normaliseMaskHost(parts.hostText) : normaliseUrlHost(parts.hostText);
    return host === undefined ? undefined : { host, inUrl: host };
  }
  const bytes = parseIpv6(parts.hostText);
  if (bytes === undefined) return undefined;
  const host = ipText(bytes);
  return { host, inUrl: mappedIpv4(bytes) === undefined ? `[${host}]` : host };
}

/** Path and query with what goes before and between them; docs/reference/url-normalisation.md, "Joining". */
function pathAndQuery(parts: UrlParts, isMask: boolean): string {
  // One bad escape in the path, and no `%` of the URL is taken for an escape.
  const decoding = hasBadEscape(parts.path) ? 'none' : isMask ? 'once-but-star' : 'once';
  const query = normaliseQuery(parts.query ?? '', decoding);
  const isOpen = isOpenPath(parts.path, decoding);
  // A `?` alone stays, but not after a slash, and not when only escaped NULs stood after it.
  const hasQuery = query !== '' || (parts.query !== undefined && !isOpen && !onlyNul(parts.query));
  const path = normalisePath(parts.path, decoding, !hasQuery);
  const shown = path === '*' && !isMask ? '' : path;
  const head = shown === '' ? '' : `/${shown}`;
  if (query !== '') return `${head}${isOpen ? '/' : ''}?${query}`;
  if (hasQuery) return `${head}?`;
  // `a/%3f` and `a/?` end alike.
  return head.endsWith('/?') ? head.slice(0, -2) : head;
}

function onlyNul(query: string): boolean {
  return query !== '' && query.replaceAll('%00', '') === '';
}

/** The normal form of any URL or mask, by all the rules; what normalisePlainUrl gives is the same. */
export function normaliseByRules(text: string, isMask: boolean): NormalUrl | undefined {
  const parts = splitUrl(text);
  if (parts === undefined) return undefined;
  const host = normalHost(parts, isMask);
  if (host === undefined) return undefined;
  const value = `${host.inUrl}${pathAndQuery(parts, isMask)}`;
  return { value, host: host.host, hostText: parts.hostText };
}

/**
 * The normal form of a URL, with or without scheme, by Kaspersky's rules (CyberTrace help, page
 * 231546, and the behaviour of the published reference tool); docs/reference/url-normalisation.md
 * has each with its examples, and where this function differs on purpose. Undefined for what is no
 * URL: no host, a control character, a port that is no number, a bad IPv6 address.
 */
export function normaliseUrl(text: string): NormalUrl | undefined {
  return normalisePlainUrl(text, false) ?? normaliseByRules(text, false);
}

/**
 * The normal form of a feed's mask: as normaliseUrl, but `*` stays wherever it is, a path of only
 * `*` included, and `%2a` is not decoded, so that no wildcard comes into being. A text without `*`
 * and `%2a` has the same normal form as a URL. Undefined also where `*` stands in a label of the
 * host that would need Punycode, and for `%2a` in the host: nothing could match.
 */
export function normaliseUrlMask(text: string): { readonly value: string } | undefined {
  const normal = normalisePlainUrl(text, true) ?? normaliseByRules(text, true);
  return normal === undefined ? undefined : { value: normal.value };
}
