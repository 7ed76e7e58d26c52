import { classAt, hexDigit, wordCharacter } from './characters.js';
import { ipText, parseIpv6 } from '../normalise/index.js';
import type { Candidate } from './candidate.js';

const colon = 0x3a;
const dot = 0x2e;
/** `ffff:` six times and a dotted quad. */
const longestText = 45;

export interface Ipv6Run {
  /** Where the run of hex digits, `:` and `.` ends; no other address begins before it. */
  readonly end: number;
  readonly found: Candidate | undefined;
}

/**
 * Looks at the run of hex digits, `:` and `.` around the first `:` of that run. The whole run must
 * be an address of at least two `:`, with no part of a word beside it.
 */
export function ipv6Run(text: string, firstColon: number, from: number, limit: number): Ipv6Run {
  let start = firstColon;
  // A group has at most four digits: a fifth, or a dot, shows that this is no address.
  while (start > from && firstColon - start < 5 && classAt(text, start - 1) & hexDigit) start--;
  let end = firstColon;
  let colons = 0;
  for (; end < limit; end++) {
    const code = text.charCodeAt(end);
    if (code === colon) colons++;
    else if (code !== dot && !(classAt(text, end) & hexDigit)) break;
  }
  const isBounded =
    (start === from || !(classAt(text, start - 1) & wordCharacter)) &&
    (end === limit || !(classAt(text, end) & wordCharacter));
  if (colons < 2 || !isBounded || end - start > longestText) return { end, found: undefined };
  const bytes = parseIpv6(text.slice(start, end));
  const found: Candidate | undefined =
    bytes === undefined ? undefined : { kind: 'ip', start, end, value: ipText(bytes) };
  return { end, found };
}
