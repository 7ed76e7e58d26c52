import { addLabel, emitKey, startKey } from './fingerprint';
import { dotMask } from './layout';
import { isSet } from './masks';
import { flags, hasDotlessHosts, kinds, longestHost } from './settings';

/** Hosts in words: the same keys as scanning/host-words.ts asks for. */

const suffixKind: u32 = 1;
const exactKind: u32 = 2;
const prefixKind: u32 = 3;

@inline
function isJoiner(byte: u8): bool {
  return byte == 0x2e || byte == 0x2d || byte == 0x5f;
}

/** Where a name after `www.` begins, or `start` when the word does not begin so. */
function afterWww(line: usize, start: usize, end: usize): usize {
  if (end - start < 5) return start;
  // Three letters w, whatever their case, and a dot: a byte or-ed with 0x20 may only be `.` as 0x2e.
  if ((load<u32>(line + start) | 0x20202020) != 0x2e777777) return start;
  if (load<u8>(line + start + 3) != 0x2e) return start;
  let at = start + 4;
  while (at < end && load<u8>(line + at) == 0x2e) at++;
  return at;
}

/** Lays down the keys of a word from `from` to `to` (offsets in the line), read as a host. `dots`: its dots. */
export function emitHost(line: usize, from: usize, to: usize, dots: u64): void {
  let start = from;
  let end = to;
  while (start < end && isJoiner(load<u8>(line + start))) start++;
  while (end > start && isJoiner(load<u8>(line + end - 1))) end--;
  if (start == end) return;
  const bare = afterWww(line, start, end);
  const wanted = kinds();
  const wantsSuffix = ((wanted >> suffixKind) & 1) != 0;
  const wantsExact = ((wanted >> exactKind) & 1) != 0;
  const furthest = <isize>longestHost();
  // Without hosts of one label the last label alone is no key.
  let isKey = (flags() & hasDotlessHosts) != 0;
  let length: isize = -1;
  let labelEnd = end;
  // The dots between start and end.
  let left = dots & ((<u64>1 << <u64>(end - from)) - 1) & ((~<u64>0) << <u64>(start - from));
  startKey();
  for (;;) {
    const bit = 63 - <usize>clz(left);
    const labelStart = left == 0 ? start : from + bit + 1;
    // A run of dots is one.
    if (labelStart < labelEnd) {
      length += <isize>(labelEnd - labelStart) + 1;
      if (length > furthest) break;
      addLabel(line + labelStart, line + labelEnd);
      if (isKey) {
        if (wantsSuffix) emitKey(suffixKind);
        if (wantsExact && (labelStart == start || labelStart == bare)) emitKey(exactKind);
      }
      isKey = true;
    }
    if (left == 0) break;
    labelEnd = from + bit;
    left ^= <u64>1 << <u64>bit;
  }
  if (((wanted >> prefixKind) & 1) == 0) return;
  emitPrefixes(line, start, to);
  if (bare != start) emitPrefixes(line, bare, to);
}

/** Leading labels, up to each dot. */
function emitPrefixes(line: usize, start: usize, end: usize): void {
  startKey();
  let labelStart = start;
  for (let at = start; at < end; at++) {
    if (!isSet(dotMask, at)) continue;
    if (at > labelStart) {
      addLabel(line + labelStart, line + at);
      emitKey(prefixKind);
    }
    labelStart = at + 1;
  }
}
