import { classAt, colon, dot, hexDigit, wordCharacter } from './characters.js';
import { ipText, parseIpv6 } from '../normalise/index.js';
import type { Candidate } from './candidate.js';

/** `ffff:` six times and a dotted quad. */
const longestText = 45;

export interface Ipv6Run {
  /** Where the run of hex digits, `:` and `.` ends; no other address begins before it. */
  readonly end: number;
  readonly found: Candidate | undefined;
}

/**
 * Looks at the run of hex digits, `:` and `.` around the first `:` of that run. The run must be an
 * address of at least two `:`, whole or but for `.` and `:` at its end, with no part of a word beside
 * it.
 */
export function ipv6Run(text: string, firstColon: number, from: number, limit: number): Ipv6Run {
  let start = firstColon;
  // A group has at most four digits: a fifth, or a dot, shows that this is no address.
  while (start > from && firstColon - start < 5 && classAt(text, start - 1) & hexDigit) start--;
  let end = firstColon;
  let colons = 0;
  for (; end < limit; end++) {
    const bits = classAt(text, end);
    if (bits & colon) colons++;
    else if (!(bits & (dot | hexDigit))) break;
  }
  const isBounded =
    (start === from || !(classAt(text, start - 1) & wordCharacter)) &&
    (end === limit || !(classAt(text, end) & wordCharacter));
  if (colons < 2 || !isBounded) return { end, found: undefined };
  return { end, found: addressAt(text, start, end) ?? addressAt(text, start, cutEnd(text, end)) };
}

/** Where a run ends without the `.` and `:` of the sentence around it: `from 2001:db8::1: refused`. */
function cutEnd(text: string, end: number): number {
  let at = end;
  while (at > 0 && classAt(text, at - 1) & (colon | dot)) at--;
  return at;
}

function addressAt(text: string, start: number, end: number): Candidate | undefined {
  if (end - start > longestText || end <= start) return undefined;
  const address = text.slice(start, end);
  const bytes = parseIpv6(address);
  return bytes && { kind: 'ip', start, text: address, value: ipText(bytes) };
}
