import { blocks } from './classify';
import {
  backslashMask,
  digitMask,
  dotMask,
  escapedMask,
  quoteMask,
  runMask,
  wordMask,
} from './layout';
import { hexValue } from './hex';

/**
 * JSON escapes (RFC 8259, section 7) of the line: the byte after a backslash that begins an escape
 * is no part of a word, and no quote. Runs of backslashes pair up; one addition finds those at odd
 * places, its carry goes to the next block.
 *
 *     bytes    a\\tb \tevil.com \u003dx
 *     escaped  00100000100000000010000      what follows a backslash that begins an escape
 *
 * False when an escape is none of RFC 8259, or stands for a character that a word may hold or that
 * could hide one: the reference scanner then decides.
 */
export function applyEscapes(line: usize, end: usize): bool {
  const evenBits: u64 = 0x5555555555555555;
  const count = blocks();
  let carried: u64 = 0;
  for (let block: usize = 0; block < count; block++) {
    const index = block << 3;
    const all = load<u64>(backslashMask + index);
    if ((all | carried) == 0) {
      store<u64>(escapedMask + index, 0);
      continue;
    }
    const backslash = all & ~carried;
    const follows = (backslash << 1) | carried;
    const oddStarts = backslash & ~evenBits & ~follows;
    const sum = oddStarts + backslash;
    carried = sum < oddStarts ? 1 : 0;
    const escaped = (evenBits ^ (sum << 1)) & follows;
    store<u64>(escapedMask + index, escaped);
    if (escaped == 0) continue;
    clear(index, ~escaped);
    store<u64>(quoteMask + index, load<u64>(quoteMask + index) & ~escaped);
    let unusual = escaped & ~shortEscapes(line + (block << 6));
    while (unusual != 0) {
      if (!takeLong(line, (block << 6) + <usize>ctz(unusual), end)) return false;
      unusual &= unusual - 1;
    }
  }
  return true;
}

/** Takes bytes out of words. */
@inline
function clear(index: usize, kept: u64): void {
  store<u64>(wordMask + index, load<u64>(wordMask + index) & kept);
  store<u64>(runMask + index, load<u64>(runMask + index) & kept);
  store<u64>(dotMask + index, load<u64>(dotMask + index) & kept);
  store<u64>(digitMask + index, load<u64>(digitMask + index) & kept);
}

/** Which of 64 bytes are `" / \ b f n r t`, by the same two look-ups as in classify.ts. */
@inline
function shortEscapes(at: usize): u64 {
  const m0 = shortEscapesOf(v128.load(at));
  const m1 = shortEscapesOf(v128.load(at, 16));
  const m2 = shortEscapesOf(v128.load(at, 32));
  const m3 = shortEscapesOf(v128.load(at, 48));
  return <u64>(<u32>(m0 | (m1 << 16))) | (<u64>(<u32>(m2 | (m3 << 16))) << 32);
}

@inline
function shortEscapesOf(bytes: v128): i32 {
  const low = i8x16(0, 0, 0x0d, 0, 0x08, 0, 0x04, 0, 0, 0, 0, 0, 0x02, 0, 0x04, 0x01);
  const high = i8x16(0, 0, 0x01, 0, 0, 0x02, 0x04, 0x08, 0, 0, 0, 0, 0, 0, 0, 0);
  const found = v128.and(
    i8x16.swizzle(low, v128.and(bytes, i8x16.splat(15))),
    i8x16.swizzle(high, i8x16.shr_u(bytes, 4)),
  );
  return i8x16.bitmask(i8x16.ne(found, i8x16.splat(0)));
}

/** `\u00XX` for an ASCII character between words: its bytes are cleared. */
function takeLong(line: usize, at: usize, end: usize): bool {
  if (at + 5 > end || load<u8>(line + at) != 0x75) return false;
  const digits = load<u32>(line + at + 1);
  if ((digits & 0xffff) != 0x3030) return false;
  const tens = hexValue(<u8>(digits >> 16));
  const ones = hexValue(<u8>(digits >> 24));
  if ((tens | ones) > 15) return false;
  const code = (tens << 4) | ones;
  if (!isPlain(code)) return false;
  for (let digit = at + 1; digit < at + 5; digit++) {
    clear((digit >> 6) << 3, ~(<u64>1 << <u64>(digit & 63)));
  }
  return true;
}

/** Neither a part of a word nor a character that says how the next word must be read. */
@inline
function isPlain(code: u32): bool {
  if (code >= 0x80) return false;
  if (code >= 0x30 && code <= 0x3a) return false;
  if (code >= 0x40 && code <= 0x5c) return false;
  if (code >= 0x5f && code <= 0x7a && code != 0x60) return false;
  return code != 0x25 && code != 0x2d && code != 0x2e && code != 0x7b;
}
