import {
  hasKey,
  isInIpv4Ranges,
  keyKinds,
  type CandidateFilter,
  type Fingerprint,
} from '../core/index.js';
import {
  classes,
  dash,
  digit,
  dot,
  hexValue,
  high,
  letter,
  lowerCase,
  underscore,
} from './byte-classes.js';

const dotByte = 0x2e;
const zero = 0x30;
const x = 0x78;
const w = 0x77;
/** Lengths of a dotted quad. */
const shortest = 7;
const longest = 15;
/** 256 to the power of its place. */
const powers = [1, 0x100, 0x10000, 0x1000000, 0x100000000] as const;

/** A strict dotted quad from `start` to `end`, or -1. */
export function parseQuad(bytes: Uint8Array, start: number, end: number): number {
  let address = 0;
  let part = -1;
  let dots = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte === dotByte) {
      if (part < 0) return -1;
      address = address * 256 + part;
      part = -1;
      dots++;
      continue;
    }
    if (((classes[byte] as number) & digit) === 0 || part === 0) return -1;
    part = part < 0 ? byte - zero : part * 10 + byte - zero;
    if (part > 255) return -1;
  }
  return dots === 3 && part >= 0 ? address * 256 + part : -1;
}

/** Whether an address is in the index, by itself or in a range. */
export function isIpv4InIndex(
  address: number,
  filter: CandidateFilter,
  fingerprint: Fingerprint,
): boolean {
  const { first, second } = fingerprint.start().word(address).finish(keyKinds.ipv4);
  return hasKey(filter.keys, first, second) || isInIpv4Ranges(filter, address);
}

/** Whether a run of letters, digits and dots is a dotted quad, but for dots at its end, in the index. */
function isIpv4Run(
  bytes: Uint8Array,
  start: number,
  runEnd: number,
  filter: CandidateFilter,
  fingerprint: Fingerprint,
): boolean {
  let end = runEnd;
  while (end > start && bytes[end - 1] === dotByte) end--;
  if (end - start < shortest || end - start > longest) return false;
  const address = parseQuad(bytes, start, end);
  return address >= 0 && isIpv4InIndex(address, filter, fingerprint);
}

/** Whether the word holds a dotted quad, bounded as extraction.md says, that is in the index. */
export function hasIpv4Candidate(
  bytes: Uint8Array,
  start: number,
  end: number,
  seen: number,
  filter: CandidateFilter,
  fingerprint: Fingerprint,
): boolean {
  if ((seen & (dash | underscore | high)) === 0) {
    return isIpv4Run(bytes, start, end, filter, fingerprint);
  }
  let runStart = start;
  for (let at = start; at <= end; at++) {
    const bits = at < end ? (classes[bytes[at] as number] as number) : 0;
    if (bits & (letter | digit | dot)) continue;
    if (at - runStart >= shortest && isIpv4Run(bytes, runStart, at, filter, fingerprint))
      return true;
    runStart = at + 1;
  }
  return false;
}

/**
 * An address as C's inet_aton reads it (`0x7f.1`, `017700000001`, `2130706433`), runs of dots taken
 * as one, dots at the ends and `www.` left out; -1 for anything else. The same reading as
 * normalising a URL's host does.
 */
export function parseLooseIpv4(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] === dotByte) at++;
  if (lowerCase[bytes[at] as number] === w) {
    let ws = 0;
    while (at < end && lowerCase[bytes[at] as number] === w) {
      at++;
      ws++;
    }
    if (ws !== 3 || at === end || bytes[at] !== dotByte) return -1;
    while (at < end && bytes[at] === dotByte) at++;
  }
  let address = 0;
  let parts = 0;
  while (at < end) {
    if (parts === 4 || bytes[at] === dotByte) return -1;
    const partStart = at;
    let base = 10;
    if (bytes[at] === zero && at + 1 < end && bytes[at + 1] !== dotByte) {
      base = lowerCase[bytes[at + 1] as number] === x ? 16 : 8;
      at += base === 16 ? 2 : 1;
      if (at === end || bytes[at] === dotByte) return -1;
    }
    let number = 0;
    for (; at < end && bytes[at] !== dotByte; at++) {
      const value = hexValue[bytes[at] as number] as number;
      if (value >= base || at - partStart >= 16) return -1;
      number = number * base + value;
    }
    while (at < end && bytes[at] === dotByte) at++;
    const bytesLeft = at === end ? 4 - parts : 1;
    const limit = powers[bytesLeft] as number;
    if (number >= limit) return -1;
    address = address * limit + number;
    parts++;
  }
  return parts === 0 ? -1 : address;
}

/**
 * Whether an address found as a URL's host may be in the index. Of 0.0.0.0/8 only single addresses
 * count: small numbers stand in every event, and they name no host.
 */
export function isIpv4Host(
  address: number,
  filter: CandidateFilter,
  fingerprint: Fingerprint,
): boolean {
  if (address < 0) return false;
  if (address >= 0x1000000) return isIpv4InIndex(address, filter, fingerprint);
  const { first, second } = fingerprint.start().word(address).finish(keyKinds.ipv4);
  return filter.hasZeroNetAddresses && hasKey(filter.keys, first, second);
}
