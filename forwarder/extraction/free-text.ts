import { normaliseUrl } from '../normalise/index.js';
import type { Candidate } from './candidate.js';
import { classAt, colon, dot, wordCharacter } from './characters.js';
import { ipv6Run } from './ipv6-text.js';
import { schemeLengthBefore, trimmedUrlEnd, urlRunEnd } from './url-text.js';
import { addWord } from './words.js';

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
 *     // url at 4, ip at 24
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
    let bits = classAt(text, at);
    if (bits & wordCharacter) {
      const start = at;
      let dots = 0;
      do {
        if (bits & dot) dots++;
        at++;
        bits = at < end ? classAt(text, at) : 0;
      } while (bits & wordCharacter);
      const scheme = bits & colon && at >= urlFrom ? schemeLengthBefore(text, at, start) : 0;
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
      const urlText = text.slice(urlStart, urlEnd);
      const url = normaliseUrl(urlText);
      // What only looks like a URL is searched like other text, but not for URLs again.
      urlFrom = runEnd;
      at = url === undefined ? at + 3 : urlEnd;
      sectionStart = at;
      if (url !== undefined) found.push({ kind: 'url', start: urlStart, text: urlText, url });
      continue;
    }
    if (bits & colon && at >= ipv6From) {
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
