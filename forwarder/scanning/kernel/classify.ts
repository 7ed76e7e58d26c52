import {
  backslashMask,
  colonMask,
  digitMask,
  dotMask,
  escapedMask,
  highMask,
  maxBlocks,
  quoteMask,
  runMask,
  specialMask,
  wordMask,
} from './layout';

/**
 * First pass: what each byte of a line is, 64 bytes at a time, as masks of 64 bits.
 *
 *     bytes  : see evil.com:443\tok        word: letters, digits, . - _ and bytes beyond ASCII
 *     word   : 111011111111011101111       run: a word without . and - and bytes beyond ASCII
 *     run    : 111011110111011101111
 *     dot    : 000000001000000000000       (before escapes are taken out, see escapes.ts)
 *
 * A byte's class comes from two table look-ups, one by its low and one by its high half: a bit that
 * both have is a class (digits: high half 3, low half 0 to 9).
 */

/** What the last line held at all. */
let anyHigh: u64 = 0;
let anyBackslash: u64 = 0;
let blockCount: usize = 0;

@inline
export function hasHigh(): bool {
  return anyHigh != 0;
}

@inline
export function hasBackslash(): bool {
  return anyBackslash != 0;
}

/** Blocks of the last line; 0 when it has too many. */
@inline
export function blocks(): usize {
  return blockCount;
}

@inline
function classesOf(bytes: v128): v128 {
  const low = i8x16(
    0x25, 0x27, 0x27, 0x27, 0x27, -89 /* 0xa7 */, 0x27, 0x27, 0x27, 0x27, 0x26, 0x62, 0x22, 0x32,
    0x32, 0x2a,
  );
  const high = i8x16(
    0, 0, -112 /* 0x90 */, 0x01, 0x02, 0x4c, 0x02, 0x44, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20,
    0x20,
  );
  const half = i8x16.splat(15);
  return v128.and(
    i8x16.swizzle(low, v128.and(bytes, half)),
    i8x16.swizzle(high, i8x16.shr_u(bytes, 4)),
  );
}

@inline
function join(m0: i32, m1: i32, m2: i32, m3: i32): u64 {
  return <u64>(<u32>(m0 | (m1 << 16))) | (<u64>(<u32>(m2 | (m3 << 16))) << 32);
}

@inline
function equal(v0: v128, v1: v128, v2: v128, v3: v128, byte: i8): u64 {
  const wanted = i8x16.splat(byte);
  return join(
    i8x16.bitmask(i8x16.eq(v0, wanted)),
    i8x16.bitmask(i8x16.eq(v1, wanted)),
    i8x16.bitmask(i8x16.eq(v2, wanted)),
    i8x16.bitmask(i8x16.eq(v3, wanted)),
  );
}

/** The masks of the line that begins at `start`; gives back where it ends (its LF, or `limit`). */
export function classifyLine(start: usize, limit: usize): usize {
  const none = i8x16.splat(0);
  let highs: u64 = 0;
  let backslashes: u64 = 0;
  let block: usize = 0;
  let at = start;
  for (;;) {
    const v0 = v128.load(at);
    const v1 = v128.load(at, 16);
    const v2 = v128.load(at, 32);
    const v3 = v128.load(at, 48);
    const left = limit - at;
    const within: u64 = left >= 64 ? ~0 : (<u64>1 << <u64>left) - 1;
    const lf = equal(v0, v1, v2, v3, 10) & within;
    const valid: u64 = lf != 0 ? (lf & -lf) - 1 : within;

    const c0 = classesOf(v0);
    const c1 = classesOf(v1);
    const c2 = classesOf(v2);
    const c3 = classesOf(v3);
    const any = join(
      i8x16.bitmask(i8x16.ne(c0, none)),
      i8x16.bitmask(i8x16.ne(c1, none)),
      i8x16.bitmask(i8x16.ne(c2, none)),
      i8x16.bitmask(i8x16.ne(c3, none)),
    );
    const edge = i8x16.splat(63);
    const special = join(
      i8x16.bitmask(i8x16.gt_u(c0, edge)),
      i8x16.bitmask(i8x16.gt_u(c1, edge)),
      i8x16.bitmask(i8x16.gt_u(c2, edge)),
      i8x16.bitmask(i8x16.gt_u(c3, edge)),
    );
    // Bit 4 of the class, then bit 0, moved to the top of each byte.
    const joiner = join(
      i8x16.bitmask(i16x8.shl(c0, 3)),
      i8x16.bitmask(i16x8.shl(c1, 3)),
      i8x16.bitmask(i16x8.shl(c2, 3)),
      i8x16.bitmask(i16x8.shl(c3, 3)),
    );
    const digit = join(
      i8x16.bitmask(i16x8.shl(c0, 7)),
      i8x16.bitmask(i16x8.shl(c1, 7)),
      i8x16.bitmask(i16x8.shl(c2, 7)),
      i8x16.bitmask(i16x8.shl(c3, 7)),
    );
    // Bytes beyond ASCII are rare.
    const hasHighs = i8x16.bitmask(v128.or(v128.or(v0, v1), v128.or(v2, v3))) != 0;
    const high = hasHighs
      ? join(i8x16.bitmask(v0), i8x16.bitmask(v1), i8x16.bitmask(v2), i8x16.bitmask(v3)) & valid
      : 0;
    const backslash = equal(v0, v1, v2, v3, 0x5c) & valid;
    const word = any & ~special & valid;
    highs |= high;
    backslashes |= backslash;
    const index = block << 3;
    store<u64>(wordMask + index, word);
    store<u64>(runMask + index, word & ~(joiner | high));
    store<u64>(dotMask + index, equal(v0, v1, v2, v3, 0x2e) & valid);
    store<u64>(digitMask + index, digit & valid);
    store<u64>(highMask + index, high);
    store<u64>(colonMask + index, equal(v0, v1, v2, v3, 0x3a) & valid);
    store<u64>(quoteMask + index, equal(v0, v1, v2, v3, 0x22) & valid);
    store<u64>(specialMask + index, special & valid);
    store<u64>(backslashMask + index, backslash);
    block++;
    if (lf != 0) {
      at += <usize>ctz(lf);
      break;
    }
    if (left <= 64) {
      at = limit;
      break;
    }
    at += 64;
    if (block == maxBlocks) {
      blockCount = 0;
      while (at < limit && load<u8>(at) != 10) at++;
      return at;
    }
  }
  // Behind the line there is nothing.
  const index = block << 3;
  store<u64>(wordMask + index, 0);
  store<u64>(runMask + index, 0);
  store<u64>(dotMask + index, 0);
  store<u64>(digitMask + index, 0);
  store<u64>(quoteMask + index, 0);
  store<u64>(colonMask + index, 0);
  store<u64>(escapedMask + index, 0);
  anyHigh = highs;
  anyBackslash = backslashes;
  blockCount = block;
  return at;
}
