import type { Indicator } from '../../../core/index.js';
import { hashKindOfLength, isHostname, parseIpv4 } from '../../../normalise/index.js';

const digit = 1;
const dot = 2;
const hexLetter = 4;
const nameLetter = 8;
const other = 16;

const classOf = Uint8Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  if (/[0-9]/.test(character)) return digit;
  if (character === '.') return dot;
  if (/[a-f]/.test(character)) return hexLetter;
  return /[g-z_-]/.test(character) ? nameLetter : other;
});

/**
 * The indicator of a line that is in its normal form as it stands, which nearly all lines of long
 * lists are: a lower-case hash, a dotted quad, a lower-case domain name. Undefined for every other
 * line: readListLine() reads it then. The two agree wherever this one gives an answer.
 */
export function plainIndicator(bytes: Buffer, start: number, end: number): Indicator | undefined {
  let classes = 0;
  for (let at = start; at < end; at++) classes |= classOf[bytes[at] as number] as number;
  if ((classes & other) !== 0) return undefined;
  if ((classes & dot) === 0) {
    const kind = (classes & nameLetter) === 0 ? hashKindOfLength(end - start) : undefined;
    return kind && { kind, value: bytes.toString('latin1', start, end) };
  }
  if (end - start > 253) return undefined;
  const value = bytes.toString('latin1', start, end);
  if (classes === (digit | dot)) {
    return parseIpv4(value) === undefined ? undefined : { kind: 'ip', value };
  }
  return isHostname(value) ? { kind: 'domain', value } : undefined;
}
