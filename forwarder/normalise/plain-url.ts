import { codeAt } from './code-at.js';
import { normaliseMaskHost, normaliseUrlHost } from './host.js';
import type { NormalUrl } from './normal-url.js';

/** Classes of ASCII characters, as bits. */
const inHost = 1;
/** Stands for itself in a path and in a query. */
const inPath = 2;
const upperCase = 4;
const star = 8;

const classes = new Uint8Array(128);
for (let code = 0x21; code < 0x7f; code++) {
  const character = String.fromCharCode(code);
  if (/[a-z0-9_-]/.test(character)) classes[code] = inHost | inPath;
  else if (/[A-Z]/.test(character)) classes[code] = inHost | inPath | upperCase;
  else if (character === '*') classes[code] = inHost | inPath | star;
  else if (!/[%\\/?#]/.test(character)) classes[code] = inPath;
}

const hash = 0x23;
const dot = 0x2e;
const slash = 0x2f;
const question = 0x3f;

/** Whether nothing is to be done for a host but lower case; its first character is no dot. */
function isPlainHost(text: string, start: number, bits: number): boolean {
  if (bits & (upperCase | star)) return false;
  const first = codeAt(text, start);
  // A digit may begin an address in one of its many forms.
  return !(first >= 0x30 && first <= 0x39) && !text.startsWith('www.', start);
}

/**
 * The normal form of a URL of the usual kind, as the rules of url.ts give it, but in one pass: ASCII
 * after `http://`, `https://` or no scheme; no user, port, escape, backslash, dot segment or repeated
 * slash. Undefined for all other texts, which may well be URLs. `isMask`: by the rules for masks.
 */
export function normalisePlainUrl(text: string, isMask: boolean): NormalUrl | undefined {
  const hostStart = text.startsWith('http://') ? 7 : text.startsWith('https://') ? 8 : 0;
  let bits = 0;
  let hostEnd = hostStart;
  let labelStart = hostStart;
  let hasEmptyLabel = false;
  for (; hostEnd < text.length; hostEnd++) {
    const code = codeAt(text, hostEnd);
    const found = classes[code] ?? 0;
    if (found & inHost) bits |= found;
    else if (code === dot) {
      if (hostEnd === labelStart) hasEmptyLabel = true;
      labelStart = hostEnd + 1;
    } else if (code === slash || code === question || code === hash) break;
    else return undefined;
  }
  if (hostEnd === hostStart) return undefined;
  const isPlain = !hasEmptyLabel && labelStart < hostEnd && isPlainHost(text, hostStart, bits);
  const end = plainEnd(text, hostEnd, isMask);
  if (end < 0) return undefined;
  const hostText = text.slice(hostStart, hostEnd);
  const host = isPlain
    ? hostText
    : isMask
      ? normaliseMaskHost(hostText)
      : normaliseUrlHost(hostText);
  if (host === undefined) return undefined;
  const value = isPlain
    ? text.slice(hostStart, end).toLowerCase()
    : host + text.slice(hostEnd, end).toLowerCase();
  return { value, host, hostText };
}

/** Where the normal form of a URL ends whose path, if any, begins at `start`; -1 when it is not plain. */
function plainEnd(text: string, start: number, isMask: boolean): number {
  let query = -1;
  let at = start;
  for (; at < text.length; at++) {
    const code = codeAt(text, at);
    if ((classes[code] ?? 0) & inPath) continue;
    if (code === slash) {
      const next = at + 1 < text.length ? codeAt(text, at + 1) : 0;
      if (next === slash || next === dot) return -1;
      if (next === 0x2a && at === start && !isMask) return -1;
    } else if (code === question) {
      if (query < 0) query = at;
    } else if (code === hash) break;
    else return -1;
  }
  if (query < 0) return codeAt(text, at - 1) === slash ? at - 1 : at;
  // A `?` with nothing after it goes or stays, and a dot before it may become a slash.
  return query === at - 1 || codeAt(text, query - 1) === dot ? -1 : at;
}
