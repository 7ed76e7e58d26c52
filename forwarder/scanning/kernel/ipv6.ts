import { emitIpv4, looksForIpv4, parseQuad } from './addresses';
import { addWord, emitKey, startKey } from './fingerprint';
import { prefixLengthsAt } from './layout';
import { kinds } from './settings';
import { hexValue } from './hex';

/** IPv6 addresses in raw bytes, RFC 4291 section 2.2: the same reading as scanning/ipv6-runs.ts. */

const addressKind: u32 = 5;
const networkKind: u32 = 6;
/** `ffff:` six times and a dotted quad. */
const longestText: usize = 45;

let g0: u32 = 0;
let g1: u32 = 0;
let g2: u32 = 0;
let g3: u32 = 0;

@inline
export function looksForIpv6(): bool {
  return ((kinds() >> addressKind) & 3) != 0 || looksForIpv4();
}

/** `start`: the address's first byte; `firstColon`: its first colon; `limit`: the line's end. */
export function takeIpv6(start: usize, firstColon: usize, limit: usize): void {
  if (firstColon - start > 4) return;
  let end = firstColon;
  let colons = 0;
  let isGap = false;
  const furthest = start + longestText < limit ? start + longestText + 1 : limit;
  for (; end < furthest; end++) {
    const byte = load<u8>(end);
    if (byte == 0x3a) {
      colons++;
      if (end > firstColon && load<u8>(end - 1) == 0x3a) isGap = true;
    } else if (byte != 0x2e && hexValue(byte) == 255) break;
  }
  // Without `::` it has all its groups: times and MAC addresses end here.
  if (colons < 2 || (!isGap && colons < 6)) return;
  emitIfAddress(start, end);
  let cut = end;
  while (cut > start && (load<u8>(cut - 1) == 0x3a || load<u8>(cut - 1) == 0x2e)) cut--;
  if (cut < end) emitIfAddress(start, cut);
}

function emitIfAddress(start: usize, end: usize): void {
  if (end - start > longestText || !parse(start, end)) return;
  if (g0 == 0 && g1 == 0 && g2 == 0xffff) {
    emitIpv4(g3);
    return;
  }
  if (((kinds() >> addressKind) & 1) != 0) emitNetwork(128, addressKind);
  const count = load<u32>(prefixLengthsAt);
  for (let index: u32 = 0; index < count; index++) {
    emitNetwork(load<u32>(prefixLengthsAt + 4 + <usize>index * 4), networkKind);
  }
}

function emitNetwork(bits: u32, kind: u32): void {
  startKey();
  addWord(bits);
  addWord(g0 & kept(bits, 0));
  addWord(g1 & kept(bits, 32));
  addWord(g2 & kept(bits, 64));
  addWord(g3 & kept(bits, 96));
  emitKey(kind);
}

@inline
function kept(bits: u32, from: u32): u32 {
  if (bits >= from + 32) return 0xffffffff;
  return bits > from ? (<u32>0xffffffff) << (32 - (bits - from)) : 0;
}

/** Groups are pushed from the right: the address so far, and where in it `::` stood. */
let upper: u64 = 0;
let lower: u64 = 0;

@inline
function push(group: u32): void {
  upper = (upper << 16) | (lower >> 48);
  lower = (lower << 16) | <u64>group;
}

function parse(start: usize, end: usize): bool {
  upper = 0;
  lower = 0;
  let headUpper: u64 = 0;
  let headLower: u64 = 0;
  let count = 0;
  let gap = -1;
  let at = start;
  if (load<u8>(at) == 0x3a) {
    if (at + 1 >= end || load<u8>(at + 1) != 0x3a) return false;
    gap = 0;
    at += 2;
  }
  while (at < end) {
    if (count == 8) return false;
    const groupStart = at;
    let value: u32 = 0;
    for (; at < end && at - groupStart < 5; at++) {
      const nibble = hexValue(load<u8>(at));
      if (nibble == 255) break;
      value = (value << 4) | nibble;
    }
    if (at < end && load<u8>(at) == 0x2e) {
      const address = parseQuad(groupStart, end);
      if (address < 0 || count > 6) return false;
      push(<u32>address >> 16);
      push(<u32>address & 0xffff);
      count += 2;
      break;
    }
    if (at == groupStart || at - groupStart > 4) return false;
    push(value);
    count++;
    if (at == end) break;
    at++;
    if (at == end) return false;
    if (load<u8>(at) == 0x3a) {
      if (gap >= 0) return false;
      gap = count;
      headUpper = upper;
      headLower = lower;
      upper = 0;
      lower = 0;
      at++;
    }
  }
  if (gap < 0) {
    if (count != 8) return false;
  } else {
    if (count > 7) return false;
    // What stood before the gap moves to the front: 8 - gap groups to the left.
    const shift = <u64>(8 - gap) * 16;
    if (gap > 0) {
      if (shift >= 64) {
        upper |= headLower << (shift - 64);
      } else {
        upper |= (headUpper << shift) | (headLower >> (64 - shift));
        lower |= headLower << shift;
      }
    }
  }
  g0 = <u32>(upper >> 32);
  g1 = <u32>upper;
  g2 = <u32>(lower >> 32);
  g3 = <u32>lower;
  return true;
}
