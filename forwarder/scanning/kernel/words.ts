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
import { digitMask, dotMask, highMask, wordMask } from './layout';
import { runEnd, window, windowBytes, wordStart } from './masks';
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
  const length = end - start;
  // Longer than a window: hardly a host.
  if (length > windowBytes) return false;
  const whole = (<u64>1 << <u64>length) - 1;
  if ((window(highMask, start) & whole) != 0) return false;
  const digits = window(digitMask, start) & whole;
  const dots = window(dotMask, start) & whole;
  if ((digits | dots) == whole) return takeNumeric(line, start, end, dots, escapes);
  emitHost(line, start, end, dots);
  if (digits == 0 || !looksForIpv4()) return true;
  // `-` and `_` may stand between an address and other things; without them it is the whole word.
  if (popcnt(dots) >= 3 && popcnt(digits) >= 4) takeQuads(line, start, end);
  const first = load<u8>(line + start) | 0x20;
  if (first - 0x30 <= 9 || first == 0x77 || first == 0x2e) {
    return takeLoose(line, start, end, escapes);
  }
  return true;
}

/** A word of digits and dots. */
function takeNumeric(line: usize, start: usize, end: usize, dots: u64, escapes: bool): bool {
  if ((flags() & hasNumericHosts) != 0) emitHost(line, start, end, dots);
  if (!looksForIpv4()) return true;
  let last = end;
  while (last > start && load<u8>(line + last - 1) == 0x2e) last--;
  const length = last - start;
  if (length >= shortestQuad && length <= longestQuad) {
    const address = quadOf(line + start, length, dots & ((<u64>1 << <u64>length) - 1));
    if (address != noAddress) {
      emitIpv4(<u32>address);
      return true;
    }
  }
  // A part that others follow has three digits at most, but for leading zeros.
  if (<usize>ctz(dots) > 3 && load<u8>(line + start) != 0x30) return true;
  return takeLoose(line, start, end, escapes);
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

/**
 * A strict dotted quad of digits and dots, or noAddress. `dots`: where its dots are.
 *
 *     '10.1.20.3': dots at 2, 4, 7 → parts of 2, 1, 2, 1 digits; each is loaded as one word, shifted
 *     so that its last digit is on top, and read as hundreds, tens and ones
 */
function quadOf(at: usize, length: usize, dots: u64): i64 {
  if (popcnt(dots) != 3) return noAddress;
  const dot1 = <usize>ctz(dots);
  const rest = dots & (dots - 1);
  const dot2 = <usize>ctz(rest);
  const dot3 = <usize>ctz(rest & (rest - 1));
  const part1 = partOf(at, dot1);
  const part2 = partOf(at + dot1 + 1, dot2 - dot1 - 1);
  const part3 = partOf(at + dot2 + 1, dot3 - dot2 - 1);
  const part4 = partOf(at + dot3 + 1, length - dot3 - 1);
  if ((part1 | part2 | part3 | part4) > 255) return noAddress;
  return <i64>((part1 << 24) | (part2 << 16) | (part3 << 8) | part4);
}

/** A decimal number of one to three digits without leading zeros; above 255 for anything else. */
@inline
function partOf(at: usize, digits: usize): u32 {
  // No digit, or more than three.
  if (digits - 1 > 2) return 256;
  const bits = <u32>(32 - digits * 8);
  const word = (load<u32>(at) & 0x0f0f0f0f) << bits;
  if (digits > 1 && (load<u8>(at) & 15) == 0) return 256;
  const value = (word >> 24) + ((word >> 16) & 15) * 10 + ((word >> 8) & 15) * 100;
  return value;
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
 * A run that begins with a digit, without a dot inside its word: the address of a URL's host as one
 * number (`3221225985`, `0xc0000201.`)?
 */
export function takeNumber(line: usize, at: usize, stop: usize, escapes: bool): bool {
  // Ten digits at most, but for leading zeros.
  if (stop - at > 10 && load<u8>(line + at) != 0x30) return true;
  const start = wordStart(at);
  const end = runEnd(wordMask, at);
  // With a dot inside it is taken as such a word.
  if (!hasOnlyDots(line, start, at) || !hasOnlyDots(line, stop, end)) return true;
  return takeLoose(line, start, end, escapes);
}

function hasOnlyDots(line: usize, start: usize, end: usize): bool {
  for (let at = start; at < end; at++) if (load<u8>(line + at) != 0x2e) return false;
  return true;
}

/**
 * Bytes beyond ASCII: false when one may be a character that becomes a digit or a dot when a host is
 * normalised (`°`, `。`); words with dots are looked at apart.
 */
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
