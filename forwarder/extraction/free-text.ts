import { normaliseUrl } from '../normalise/index.js';
import type { Candidate } from './candidate.js';
import { classAt, wordCharacter } from './characters.js';
import { ipv6Run } from './ipv6-text.js';
import { schemeLengthBefore, trimmedUrlEnd, urlRunEnd } from './url-text.js';
import { addWord } from './words.js';

const colon = 0x3a;
const dot = 0x2e;

/** A part of the text that is a candidate already; `isCovered` is set when a longer URL holds it. */
export interface TakenSpan {
  readonly start: number;
  readonly end: number;
  isCovered: boolean;
}

/**
 * Finds all candidates of a free text, in the order they stand there; of overlapping ones only the
 * longest (docs/reference/extraction.md). Linear: every character is looked at a bounded number of
 * times, no regular expression is run on the text. `taken`, in order, is left out.
 *
 *     findCandidates('see http://a.example/x, 192.0.2.1', [])
 *     // url 4–22, ip 24–33
 */
export function findCandidates(text: string, taken: readonly TakenSpan[]): Candidate[] {
  const found: Candidate[] = [];
  const end = text.length;
  let at = 0;
  let nextTaken = 0;
  // Before these places no URL, and no IPv6 address, is looked for again.
  let urlFrom = 0;
  let ipv6From = 0;
  let sectionStart = 0;
  while (at < end) {
    const span = taken[nextTaken];
    if (span !== undefined && at >= span.start) {
      if (at === span.start) at = span.end;
      else span.isCovered = true;
      sectionStart = at;
      nextTaken++;
      continue;
    }
    const bits = classAt(text, at);
    if (bits & wordCharacter) {
      const start = at;
      let dots = 0;
      do {
        if (text.charCodeAt(at) === dot) dots++;
        at++;
      } while (at < end && classAt(text, at) & wordCharacter);
      const scheme =
        at >= urlFrom && text.charCodeAt(at) === colon ? schemeLengthBefore(text, at, start) : 0;
      if (scheme === 0) {
        if (dots > 0 || at - start >= 32) addWord(text, start, at, dots, 'names', found);
        continue;
      }
      const urlStart = at - scheme;
      if (dots > 0 || urlStart - start >= 32) {
        addWord(text, start, urlStart, dots, 'addresses-only', found);
      }
      const runEnd = urlRunEnd(text, at + 3, end);
      const urlEnd = trimmedUrlEnd(text, urlStart, runEnd);
      const url = normaliseUrl(text.slice(urlStart, urlEnd));
      // What only looks like a URL is searched like other text, but not for URLs again.
      urlFrom = runEnd;
      at = url === undefined ? at + 3 : urlEnd;
      sectionStart = at;
      if (url !== undefined) found.push({ kind: 'url', start: urlStart, end: urlEnd, url });
      continue;
    }
    if (text.charCodeAt(at) === colon && at >= ipv6From) {
      const run = ipv6Run(text, at, sectionStart, end);
      ipv6From = run.end;
      if (run.found !== undefined) {
        found.push(run.found);
        at = run.end;
        continue;
      }
    }
    at++;
  }
  // The text has ended inside a URL: what is taken in it is covered too.
  for (const span of taken.slice(nextTaken)) span.isCovered = true;
  return found;
}
