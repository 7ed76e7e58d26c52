import { ipv4Text, parseIpv4 } from './ipv4.js';
import { ipText, ipv6Text, mappedIpv4, parseIpv6 } from './ipv6.js';

/**
 * The canonical text of an IP address, by which it is looked up: a strict dotted quad as it is, an
 * IPv6 address as RFC 5952 writes it, an IPv4-mapped IPv6 address as IPv4. Blanks around it and
 * brackets around IPv6 are allowed. Undefined for anything else, zones (`%eth0`) included.
 */
export function parseIp(text: string): string | undefined {
  const trimmed = text.trim();
  const v4 = parseIpv4(trimmed);
  if (v4 !== undefined) return trimmed;
  const isBracketed = trimmed.startsWith('[') && trimmed.endsWith(']');
  const bytes = parseIpv6(isBracketed ? trimmed.slice(1, -1) : trimmed);
  return bytes === undefined ? undefined : ipText(bytes);
}

/** An address range. `value` is its canonical text, the bits after the prefix zero. */
export type Cidr =
  | {
      readonly family: 4;
      readonly value: string;
      /** First address, an unsigned 32-bit number. */
      readonly network: number;
      /** Prefix length, 0–32. */
      readonly bits: number;
    }
  | {
      readonly family: 6;
      readonly value: string;
      /** First address, 16 bytes in network order; owned by the caller. */
      readonly bytes: Uint8Array;
      /** Prefix length, 0–128. */
      readonly bits: number;
    };

function cidr4(address: number, bits: number): Cidr {
  const network = bits === 0 ? 0 : (address & (-1 << (32 - bits))) >>> 0;
  return { family: 4, value: `${ipv4Text(network)}/${bits}`, network, bits };
}

/**
 * `address/bits`: RFC 4632 for IPv4, RFC 4291 §2.3 for IPv6. Bits after the prefix are cleared
 * (`192.0.2.77/24` is `192.0.2.0/24`); a range of IPv4-mapped addresses is a range of IPv4.
 * Undefined for anything else, a lone address included (see parseIp).
 */
export function parseCidr(text: string): Cidr | undefined {
  const trimmed = text.trim();
  const slash = trimmed.indexOf('/');
  const bitsText = trimmed.slice(slash + 1);
  if (slash < 0 || !/^(?:0|[1-9]\d{0,2})$/.test(bitsText)) return undefined;
  const bits = Number(bitsText);
  const addressText = trimmed.slice(0, slash);
  const v4 = parseIpv4(addressText);
  if (v4 !== undefined) return bits > 32 ? undefined : cidr4(v4, bits);
  const bytes = parseIpv6(addressText);
  if (bytes === undefined || bits > 128) return undefined;
  const mapped = mappedIpv4(bytes);
  if (mapped !== undefined && bits >= 96) return cidr4(mapped, bits - 96);
  for (let index = 0; index < 16; index++) {
    const kept = Math.min(8, Math.max(0, bits - index * 8));
    bytes[index] = (bytes[index] ?? 0) & (0xff00 >> kept);
  }
  return { family: 6, value: `${ipv6Text(bytes)}/${bits}`, bytes, bits };
}
