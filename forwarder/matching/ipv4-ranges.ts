import { NumberRows } from './number-rows.js';

/** Collects IPv4 ranges and merges them into ascending, disjoint ones. */
export class Ipv4Ranges {
  readonly #ranges = new NumberRows(2);

  /** `network`: the range's first address; `bits`: its prefix length. */
  add(network: number, bits: number): void {
    this.#ranges.push(network, bits);
  }

  /**
   * `ipv4Ranges`: first and last address of each merged range, alternating; `ipv4Blocks`: 1 for each
   * /16 block that one of them touches, empty without ranges.
   */
  build(): { readonly ipv4Ranges: Uint32Array; readonly ipv4Blocks: Uint8Array } {
    const sorted = new Float64Array(this.#ranges.length);
    for (let row = 0; row < sorted.length; row++) {
      sorted[row] = this.#ranges.at(row, 0) * 64 + this.#ranges.at(row, 1);
    }
    sorted.sort();
    const merged = new Uint32Array(sorted.length * 2);
    let length = 0;
    for (const range of sorted) {
      const first = Math.floor(range / 64);
      const last = first + 2 ** (32 - (range % 64)) - 1;
      const end = length === 0 ? -2 : (merged[length - 1] ?? 0);
      if (first <= end + 1) merged[length - 1] = Math.max(end, last);
      else {
        merged[length++] = first;
        merged[length++] = last;
      }
    }
    const ipv4Ranges = merged.slice(0, length);
    const ipv4Blocks = new Uint8Array(length === 0 ? 0 : 65536);
    for (let at = 0; at < length; at += 2) {
      ipv4Blocks.fill(1, (merged[at] ?? 0) >>> 16, ((merged[at + 1] ?? 0) >>> 16) + 1);
    }
    return { ipv4Ranges, ipv4Blocks };
  }
}

/** The number of the merged range in which an address lies, or -1. */
export function findIpv4Range(ipv4Ranges: Uint32Array, address: number): number {
  let low = 0;
  let high = ipv4Ranges.length / 2 - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    if (address < (ipv4Ranges[middle * 2] ?? 0)) high = middle - 1;
    else if (address > (ipv4Ranges[middle * 2 + 1] ?? 0)) low = middle + 1;
    else return middle;
  }
  return -1;
}
