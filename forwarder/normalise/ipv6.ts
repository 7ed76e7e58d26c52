import { codeAt } from './code-at.js';
import { isHexDigit } from './hash.js';
import { ipv4Text, parseIpv4 } from './ipv4.js';

const colon = 0x3a;

/** Reads up to four hex digits of `text` from `start` to `end`; undefined when it is anything else. */
function parseGroup(text: string, start: number, end: number): number | undefined {
  if (end === start || end - start > 4) return undefined;
  let value = 0;
  for (let at = start; at < end; at++) {
    const code = codeAt(text, at);
    if (!isHexDigit(code)) return undefined;
    value = value * 16 + (code <= 0x39 ? code - 0x30 : (code | 0x20) - 87);
  }
  return value;
}

/**
 * An IPv6 address in any text form of RFC 4291 §2.2 (`::`, a dotted quad as the last 32 bits), any
 * letter case, without brackets, zone or prefix length. The 16 bytes in network order, owned by
 * the caller; undefined for anything else.
 */
export function parseIpv6(text: string): Uint8Array | undefined {
  if (text.length < 2 || text.length > 45 || !text.includes(':')) return undefined;
  const groups: number[] = [];
  let gap = -1;
  let at = 0;
  if (text.startsWith('::')) {
    gap = 0;
    at = 2;
  }
  while (at < text.length) {
    if (groups.length === 8) return undefined;
    const next = text.indexOf(':', at);
    const end = next < 0 ? text.length : next;
    const group = parseGroup(text, at, end);
    if (group === undefined) {
      const tail = next < 0 ? parseIpv4(text.slice(at)) : undefined;
      if (tail === undefined) return undefined;
      groups.push(Math.floor(tail / 65536), tail % 65536);
      break;
    }
    groups.push(group);
    if (next < 0) break;
    at = next + 1;
    if (at < text.length && codeAt(text, at) === colon) {
      if (gap >= 0) return undefined;
      gap = groups.length;
      at++;
    } else if (at === text.length) return undefined;
  }
  if (gap < 0 ? groups.length !== 8 : groups.length > 7) return undefined;
  const bytes = new Uint8Array(16);
  for (let index = 0; index < groups.length; index++) {
    const place = gap >= 0 && index >= gap ? index + 8 - groups.length : index;
    const group = groups[index] ?? 0;
    bytes[place * 2] = group >> 8;
    bytes[place * 2 + 1] = group & 255;
  }
  return bytes;
}

/** The IPv4 address inside an IPv4-mapped IPv6 address (`::ffff:192.0.2.1`), else undefined. */
export function mappedIpv4(bytes: Uint8Array): number | undefined {
  for (let index = 0; index < 10; index++) if (bytes[index] !== 0) return undefined;
  if (bytes[10] !== 255 || bytes[11] !== 255) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(12);
}

/** The text of 16 bytes as RFC 5952 writes it: lower case, the longest run of zeros as `::`. */
export function ipv6Text(bytes: Uint8Array): string {
  const groups: number[] = [];
  for (let index = 0; index < 16; index += 2) {
    groups.push(((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0));
  }
  let gap = -1;
  let gapLength = 1;
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > gapLength) {
      gap = start;
      gapLength = length;
    }
  }
  const hex = groups.map((group) => group.toString(16));
  if (gap < 0) return hex.join(':');
  return `${hex.slice(0, gap).join(':')}::${hex.slice(gap + gapLength).join(':')}`;
}

/** The canonical text of 16 bytes: IPv4-mapped addresses as IPv4, all others as RFC 5952. */
export function ipText(bytes: Uint8Array): string {
  const v4 = mappedIpv4(bytes);
  return v4 === undefined ? ipv6Text(bytes) : ipv4Text(v4);
}
