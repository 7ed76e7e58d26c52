import type { FeedRole } from '../../core/index.js';
import { isPublicSuffix, isSingleLabel } from './public-suffix.js';

/** Fixed characters that a mask must have where it names no domain of its own. */
const leastFixed = 4;
/** The same beside a public suffix, which narrows it down a little: `*bit.ly`. */
const leastBesideSuffix = 3;
const everyHost = 'would cover every host';

/**
 * Why a URL indicator in its normal form (docs/reference/masks.md) is over-broad; undefined when it
 * is not. It names a host, or a domain that somebody owns (`*.bad.example/*`), or else enough fixed
 * text beside stars and a public suffix (`*.com/gate.php`, but not `*.co.uk/*` or `*a*`).
 */
export function overBroadUrl(value: string, role: FeedRole): string | undefined {
  const star = value.indexOf('*');
  const path = value.search(/[/?]/);
  // The bulk of every list: one URL.
  if (star < 0 && path >= 0) return undefined;
  const host = path < 0 ? value : value.slice(0, path);
  const rest = path < 0 ? '' : value.slice(path);
  if (isAddress(host)) return undefined;
  if (!host.includes('*')) return fixedCharacters(rest) > 0 ? undefined : tooWide(host, role);
  const base = baseOf(host);
  if (base !== '' && tooWide(base, role) === undefined) return undefined;
  const suffix = base === '' ? looseSuffixOf(host) : base;
  const fixed = fixedCharacters(host) - fixedCharacters(suffix) + fixedCharacters(rest);
  if (fixed >= (suffix === '' ? leastFixed : leastBesideSuffix)) return undefined;
  if (fixed > 0) return 'has too little in it that is fixed, and would cover too much';
  return suffix === '' ? everyHost : `would cover every host of ${suffix}`;
}

/** Why a name is none that somebody owns, or may own in a local network (`suppress`). */
function tooWide(name: string, role: FeedRole): string | undefined {
  if (isPublicSuffix(name)) return 'is a public suffix, below which anybody may register names';
  if (role === 'suppress' || !isSingleLabel(name)) return undefined;
  return 'is a single label, no host of the Internet';
}

/** IPv4 addresses end with a digit, and no top-level domain does; IPv6 addresses have brackets. */
function isAddress(host: string): boolean {
  return host.startsWith('[') || (!host.includes('*') && /\d$/.test(host));
}

/** The whole labels behind the last star: of `*.bad.example` and `x*y.bad.example` `bad.example`. */
function baseOf(host: string): string {
  const tail = host.slice(host.lastIndexOf('*') + 1);
  const dot = tail.indexOf('.');
  return dot < 0 ? '' : tail.slice(dot + 1);
}

/** What a mask that goes on after a suffix means all the same: of `*.co.uk*` `co.uk`. */
function looseSuffixOf(host: string): string {
  // No pattern such as `[*.]+$`: it would try each star of a hostile mask of thousands.
  let end = host.length;
  while (end > 0 && '*.'.includes(host[end - 1] as string)) end -= 1;
  const base = baseOf(host.slice(0, end));
  return base !== '' && isPublicSuffix(base) ? base : '';
}

/** Letters, digits and the like; not stars, and not what only separates. */
function fixedCharacters(text: string): number {
  return text.replace(/[*./?&=:]/g, '').length;
}
