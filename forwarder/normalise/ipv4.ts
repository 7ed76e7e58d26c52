import { codeAt } from './code-at.js';

const zero = 0x30;
const nine = 0x39;
const dot = 0x2e;

/**
 * A strict dotted quad (`192.0.2.1`: four decimal numbers 0–255 without leading zeros) as an
 * unsigned 32-bit number, the first part in the highest byte. Undefined for anything else.
 */
export function parseIpv4(text: string): number | undefined {
  if (text.length < 7 || text.length > 15) return undefined;
  let address = 0;
  let part = -1;
  let dots = 0;
  for (let at = 0; at < text.length; at++) {
    const code = codeAt(text, at);
    if (code === dot) {
      if (part < 0) return undefined;
      address = address * 256 + part;
      part = -1;
      dots++;
      continue;
    }
    if (code < zero || code > nine || part === 0) return undefined;
    part = part < 0 ? code - zero : part * 10 + code - zero;
    if (part > 255) return undefined;
  }
  return dots === 3 && part >= 0 ? address * 256 + part : undefined;
}

/** The dotted quad of an unsigned 32-bit number. */
export function ipv4Text(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

/**
 * One number as C's inet_aton reads it: `0x1f`, `037`, `31`. Undefined when it is none, or longer
 * than any number below 2³² needs with a few leading zeros.
 */
function parsePart(text: string): number | undefined {
  if (text === '' || text.length > 16) return undefined;
  let base = 10;
  let from = 0;
  if (text.length > 1 && codeAt(text, 0) === zero) {
    const isHex = text[1] === 'x' || text[1] === 'X';
    base = isHex ? 16 : 8;
    from = isHex ? 2 : 1;
    if (from === text.length) return undefined;
  }
  let value = 0;
  for (let at = from; at < text.length; at++) {
    const code = codeAt(text, at);
    let digit = code - zero;
    if (code > nine)
      digit = (code | 0x20) >= 0x61 && (code | 0x20) <= 0x66 ? (code | 0x20) - 87 : 16;
    if (digit < 0 || digit >= base) return undefined;
    value = value * base + digit;
  }
  return value;
}

/**
 * An IPv4 address in any form that C's inet_aton reads: one to four parts, each decimal, octal
 * (`0112`) or hexadecimal (`0x4a`); the last part fills all bytes that are left
 * (`30.31.8225` = `30.31.32.33`). As an unsigned 32-bit number; undefined for anything else.
 */
export function parseIpv4Loose(text: string): number | undefined {
  if (text === '') return undefined;
  const first = codeAt(text, 0);
  if (!(first >= zero && first <= nine)) return undefined;
  const parts = text.split('.', 5);
  if (parts.length > 4) return undefined;
  let address = 0;
  for (let index = 0; index < parts.length; index++) {
    const number = parsePart(parts[index] ?? '');
    if (number === undefined) return undefined;
    const bytes = index === parts.length - 1 ? 4 - index : 1;
    if (number >= 256 ** bytes) return undefined;
    address = address * 256 ** bytes + number;
  }
  return address;
}
