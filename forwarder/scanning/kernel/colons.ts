import { blocks } from './classify';
import { looksForIpv6, takeIpv6 } from './ipv6';
import { colonMask, digitMask, dotMask, quoteMask, runMask, wordMask } from './layout';
import { hasAny, isBlank, isEscapedBlank, isSet, runEnd, wordStart } from './masks';
import { isHex } from './hex';

/**
 * Colons that no quote follows: IPv6 addresses, schemes that end in the middle of a word, and JSON
 * values without quotes. False when the reference scanner must decide. `end`: the line's length.
 */
export function takeColons(line: usize, end: usize, escapes: bool): bool {
  const count = blocks();
  const wantsIpv6 = looksForIpv6() && mayHoldIpv6();
  let quote = load<u64>(quoteMask);
  for (let block: usize = 0; block < count; block++) {
    const nextQuote = load<u64>(quoteMask + ((block + 1) << 3));
    let bits = load<u64>(colonMask + (block << 3)) & ~((quote >> 1) | (nextQuote << 63));
    quote = nextQuote;
    const base = block << 6;
    while (bits != 0) {
      const at = base + <usize>ctz(bits);
      bits &= bits - 1;
      if (!takeColon(line, at, end, wantsIpv6, escapes)) return false;
    }
  }
  return true;
}

/** Whether `::` stands in the line, or as many colons as an address without it has. */
function mayHoldIpv6(): bool {
  const count = blocks();
  let before: u64 = 0;
  let colons: u64 = 0;
  let quote = load<u64>(quoteMask);
  for (let block: usize = 0; block < count; block++) {
    const bits = load<u64>(colonMask + (block << 3));
    if ((bits & ((bits << 1) | before)) != 0) return true;
    before = bits >> 63;
    const nextQuote = load<u64>(quoteMask + ((block + 1) << 3));
    colons += popcnt(bits & ~((quote >> 1) | (nextQuote << 63)));
    quote = nextQuote;
  }
  return colons >= 6;
}

function takeColon(
  line: usize,
  at: usize,
  end: usize,
  wantsIpv6: bool,
  escapes: bool,
): bool {
  const hasWord = at > 0 && isSet(wordMask, at - 1);
  const start = hasWord ? wordStart(at - 1) : at;
  if (hasWord) {
    const last = load<u8>(line + at - 1) | 0x20;
    if ((last == 0x70 || last == 0x73) && cutsScheme(line, start, at)) return false;
  }
  if (at + 1 >= end) return true;
  const next = load<u8>(line + at + 1);
  if (wantsIpv6 && at - start <= 4 && (next == 0x3a || isHex(next))) {
    if (hasWord ? isHexWord(line, start, at) : next == 0x3a) {
      takeIpv6(line + start, line + at, line + end);
    }
  }
  return hasWord || !isRewritten(line, at, end, escapes);
}

/** Whether `http`, `https` or `ftp` ends a longer word: what stands before it is a word of its own. */
function cutsScheme(line: usize, start: usize, end: usize): bool {
  let at = end - 1;
  if ((load<u8>(line + at) | 0x20) == 0x73) at--;
  // The bytes before the line may be read; they are not taken for more than a longer word.
  if ((load<u8>(line + at) | 0x20) != 0x70) return false;
  at--;
  let ts = 0;
  while (ts < 2 && (load<u8>(line + at) | 0x20) == 0x74) {
    at--;
    ts++;
  }
  const first = load<u8>(line + at) | 0x20;
  const isScheme = (ts == 2 && first == 0x68) || (ts == 1 && first == 0x66);
  return isScheme && <isize>at > <isize>start;
}

function isHexWord(line: usize, start: usize, end: usize): bool {
  for (let at = start; at < end; at++) if (!isHex(load<u8>(line + at))) return false;
  return true;
}

/**
 * Whether a JSON value without quotes may be written otherwise when it is decoded (`1.50`, `1e5`).
 * The colon follows a key's quote, perhaps after blanks.
 */
function isRewritten(line: usize, colon: usize, end: usize, escapes: bool): bool {
  let key = colon;
  while (key > 0 && isBlank(load<u8>(line + key - 1))) key--;
  if (key == 0) return false;
  if (isEscapedBlank(line, key - 1, escapes)) return true;
  // An escaped quote or blank is no raw one; the reference scanner knows what it means here.
  const before = load<u8>(line + key - 1);
  if (!isSet(quoteMask, key - 1) && before != 0x22 && key == colon) return false;
  let value = colon + 1;
  while (value < end && isBlank(load<u8>(line + value))) value++;
  if (value + 1 < end && isEscapedBlank(line, value + 1, escapes)) return true;
  if (value >= end || !isSet(wordMask, value)) return false;
  const stop = runEnd(wordMask, value);
  if (!hasAny(digitMask, value, stop)) return false;
  return hasAny(dotMask, value, stop) || !hasOnlyDigits(line, value, stop);
}

function hasOnlyDigits(line: usize, start: usize, end: usize): bool {
  for (let at = start; at < end; at++) if (load<u8>(line + at) - 0x30 > 9) return false;
  return true;
}
