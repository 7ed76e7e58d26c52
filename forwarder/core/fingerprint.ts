/**
 * Fingerprints: the 64 bits by which the index knows a key and the scanner asks for it. They are
 * seeded: who does not know the seed cannot make keys that collide, whatever a feed or an event
 * holds. The contract between `matching`, which files indicators under them, and `scanning`, which
 * computes them from raw bytes; the scanner's kernel computes the same by its own code.
 *
 * A fingerprint has two lanes of 32 bits. Both take the key in words of 32 bits, then a number for
 * the kind of key, so that the host `1.2.3.4` and the address 1.2.3.4 are two keys:
 *
 *     lane ← rotate(lane xor word, multiplied by the lane's first factor) · second factor
 *
 * Text goes in by fours, each byte or-ed with 0x20, which makes ASCII letters lower-case and merges
 * no two bytes of words. A host goes in label by label from its end, so that after `com`,
 * `evil.com`, `a.evil.com` the lanes stand for that suffix; each label from its end too:
 *
 *     host evil-1.com   → 'com' with '.' in front: ".com"    → suffix com
 *                       → 'il-1', then ".ev"                 → suffix evil-1.com
 */

/** Kinds of keys the scanner asks for. Kinds from 16 on are of matching's own. */
export const keyKinds = {
  /** A host that is looked for with all below it. */
  hostSuffix: 1,
  /** A host that is looked for as it is, or after `www.`. */
  exactHost: 2,
  /** Leading labels of hosts whose end is a wildcard (`evil.com*` → `evil`). */
  hostPrefix: 3,
  ipv4: 4,
  ipv6: 5,
  ipv6Network: 6,
  /** MD5, SHA-1 or SHA-256 in hex digits. */
  hash: 7,
} as const;

export type KeyKind = (typeof keyKinds)[keyof typeof keyKinds];

/** Number of 32-bit words of a seed. */
export const seedWords = 6;

/** Looked up once: in a sandboxed global (tests) each look-up of `Math` costs more than the product. */
const { imul } = Math;

const dot = 0x2e;
const lowerCaseBits = 0x20202020;
const kindFactor = 0x9e3779b1;

/** A running fingerprint. One object serves for any number of keys; nothing is allocated. */
export class Fingerprint {
  /** The lanes; start() sets them, and a copy of them goes on from there. */
  a = 0;
  b = 0;
  /** The fingerprint of what was taken so far; set by finish(). */
  first = 0;
  second = 0;
  readonly #startA: number;
  readonly #startB: number;
  readonly #factorA: number;
  readonly #factorB: number;
  readonly #nextA: number;
  readonly #nextB: number;

  /** `seed`: `seedWords` random words; the same seed gives the same fingerprints everywhere. */
  constructor(seed: Uint32Array) {
    this.#startA = (seed[0] ?? 0) | 0;
    this.#startB = (seed[1] ?? 0) | 0;
    // Odd factors lose nothing.
    this.#factorA = (seed[2] ?? 0) | 1;
    this.#factorB = (seed[3] ?? 0) | 1;
    this.#nextA = (seed[4] ?? 0) | 1;
    this.#nextB = (seed[5] ?? 0) | 1;
  }

  /** Begins a key. */
  start(): this {
    this.a = this.#startA;
    this.b = this.#startB;
    return this;
  }

  /** Takes one word of 32 bits. */
  word(value: number): this {
    const a = imul(this.a ^ value, this.#factorA);
    const b = imul(this.b ^ value, this.#factorB);
    this.a = imul((a << 16) | (a >>> 16), this.#nextA);
    this.b = imul((b << 13) | (b >>> 19), this.#nextB);
    return this;
  }

  /** Takes a label of a host, from its last byte to its first. Only bytes of words may be in it. */
  label(bytes: Uint8Array, start: number, end: number): this {
    let at = end;
    for (; at - start >= 4; at -= 4) this.word(fourBytes(bytes, at - 4));
    let rest = 0;
    for (let index = at - 1; index >= start; index--) {
      rest = (rest << 8) | (bytes[index] as number) | 0x20;
    }
    return this.word((rest << 8) | dot);
  }

  /** Takes text whose length is a multiple of four, from its first byte to its last. */
  text(bytes: Uint8Array, start: number, end: number): this {
    for (let at = start; at < end; at += 4) this.word(fourBytes(bytes, at));
    return this;
  }

  /** Sets `first` and `second` to the fingerprint of the key as one of this kind; it can go on after. */
  finish(kind: number): this {
    const tag = imul(kind, kindFactor);
    this.first = avalanche(this.a ^ tag, this.#factorA);
    this.second = avalanche(this.b ^ tag, this.#factorB);
    // (0, 0) marks what is free in a table.
    if ((this.first | this.second) === 0) this.second = 1;
    return this;
  }
}

/** Little-endian, lower case. */
function fourBytes(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24) |
    lowerCaseBits
  );
}

/** Spreads every bit over all others; unsigned. */
function avalanche(value: number, factor: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = imul(mixed, factor);
  mixed ^= mixed >>> 15;
  mixed = imul(mixed, kindFactor);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/**
 * Takes an IPv6 network into the fingerprint: its prefix length, then its address with the bits
 * after the prefix taken as zero. `groups`: eight numbers of 16 bits.
 */
export function addNetwork(
  fingerprint: Fingerprint,
  groups: Uint16Array,
  prefixLength: number,
): Fingerprint {
  fingerprint.start().word(prefixLength);
  for (let index = 0; index < 4; index++) {
    const left = prefixLength - index * 32;
    const whole = ((groups[index * 2] as number) << 16) | (groups[index * 2 + 1] as number);
    const kept = left >= 32 ? -1 : left > 0 ? -1 << (32 - left) : 0;
    fingerprint.word(whole & kept);
  }
  return fingerprint;
}
