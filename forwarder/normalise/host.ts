import { domainToASCII } from 'node:url';
import { codeAt } from './code-at.js';
import { ipv4Text, parseIpv4Loose } from './ipv4.js';

/** What no host may hold: controls, blank and the delimiters of URLs (WHATWG URL, forbidden host code points, and quotes and braces). */
const forbidden = /[\u0000-\u0020"#%/:<>?@[\\\]^`{|}\u007f]/;
const beyondAscii = /[^\u0000-\u007f]/;

/**
 * Punycode takes time that grows with the square of the length. A name has 253 characters at most;
 * this leaves room for characters that the mapping drops, such as soft hyphens.
 */
const maxNameBeyondAscii = 1000;

/** Lower case, and Punycode (RFC 3492, mapped as UTS #46) for labels beyond ASCII; undefined when impossible. */
function toAscii(text: string): string | undefined {
  if (!beyondAscii.test(text)) return text.toLowerCase();
  if (text.length > maxNameBeyondAscii) return undefined;
  const ascii = domainToASCII(text);
  return ascii === '' ? undefined : ascii;
}

/**
 * Whether a text is a host name in ASCII, letter case aside: 1–253 characters, labels of 1–63 letters, digits, `-`
 * and `_`, the last label not all digits (that would be an address). One label is enough.
 */
export function isHostname(text: string): boolean {
  if (text.length === 0 || text.length > 253) return false;
  let labelStart = 0;
  let digitsOnly = true;
  for (let at = 0; at < text.length; at++) {
    const code = codeAt(text, at);
    if (code === 0x2e) {
      if (at === labelStart || at - labelStart > 63) return false;
      labelStart = at + 1;
      digitsOnly = true;
    } else if (code < 0x30 || code > 0x39) {
      if (
        !((code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a)) &&
        code !== 0x2d &&
        code !== 0x5f
      )
        return false;
      digitsOnly = false;
    }
  }
  const last = text.length - labelStart;
  return last > 0 && last <= 63 && !digitsOnly;
}

/**
 * The normal form of a host name: lower case, Punycode, one trailing dot dropped. `www.` stays
 * (see hostWithoutWww). Undefined for what is no host name (isHostname), addresses included.
 */
export function normaliseHost(text: string): string | undefined {
  // What is a host name already holds nothing that the steps below would change.
  if (isHostname(text)) return text.toLowerCase();
  const name = text.trim();
  if (forbidden.test(name)) return undefined;
  // Only now, since other characters than `.` may stand for a dot (`example.com。`).
  const ascii = toAscii(name);
  const host = ascii?.endsWith('.') === true ? ascii.slice(0, -1) : ascii;
  return host !== undefined && isHostname(host) ? host : undefined;
}

/** Drops one leading `www.`, unless a single label would be left (`www.example` stays). */
export function hostWithoutWww(host: string): string {
  return host.startsWith('www.') && host.includes('.', 4) ? host.slice(4) : host;
}

/** Runs of dots become one; none is left at the ends. */
function collapseDots(text: string): string {
  const collapsed = text.includes('..') ? text.replace(/\.{2,}/g, '.') : text;
  const start = collapsed.startsWith('.') ? 1 : 0;
  const end = collapsed.endsWith('.') ? collapsed.length - 1 : collapsed.length;
  return collapsed.slice(start, Math.max(start, end));
}

/**
 * The normal form of the host of a URL that is no IPv6 address: lower case, Punycode, dots
 * collapsed and dropped at the ends, one `www.` dropped, IPv4 in any C form as a dotted quad.
 * Undefined when nothing is left or a character is in it that no host may hold.
 */
export function normaliseUrlHost(text: string): string | undefined {
  let decoded = text;
  if (text.includes('%')) {
    try {
      decoded = decodeURIComponent(text);
    } catch {
      return undefined;
    }
  }
  if (forbidden.test(decoded)) return undefined;
  const ascii = toAscii(decoded);
  if (ascii === undefined) return undefined;
  const host = collapseDots(ascii);
  if (host === '') return undefined;
  const stripped = host.startsWith('www.*') ? host : hostWithoutWww(host);
  const v4 = parseIpv4Loose(stripped);
  return v4 === undefined ? stripped : ipv4Text(v4);
}

/**
 * The normal form of the host of a mask: as normaliseUrlHost. Undefined also for an escaped `*`, and
 * for `*` in a label beyond ASCII: the Punycode of a part is no part of the whole's.
 */
export function normaliseMaskHost(text: string): string | undefined {
  if (/%2a/i.test(text)) return undefined;
  const host = normaliseUrlHost(text);
  return host?.split('.').some(isStarredPunycode) === true ? undefined : host;
}

function isStarredPunycode(label: string): boolean {
  return label.startsWith('xn--') && label.includes('*');
}
