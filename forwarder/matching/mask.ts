import { matchesGlob } from './glob.js';

/**
 * What a URL indicator covers, read from its text alone (docs/reference/masks.md):
 *
 *     evil.example            host      the host with every path
 *     evil.example/*          site      the same, written as a mask
 *     *.evil.example          domain    the name and all below it, every path
 *     evil.example/a/*        folder    evil.example/a and all below it
 *     evil.example/a.php?*    script    evil.example/a.php? and whatever follows
 *     evil.example/a.php?x=1  exact     this URL only
 *     *.example/gate*.php     wildcard  any text for each *
 */
export type Mask =
  | { readonly kind: 'host' | 'site'; readonly host: string }
  | { readonly kind: 'domain'; readonly base: string }
  | { readonly kind: 'folder' | 'script'; readonly prefix: string }
  | { readonly kind: 'exact' | 'wildcard' };

const pathOrQuery = /[/?]/;

/** Where the host of a normalised URL or mask ends. */
export function hostEnd(text: string): number {
  const end = text.search(pathOrQuery);
  return end < 0 ? text.length : end;
}

/** The host of a normalised URL or mask, an IPv6 address without its brackets. */
export function hostOf(text: string): string {
  const host = text.slice(0, hostEnd(text));
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}

/** The base of `*.base` and of `*.base/*`; undefined for every other text. */
function domainBase(text: string): string | undefined {
  if (!text.startsWith('*.')) return undefined;
  const base = text.slice(2, text.endsWith('/*') ? -2 : undefined);
  return base === '' || /[*/?]/.test(base) ? undefined : base;
}

/** Says what kind of mask a normalised URL indicator is. */
export function parseMask(text: string): Mask {
  const star = text.indexOf('*');
  if (star < 0)
    return pathOrQuery.test(text) ? { kind: 'exact' } : { kind: 'host', host: hostOf(text) };
  const base = domainBase(text);
  if (base !== undefined) return { kind: 'domain', base };
  if (star < text.length - 1 || hostEnd(text) > star) return { kind: 'wildcard' };
  const prefix = text.slice(0, star);
  if (prefix.endsWith('?')) return { kind: 'script', prefix };
  if (!prefix.endsWith('/')) return { kind: 'wildcard' };
  return prefix.length === hostEnd(text) + 1
    ? { kind: 'site', host: hostOf(text) }
    : { kind: 'folder', prefix };
}

/** Whether a host is `base` or lies below it. An address lies below nothing. */
export function isAtOrBelow(host: string, base: string): boolean {
  if (!host.endsWith(base)) return false;
  return host.length === base.length || host.charAt(host.length - base.length - 1) === '.';
}

/**
 * Whether a URL indicator covers a URL. `value` and `host` are the URL's normal form and its host
 * (without brackets); `isAddress` says that the host is an IP address.
 */
export function coversUrl(text: string, value: string, host: string, isAddress: boolean): boolean {
  const mask = parseMask(text);
  switch (mask.kind) {
    case 'host':
    case 'site':
      return host === mask.host;
    case 'domain':
      return !isAddress && isAtOrBelow(host, mask.base);
    case 'folder':
      return value.startsWith(mask.prefix) || `${value}/` === mask.prefix;
    case 'script':
      return value.startsWith(mask.prefix);
    case 'exact':
      return value === text;
    case 'wildcard':
      return matchesGlob(text, value);
    default:
      return mask satisfies never;
  }
}

/**
 * Whether a URL indicator covers a bare host name or address: only one that stands for a whole
 * host as such (`host`) or for a domain does.
 */
export function coversHost(text: string, host: string, isAddress: boolean): boolean {
  const mask = parseMask(text);
  switch (mask.kind) {
    case 'host':
      return host === mask.host;
    case 'domain':
      return !isAddress && isAtOrBelow(host, mask.base);
    case 'site':
    case 'folder':
    case 'script':
    case 'exact':
    case 'wildcard':
      return false;
    default:
      return mask satisfies never;
  }
}
