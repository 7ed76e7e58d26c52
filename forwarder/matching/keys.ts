import { addNetwork, Fingerprint, keyKinds } from '../core/index.js';
import { codeAt, parseIpv4, parseIpv6 } from '../normalise/index.js';

const dot = 0x2e;
const slash = 0x2f;
const question = 0x3f;
/** What is added to a kind of host key for a key that only the cold path asks for. */
export const coldOnly = 16;
/** Kind of the keys of pieces of fixed text. */
export const gramKind = 24;

/** Kind of the keys of IPv4 ranges that the scanner does not know. */
export const silentRangeKind = 25;

/** Kinds of texts that tell the entries of one key apart. */
const exactText = 32;
const prefixText = 33;
const rangeText = 34;

/**
 * Under one key there may be entries of several sorts, each with a number by which it is told apart
 * before its record is read. These are the numbers of sorts that the key says all about; those of
 * other texts are fingerprints. Equal numbers by chance cost a look at a record, no more.
 */
export const plainSubs = { own: 0, host: 1, site: 2, domain: 3 } as const;

/**
 * The fingerprints under which indicators are filed and looked for: the scanner's own keys
 * (core/fingerprint.ts) where it has them, and some of matching's own. Lanes, `first` and `second`
 * are those of `fingerprint`.
 */
export class Keys {
  readonly fingerprint: Fingerprint;
  #bytes = new Uint8Array(256);

  constructor(seed: Uint32Array) {
    this.fingerprint = new Fingerprint(seed);
  }

  /** Takes a canonical address and gives its kind of key; undefined when the text is none. */
  address(text: string): number | undefined {
    const v4 = parseIpv4(text);
    if (v4 !== undefined) {
      this.fingerprint.start().word(v4);
      return keyKinds.ipv4;
    }
    const bytes = text.includes(':') ? parseIpv6(text) : undefined;
    if (bytes === undefined) return undefined;
    this.network(bytes, 128);
    return keyKinds.ipv6;
  }

  /** Takes the network of an IPv6 address of 16 bytes. */
  network(bytes: Uint8Array, prefixLength: number): void {
    const groups = new Uint16Array(8);
    for (let index = 0; index < 8; index++) {
      groups[index] = ((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0);
    }
    addNetwork(this.fingerprint, groups, prefixLength);
  }

  /** Takes a whole host, a name or an address, and gives its kind of key. */
  host(text: string): number {
    const kind = this.address(text);
    if (kind !== undefined) return kind;
    this.labels(text);
    return keyKinds.exactHost;
  }

  /** Takes the labels of a host from the last one on; empty ones do not count. */
  labels(host: string): Fingerprint {
    return this.#labelsOf(host, undefined);
  }

  /** Calls back with the end of the host from each label on, from the last label to the whole host. */
  eachSuffix(host: string, visit: (fingerprint: Fingerprint) => void): void {
    this.#labelsOf(host, visit);
  }

  /** Takes the labels of a host from the first one on. */
  leadingLabels(host: string): Fingerprint {
    const bytes = this.#bytesOf(host);
    this.fingerprint.start();
    for (let start = 0, at = 0; at <= host.length; at++) {
      if (at < host.length && bytes[at] !== dot) continue;
      if (at > start) this.fingerprint.label(bytes, start, at);
      start = at + 1;
    }
    return this.fingerprint;
  }

  /** Takes a hash in hex digits. */
  hash(digits: string): Fingerprint {
    const length = digits.length & ~3;
    return this.fingerprint.start().text(this.#bytesOf(digits), 0, length);
  }

  /** Takes a piece of text, of 8 characters at most, and finishes it. */
  gram(text: string, at: number, length: number): Fingerprint {
    const fingerprint = this.fingerprint.start().word(length);
    for (let index = 0; index < length; index += 2) {
      const next = index + 1 < length ? codeAt(text, at + index + 1) << 16 : 0;
      fingerprint.word(codeAt(text, at + index) | next);
    }
    return fingerprint.finish(gramKind);
  }

  /** The sub-hash of an exact URL. */
  exactSub(text: string): number {
    this.#textOf(text);
    return this.fingerprint.finish(exactText).first;
  }

  /** The sub-hash of the text before the wildcard of a folder or script. */
  prefixSub(prefix: string): number {
    this.#textOf(prefix);
    return this.fingerprint.finish(prefixText).first;
  }

  /** Adds the sub-hashes of all folders and scripts that may cover a URL. */
  addPrefixSubs(url: string, into: Set<number>): void {
    const fingerprint = this.fingerprint.start();
    for (let at = 0; at < url.length; at++) {
      const code = codeAt(url, at);
      fingerprint.word(code);
      if (code === slash || code === question) into.add(fingerprint.finish(prefixText).first);
    }
    // `host/folder` is covered by `host/folder/*`: normalising drops the last slash.
    into.add(fingerprint.word(slash).finish(prefixText).first);
  }

  /** The sub-hash of an IPv4 range. */
  rangeSub(network: number, bits: number): number {
    return this.fingerprint.start().word(network).word(bits).finish(rangeText).first;
  }

  /** Takes an IPv4 range that the scanner does not know. */
  silentRange(network: number, bits: number): void {
    this.fingerprint.start().word(network).word(bits);
  }

  #textOf(text: string): void {
    this.fingerprint.start();
    for (let at = 0; at < text.length; at++) this.fingerprint.word(codeAt(text, at));
  }

  #labelsOf(host: string, visit: ((fingerprint: Fingerprint) => void) | undefined): Fingerprint {
    const bytes = this.#bytesOf(host);
    const fingerprint = this.fingerprint.start();
    let end = host.length;
    for (let at = host.length - 1; at >= -1; at--) {
      if (at >= 0 && bytes[at] !== dot) continue;
      if (end > at + 1) {
        fingerprint.label(bytes, at + 1, end);
        visit?.(fingerprint);
      }
      end = at;
    }
    return fingerprint;
  }

  /** The text's characters as bytes; what is beyond Latin-1 need not stay apart. */
  #bytesOf(text: string): Uint8Array {
    if (text.length > this.#bytes.length) this.#bytes = new Uint8Array(text.length * 2);
    for (let at = 0; at < text.length; at++) this.#bytes[at] = codeAt(text, at);
    return this.#bytes;
  }
}
