import { looksForIpv4 } from './addresses';
import { blocks } from './classify';
import { addText, emitKey, startKey } from './fingerprint';
import { digitMask, initialsAt, runMask, watchAt, watchStride } from './layout';
import { runEnd } from './masks';
import { flags, hasZeroNetAddresses, kinds, watchedInitials, watchedLengths } from './settings';
import { takeNumber } from './words';

/** Runs of ASCII letters, digits and `_`: hashes, numbers, and the texts the host looks out for. */

const hashKind: u32 = 7;
const longestText: u32 = 64;
/** What a watched text is: a word of our own messages, or a key whose value counts events. */
const countKey: u32 = 1;

/** False when the reference scanner must decide. `end`: the line's length. */
export function takeRuns(line: usize, end: usize, escapes: bool): bool {
  const count = blocks();
  const lengths = watchedLengths();
  const initials = watchedInitials();
  const wantsNumbers = looksForIpv4();
  const takesSmall = (flags() & hasZeroNetAddresses) != 0;
  let before: u64 = 0;
  let run = load<u64>(runMask);
  for (let block: usize = 0; block < count; block++) {
    const after = load<u64>(runMask + ((block + 1) << 3));
    const starts = run & ~((run << 1) | before);
    before = run >> 63;
    if (starts != 0) {
      const base = block << 6;
      // Bit n of `of2` (`of4` …): 2 (4 …) bytes of a run begin at n.
      const of2 = run & ((run >> 1) | (after << 63));
      const next2 = after & (after >> 1);
      const of4 = of2 & ((of2 >> 2) | (next2 << 62));
      const next4 = next2 & (next2 >> 2);
      const of8 = of4 & ((of4 >> 4) | (next4 << 60));
      const next8 = next4 & (next4 >> 4);
      const of16 = of8 & ((of8 >> 8) | (next8 << 56));
      let long = starts & of16;
      while (long != 0) {
        const at = base + <usize>ctz(long);
        long &= long - 1;
        if (!takeLongRun(line, at, runEnd(runMask, at), end)) return false;
      }
      if (wantsNumbers) {
        const digits = starts & load<u64>(digitMask + (block << 3));
        // Below 1.0.0.0 nothing counts: at least eight bytes.
        let numbers = takesSmall ? digits : digits & of8;
        while (numbers != 0) {
          const at = base + <usize>ctz(numbers);
          numbers &= numbers - 1;
          if (!takeNumber(line, at, runEnd(runMask, at), escapes)) return false;
        }
      }
      if (lengths != 0) {
        let wanted = starts & ends(run, after, lengths, starts, of4, of8);
        while (wanted != 0) {
          const at = base + <usize>ctz(wanted);
          wanted &= wanted - 1;
          if (((initials >> (<u32>load<u8>(line + at) & 31)) & 1) == 0) continue;
          if (isWatched(line, at, runEnd(runMask, at), end)) return false;
        }
      }
    }
    run = after;
  }
  return true;
}

/** Starts of runs whose length is one of the watched ones below 16. */
@inline
function ends(run: u64, after: u64, lengths: u32, starts: u64, of4: u64, of8: u64): u64 {
  let found: u64 = 0;
  let left = lengths;
  while (left != 0) {
    const length = <u64>ctz(left);
    left &= left - 1;
    // The byte after the run: no part of it.
    const gap = ~((run >> length) | (after << (64 - length)));
    let whole = starts & gap;
    if (length >= 8) whole &= of8;
    else if (length >= 4) whole &= of4;
    found |= whole;
  }
  return found;
}

function takeLongRun(line: usize, start: usize, stop: usize, end: usize): bool {
  const length = stop - start;
  if (length == 32 || length == 40 || length == 64) {
    if (((kinds() >> hashKind) & 1) != 0 && isHex(line + start, length)) {
      startKey();
      addText(line + start, line + stop);
      emitKey(hashKind);
    }
  }
  return !isWatched(line, start, stop, end);
}

/** Whether all bytes are hex digits; `length` 32, 40 or 64. */
function isHex(at: usize, length: usize): bool {
  const end = at + length;
  for (let from = at; from + 16 <= end; from += 16) {
    if (!i8x16.all_true(hexDigits(v128.load(from)))) return false;
  }
  // 40 bytes: the last 16 overlap those before.
  return (length & 15) == 0 || i8x16.all_true(hexDigits(v128.load(end - 16)));
}

@inline
function hexDigits(bytes: v128): v128 {
  const digit = i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(0x30)), i8x16.splat(10));
  const lower = v128.or(bytes, i8x16.splat(0x20));
  const letter = i8x16.lt_u(i8x16.sub(lower, i8x16.splat(0x61)), i8x16.splat(6));
  return v128.or(digit, letter);
}

/** Whether the run is a watched text, letter case ignored, and counts as one. */
function isWatched(line: usize, start: usize, stop: usize, end: usize): bool {
  const length = <u32>(stop - start);
  if (length > longestText) return false;
  // Hardly any run has the length and the initial of a text.
  const initials = load<u32>(initialsAt + <usize>length * 4);
  if (((initials >> (<u32>load<u8>(line + start) & 31)) & 1) == 0) return false;
  const last = watchAt + 8 + <usize>load<u32>(watchAt) * watchStride;
  for (let at = watchAt + 8; at < last; at += watchStride) {
    if (load<u32>(at) != length) continue;
    let same: usize = 0;
    while (same < length && (load<u8>(line + start + same) | 0x20) == load<u8>(at + 8 + same)) {
      same++;
    }
    if (same < length) continue;
    if (load<u32>(at, 4) != countKey || !isOneEvent(line, stop, end)) return true;
  }
  return false;
}

/** Whether `":"1"` or `":"0"` follows, or no quote: then it is a mere mention of the key. */
function isOneEvent(line: usize, stop: usize, end: usize): bool {
  if (stop >= end || load<u8>(line + stop) != 0x22) return true;
  if (stop + 5 > end || load<u16>(line + stop + 1) != 0x223a) return false;
  const value = load<u8>(line + stop + 3);
  return (value == 0x30 || value == 0x31) && load<u8>(line + stop + 4) == 0x22;
}
