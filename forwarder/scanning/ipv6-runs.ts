import {
  addNetwork,
  hasKey,
  hasKind,
  keyKinds,
  type CandidateFilter,
  type Fingerprint,
  type KeyKind,
} from '../core/index.js';
import { classes, digit, hexLetter, hexValue } from './byte-classes.js';
import { isIpv4InIndex, parseQuad } from './ipv4-words.js';

const colon = 0x3a;
const dotByte = 0x2e;
/** `ffff:` six times and a dotted quad. */
const longestText = 45;

/** IPv6 addresses in raw bytes, RFC 4291 section 2.2. Keeps its groups between calls to allocate nothing. */
export class Ipv6Runs {
  readonly #filter: CandidateFilter;
  readonly #groups = new Uint16Array(8);
  readonly #fingerprint: Fingerprint;
  readonly #hasAny: boolean;

  constructor(filter: CandidateFilter, fingerprint: Fingerprint) {
    this.#filter = filter;
    this.#fingerprint = fingerprint;
    // Without IPv6 in the index there still are IPv4 addresses written as IPv6 (::ffff:c000:201).
    this.#hasAny =
      hasKind(filter, keyKinds.ipv4) ||
      hasKind(filter, keyKinds.ipv6) ||
      hasKind(filter, keyKinds.ipv6Network) ||
      filter.ipv4Ranges.length > 0;
  }

  /**
   * Whether an address in the index begins at `start` (a hex group, or the first `:` itself) and has
   * its first `:` at `firstColon`. Looks no further than the run of hex digits, `:` and `.`.
   */
  isCandidate(bytes: Uint8Array, start: number, firstColon: number, limit: number): boolean {
    if (!this.#hasAny || firstColon - start > 4) return false;
    let end = firstColon;
    let colons = 0;
    const furthest = start + longestText < limit ? start + longestText + 1 : limit;
    for (; end < furthest; end++) {
      const byte = bytes[end] as number;
      if (byte === colon) colons++;
      else if (byte !== dotByte && !((classes[byte] as number) & (digit | hexLetter))) break;
    }
    if (colons < 2) return false;
    if (this.#isInIndex(bytes, start, end)) return true;
    // At the end of a URL `.` and `:` are cut off.
    let cut = end;
    while (cut > start && (bytes[cut - 1] === colon || bytes[cut - 1] === dotByte)) cut--;
    return cut < end && this.#isInIndex(bytes, start, cut);
  }

  #isInIndex(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start > longestText || !this.#parse(bytes, start, end)) return false;
    const filter = this.#filter;
    const groups = this.#groups;
    if (this.#isMappedIpv4()) {
      const address = (groups[6] as number) * 65536 + (groups[7] as number);
      return isIpv4InIndex(address, filter, this.#fingerprint);
    }
    if (this.#hasNetwork(keyKinds.ipv6, 128)) return true;
    for (const length of filter.ipv6PrefixLengths) {
      if (this.#hasNetwork(keyKinds.ipv6Network, length)) return true;
    }
    return false;
  }

  #hasNetwork(kind: KeyKind, prefixLength: number): boolean {
    const fingerprint = addNetwork(this.#fingerprint, this.#groups, prefixLength).finish(kind);
    return hasKey(this.#filter.keys, fingerprint.first, fingerprint.second);
  }

  #isMappedIpv4(): boolean {
    for (let index = 0; index < 5; index++) if (this.#groups[index] !== 0) return false;
    return this.#groups[5] === 0xffff;
  }

  /** Reads an address into the groups; false when the bytes are none. */
  #parse(bytes: Uint8Array, start: number, end: number): boolean {
    const groups = this.#groups;
    let count = 0;
    let gap = -1;
    let at = start;
    if (bytes[at] === colon) {
      if (at + 1 >= end || bytes[at + 1] !== colon) return false;
      gap = 0;
      at += 2;
    }
    while (at < end) {
      if (count === 8) return false;
      const groupStart = at;
      let value = 0;
      for (; at < end && at - groupStart < 5; at++) {
        const nibble = hexValue[bytes[at] as number] as number;
        if (nibble === 255) break;
        value = value * 16 + nibble;
      }
      if (at < end && bytes[at] === dotByte) {
        const address = parseQuad(bytes, groupStart, end);
        if (address < 0 || count > 6) return false;
        groups[count++] = Math.floor(address / 65536);
        groups[count++] = address % 65536;
        break;
      }
      if (at === groupStart || at - groupStart > 4) return false;
      groups[count++] = value;
      if (at === end) break;
      at++;
      if (at === end) return false;
      if (bytes[at] === colon) {
        if (gap >= 0) return false;
        gap = count;
        at++;
      }
    }
    if (gap < 0) return count === 8;
    if (count > 7) return false;
    groups.copyWithin(gap + 8 - count, gap, count);
    groups.fill(0, gap, gap + 8 - count);
    return true;
  }
}
