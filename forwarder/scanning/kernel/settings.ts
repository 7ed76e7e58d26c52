import { settingsAt } from './layout';

/** What the filter holds, and which lengths of words matter; the host writes it before scan(). */

/** Flags: which kinds of keys occur (bit n: keyKinds n). */
@inline
export function kinds(): u32 {
  return load<u32>(settingsAt);
}
/** Bytes of the longest host key. */
@inline
export function longestHost(): u32 {
  return load<u32>(settingsAt, 4);
}
/** Other flags, see below. */
@inline
export function flags(): u32 {
  return load<u32>(settingsAt, 8);
}
/** Bit n: runs of exactly n bytes (below 16) are compared with the watched texts. */
@inline
export function watchedLengths(): u32 {
  return load<u32>(settingsAt, 12);
}

/** The initials of all watched texts: bit n for `a` + n - 1. */
@inline
export function watchedInitials(): u32 {
  return load<u32>(settingsAt, 16);
}

export const hasZeroNetAddresses: u32 = 1;
export const hasDotlessHosts: u32 = 2;
export const hasNumericHosts: u32 = 4;
export const hasFloatingWords: u32 = 8;
export const hasUnusualHosts: u32 = 16;
export const hasRanges: u32 = 32;
