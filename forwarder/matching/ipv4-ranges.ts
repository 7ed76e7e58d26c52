/** Collects IPv4 ranges and merges them into ascending, disjoint ones. */
export class Ipv4Ranges {
  readonly #ranges: { readonly first: number; readonly last: number }[] = [];

  /** `network`: the range's first address; `bits`: its prefix length. */
  add(network: number, bits: number): void {
    this.#ranges.push({ first: network, last: network + 2 ** (32 - bits) - 1 });
  }

  /**
   * `ipv4Ranges`: first and last address of each merged range, alternating; `ipv4Blocks`: 1 for each
   * /16 block that one of them touches, empty without ranges.
   */
  build(): { readonly ipv4Ranges: Uint32Array; readonly ipv4Blocks: Uint8Array } {
    const sorted = [...this.#ranges].sort((left, right) => left.first - right.first);
    const merged: number[] = [];
    for (const { first, last } of sorted) {
      const end = merged.at(-1);
      if (end !== undefined && first <= end + 1) merged[merged.length - 1] = Math.max(end, last);
      else merged.push(first, last);
    }
    const ipv4Blocks = new Uint8Array(merged.length === 0 ? 0 : 65536);
    for (let at = 0; at < merged.length; at += 2) {
      ipv4Blocks.fill(1, (merged[at] ?? 0) >>> 16, ((merged[at + 1] ?? 0) >>> 16) + 1);
    }
    return { ipv4Ranges: Uint32Array.from(merged), ipv4Blocks };
  }
}
