import { codeAt, hashKindOfLength, normaliseHost, parseIpv4 } from '../normalise/index.js';
import type { Candidate } from './candidate.js';
import { classAt, digit, dot, hexDigit, joiner, letter } from './characters.js';

const underscore = 0x5f;
const shortestHash = 32;

/** Whether the text from `start` to `end` has two labels or more of 1–63 characters, the last not all digits. */
function isDottedName(text: string, start: number, end: number): boolean {
  let labelStart = start;
  let isNumber = true;
  for (let at = start; at < end; at++) {
    const bits = classAt(text, at);
    if (bits & dot) {
      if (at === labelStart || at - labelStart > 63) return false;
      labelStart = at + 1;
      isNumber = true;
    } else if (!(bits & digit)) isNumber = false;
  }
  return labelStart > start && end > labelStart && end - labelStart <= 63 && !isNumber;
}

/** Hashes: whole runs of letters, digits and `_` that are hex digits only, of a hash's length. */
function addHashes(text: string, start: number, end: number, into: Candidate[]): void {
  let runStart = start;
  let isHex = true;
  for (let at = start; at <= end; at++) {
    const bits = at < end ? classAt(text, at) : 0;
    if (bits & (letter | digit) || (at < end && codeAt(text, at) === underscore)) {
      if (!(bits & hexDigit)) isHex = false;
      continue;
    }
    const kind = isHex ? hashKindOfLength(at - runStart) : undefined;
    if (kind !== undefined) {
      const hash = text.slice(runStart, at);
      into.push({ kind, start: runStart, text: hash, value: hash.toLowerCase() });
    }
    runStart = at + 1;
    isHex = true;
  }
}

/** IPv4 addresses: whole runs of letters, digits and `.` that are one, but for `.` at their end. */
function addIpv4s(text: string, start: number, end: number, into: Candidate[]): void {
  let runStart = start;
  for (let at = start; at <= end; at++) {
    if (at < end && classAt(text, at) & (letter | digit | dot)) continue;
    let runEnd = at;
    while (runEnd > runStart && classAt(text, runEnd - 1) & dot) runEnd--;
    if (runEnd - runStart >= 7 && runEnd - runStart <= 15) {
      const address = text.slice(runStart, runEnd);
      if (parseIpv4(address) !== undefined) {
        into.push({ kind: 'ip', start: runStart, text: address, value: address });
      }
    }
    runStart = at + 1;
  }
}

function addName(name: string, start: number, into: Candidate[]): void {
  const value = normaliseHost(name);
  if (value !== undefined) into.push({ kind: 'domain', start, text: name, value });
}

/** What a word may hold besides hashes. `names`: the word may be a domain name as a whole. */
export type WordContent = 'names' | 'addresses-only';

/**
 * Appends the candidates of one word: a domain name as a whole, else the IPv4 addresses in it; and
 * the hashes in it, in either case.
 */
export function addWord(
  text: string,
  start: number,
  end: number,
  dots: number,
  content: WordContent,
  into: Candidate[],
): void {
  if (dots > 0) {
    let nameStart = start;
    let nameEnd = end;
    while (nameStart < nameEnd && classAt(text, nameStart) & joiner) nameStart++;
    while (nameEnd > nameStart && classAt(text, nameEnd - 1) & joiner) nameEnd--;
    if (isDottedName(text, nameStart, nameEnd)) {
      if (content === 'names') addName(text.slice(nameStart, nameEnd), nameStart, into);
    } else if (dots >= 3) addIpv4s(text, start, end, into);
  }
  if (end - start >= shortestHash) addHashes(text, start, end, into);
}
