import {
  emitIpv4,
  emitIpv4Host,
  looksForIpv4,
  noAddress,
  parseLoose,
  parseQuad,
} from './addresses';
import { blocks } from './classify';
import { outside, stateAt, unsure } from './context';
import { emitHost } from './hosts';
import { digitMask, dotMask, highMask, runMask, wordMask } from './layout';
import { hasAny, runEnd, wordStart } from './masks';
import { flags, hasDotlessHosts, hasNumericHosts, hasZeroNetAddresses } from './settings';

/** Bytes of the shortest and the longest dotted quad. */
const shortestQuad: usize = 7;
const longestQuad: usize = 15;

/**
 * Second pass, words with a dot inside (all words when there are hosts without a dot): hosts and
 * addresses. False when the reference scanner must decide.
 */
export function takeDottedWords(line: usize, escapes: bool): bool {
  const count = blocks();
  const all = (flags() & hasDotlessHosts) != 0;
  let before: u64 = 0;
  let word = load<u64>(wordMask);
  let next: usize = 0;
  for (let block: usize = 0; block < count; block++) {
    const after = load<u64>(wordMask + ((block + 1) << 3));
    const behind = (word << 1) | before;
    let bits: u64;
    if (all) bits = word & ~behind;
    else bits = load<u64>(dotMask + (block << 3)) & behind & ((word >> 1) | (after << 63));
    before = word >> 63;
    const base = block << 6;
    while (bits != 0) {
      const at = base + <usize>ctz(bits);
      bits &= bits - 1;
      if (at < next) continue;
      const end = runEnd(wordMask, at);
      if (!takeWord(line, wordStart(at), end, escapes)) return false;
      next = end;
    }
    word = after;
  }
  return true;
}

function takeWord(line: usize, start: usize, end: usize, escapes: bool): bool {
  if (hasAny(highMask, start, end)) return false;
  let isNumeric = true;
  let hasJoiner = false;
  let at = start;
  // Most words of digits and dots, and most hosts, show in their first bytes.
  for (; at < end; at++) {
    const byte = load<u8>(line + at);
    if (byte - 0x30 <= 9 || byte == 0x2e) continue;
    isNumeric = false;
    break;
  }
  if (isNumeric) {
    if ((flags() & hasNumericHosts) != 0) emitHost(line, start, end);
    if (!looksForIpv4()) return true;
    let last = end;
    while (last > start && load<u8>(line + last - 1) == 0x2e) last--;
    const length = last - start;
    if (length >= shortestQuad && length <= longestQuad) {
      const address = parseQuad(line + start, line + last);
      if (address != noAddress) {
        emitIpv4(<u32>address);
        return true;
      }
    }
    return takeLoose(line, start, end, escapes);
  }
  emitHost(line, start, end);
  if (!looksForIpv4()) return true;
  for (; at < end; at++) {
    const byte = load<u8>(line + at);
    if (byte == 0x2d || byte == 0x5f) {
      hasJoiner = true;
      break;
    }
  }
  if (hasJoiner) {
    if (hasAny(digitMask, start, end)) takeQuads(line, start, end);
    return true;
  }
  const first = load<u8>(line + start);
  if (first - 0x30 <= 9 || (first | 0x20) == 0x77 || first == 0x2e) {
    return takeLoose(line, start, end, escapes);
  }
  return true;
}

/** Dotted quads between `-` and `_`. */
function takeQuads(line: usize, start: usize, end: usize): void {
  let from = start;
  for (let at = start; at <= end; at++) {
    if (at < end) {
      const byte = load<u8>(line + at);
      if (byte != 0x2d && byte != 0x5f) continue;
    }
    let last = at;
    while (last > from && load<u8>(line + last - 1) == 0x2e) last--;
    if (last - from >= shortestQuad && last - from <= longestQuad) {
      const address = parseQuad(line + from, line + last);
      if (address != noAddress) emitIpv4(<u32>address);
    }
    from = at + 1;
  }
}

/** An address in one of its odd forms, where a URL's host may stand. */
function takeLoose(line: usize, start: usize, end: usize, escapes: bool): bool {
  const address = parseLoose(line + start, line + end);
  if (address == noAddress) return true;
  if (address < 0x1000000 && (flags() & hasZeroNetAddresses) == 0) return true;
  const state = stateAt(line, start, escapes);
  if (state == unsure) return false;
  if (state != outside) emitIpv4Host(<u32>address);
  return true;
}

/**
 * Numbers without a dot inside that may be the address of a URL's host (`3221225985`,
 * `0xc0000201.`).
 */
export function takeNumbers(line: usize, escapes: bool): bool {
  if (!looksForIpv4()) return true;
  const count = blocks();
  const takesShort = (flags() & hasZeroNetAddresses) != 0;
  let before: u64 = 0;
  let run = load<u64>(runMask);
  for (let block: usize = 0; block < count; block++) {
    const after = load<u64>(runMask + ((block + 1) << 3));
    let bits = run & ~((run << 1) | before) & load<u64>(digitMask + (block << 3));
    if (!takesShort && bits != 0) {
      // Below 1.0.0.0 nothing counts: at least eight bytes.
      const two = run & ((run >> 1) | (after << 63));
      const nextTwo = after & (after >> 1);
      const four = two & ((two >> 2) | (nextTwo << 62));
      const nextFour = nextTwo & (nextTwo >> 2);
      bits &= four & ((four >> 4) | (nextFour << 60));
    }
    before = run >> 63;
    run = after;
    const base = block << 6;
    while (bits != 0) {
      const at = base + <usize>ctz(bits);
      bits &= bits - 1;
      const stop = runEnd(runMask, at);
      const start = wordStart(at);
      const end = runEnd(wordMask, at);
      // With a dot inside it was taken as such a word.
      if (!hasOnlyDots(line, start, at) || !hasOnlyDots(line, stop, end)) continue;
      if (!takeLoose(line, start, end, escapes)) return false;
    }
  }
  return true;
}

function hasOnlyDots(line: usize, start: usize, end: usize): bool {
  for (let at = start; at < end; at++) if (load<u8>(line + at) != 0x2e) return false;
  return true;
}

/** Words with bytes beyond ASCII and no dot inside: false when one may be more than a word. */
export function takeHighWords(line: usize): bool {
  const count = blocks();
  for (let block: usize = 0; block < count; block++) {
    let bits = load<u64>(highMask + (block << 3));
    const base = block << 6;
    while (bits != 0) {
      const byte = load<u8>(line + base + <usize>ctz(bits));
      bits &= bits - 1;
      // The blocks of high-words.ts, `compatible`.
      if (byte == 0xc2 || byte == 0xcd || (byte >= 0xe1 && byte <= 0xe3) || byte >= 0xef) return false;
    }
  }
  return true;
}
