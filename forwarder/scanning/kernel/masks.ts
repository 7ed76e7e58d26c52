import { escapedMask, wordMask } from './layout';

/** Questions to the masks of the line, by byte offset from the line's start. */

@inline
export function isSet(mask: usize, at: usize): bool {
  return ((load<u64>(mask + ((at >> 6) << 3)) >> <u64>(at & 63)) & 1) != 0;
}

/** Bytes that window() can show at once. */
export const windowBytes: usize = 57;

/** The bits of a mask from an offset on: at least 57 of them are of the line, or 0 behind it. */
@inline
export function window(mask: usize, at: usize): u64 {
  return load<u64>(mask + (at >> 3)) >> <u64>(at & 7);
}

/** Where the word that holds this offset begins. */
export function wordStart(at: usize): usize {
  let block = at >> 6;
  let gaps = ~load<u64>(wordMask + (block << 3)) & ((<u64>1 << <u64>(at & 63)) - 1);
  while (gaps == 0) {
    if (block == 0) return 0;
    block--;
    gaps = ~load<u64>(wordMask + (block << 3));
  }
  return (block << 6) + 64 - <usize>clz(gaps);
}

/** Where the run of set bits that holds this offset ends. */
export function runEnd(mask: usize, at: usize): usize {
  let block = at >> 6;
  let gaps = ~load<u64>(mask + (block << 3)) & ((~<u64>0) << <u64>(at & 63));
  while (gaps == 0) {
    block++;
    gaps = ~load<u64>(mask + (block << 3));
  }
  return (block << 6) + <usize>ctz(gaps);
}

/** Whether the mask has any bit from `start` up to `end`. */
export function hasAny(mask: usize, start: usize, end: usize): bool {
  let block = start >> 6;
  const last = end >> 6;
  let bits = load<u64>(mask + (block << 3)) & ((~<u64>0) << <u64>(start & 63));
  while (block < last) {
    if (bits != 0) return true;
    block++;
    bits = load<u64>(mask + (block << 3));
  }
  return (bits & ((<u64>1 << <u64>(end & 63)) - 1)) != 0;
}

/** Whether an escape of a blank (`\t`, `\n` …) ends at this offset. */
export function isEscapedBlank(line: usize, at: usize, escapes: bool): bool {
  if (!escapes || !isSet(escapedMask, at)) return false;
  const byte = load<u8>(line + at);
  return byte != 0x22 && byte != 0x2f && byte != 0x5c;
}

/** Blanks and control characters: what stands between values. */
@inline
export function isBlank(byte: u8): bool {
  return byte <= 0x20 || byte == 0x7f;
}
