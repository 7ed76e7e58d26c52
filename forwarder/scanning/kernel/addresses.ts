import { emitAddress, emitKey, startKey, addWord } from './fingerprint';
import { flags, hasRanges, hasZeroNetAddresses, kinds } from './settings';
import { hexValue } from './hex';

/** IPv4 addresses in words: the same readings as scanning/ipv4-words.ts. */

const ipv4Kind: u32 = 4;
export const noAddress: i64 = -1;

@inline
export function looksForIpv4(): bool {
  return ((kinds() >> ipv4Kind) & 1) != 0 || (flags() & hasRanges) != 0;
}

export function emitIpv4(address: u32): void {
  if (((kinds() >> ipv4Kind) & 1) != 0) {
    startKey();
    addWord(address);
    emitKey(ipv4Kind);
  }
  if ((flags() & hasRanges) != 0) emitAddress(address);
}

/**
 * An address that is a URL's host in one of its odd forms. Of 0.0.0.0/8 only single addresses count:
 * small numbers stand in every event.
 */
export function emitIpv4Host(address: u32): void {
  if (address >= 0x1000000) {
    emitIpv4(address);
    return;
  }
  if ((flags() & hasZeroNetAddresses) == 0) return;
  startKey();
  addWord(address);
  emitKey(ipv4Kind);
}

/** A strict dotted quad from `start` to `end`, or noAddress. */
export function parseQuad(start: usize, end: usize): i64 {
  let address: u32 = 0;
  let part: i32 = -1;
  let dots: i32 = 0;
  for (let at = start; at < end; at++) {
    const byte = load<u8>(at);
    if (byte == 0x2e) {
      if (part < 0) return noAddress;
      address = (address << 8) | <u32>part;
      part = -1;
      dots++;
      continue;
    }
    const digit = <u32>byte - 0x30;
    if (digit > 9 || part == 0) return noAddress;
    part = part < 0 ? <i32>digit : part * 10 + <i32>digit;
    if (part > 255) return noAddress;
  }
  if (dots != 3 || part < 0) return noAddress;
  return <i64>((address << 8) | <u32>part);
}

/** An address as inet_aton reads it (`0x7f.1`, `2130706433`), `www.` left out; else noAddress. */
export function parseLoose(start: usize, end: usize): i64 {
  let at = start;
  while (at < end && load<u8>(at) == 0x2e) at++;
  if (at < end && (load<u8>(at) | 0x20) == 0x77) {
    let ws = 0;
    while (at < end && (load<u8>(at) | 0x20) == 0x77) {
      at++;
      ws++;
    }
    if (ws != 3 || at == end || load<u8>(at) != 0x2e) return noAddress;
    while (at < end && load<u8>(at) == 0x2e) at++;
  }
  let address: u64 = 0;
  let parts = 0;
  while (at < end) {
    if (parts == 4 || load<u8>(at) == 0x2e) return noAddress;
    const partStart = at;
    let base: u32 = 10;
    if (load<u8>(at) == 0x30 && at + 1 < end && load<u8>(at + 1) != 0x2e) {
      base = (load<u8>(at + 1) | 0x20) == 0x78 ? 16 : 8;
      at += base == 16 ? 2 : 1;
      if (at == end || load<u8>(at) == 0x2e) return noAddress;
    }
    let number: u64 = 0;
    while (at < end && load<u8>(at) != 0x2e) {
      const value = hexValue(load<u8>(at));
      if (value >= base || at - partStart >= 16) return noAddress;
      number = number * base + value;
      at++;
    }
    while (at < end && load<u8>(at) == 0x2e) at++;
    const bytesLeft = at == end ? 4 - parts : 1;
    if (number >> <u64>(8 * bytesLeft) != 0) return noAddress;
    address = (address << <u64>(8 * bytesLeft)) + number;
    parts++;
  }
  return parts == 0 ? noAddress : <i64>address;
}
