import { hashA, hashB, hashGroups, type CandidateFilter, type Indicator } from '../core/index.js';
import { parseCidr, parseIpv4, parseIpv6 } from '../normalise/index.js';
import { hostKey, trimmedWord, urlKey, type HostKey } from './host-keys.js';
import { Ipv4Ranges } from './ipv4-ranges.js';
import { KeySetBuilder } from './key-set-builder.js';
import { hostOf } from './mask.js';
import { TextHash } from './text-hash.js';

const leadingJoiners = /^[._-]+/;
const trailingJoiners = /[._-]+$/;

/** The eight groups of 16 bytes. */
function groupsOf(bytes: Uint8Array): Uint16Array {
  const groups = new Uint16Array(8);
  for (let index = 0; index < 8; index++) {
    groups[index] = ((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0);
  }
  return groups;
}

/** Makes the scanner's view of the index: core/candidate-filter.ts says what each part means. */
export class FilterBuilder {
  readonly #hosts = {
    exact: new KeySetBuilder(),
    suffix: new KeySetBuilder(),
    prefix: new KeySetBuilder(),
  };
  readonly #ipv4 = new KeySetBuilder();
  readonly #ipv6 = new KeySetBuilder();
  readonly #ipv6Ranges = new KeySetBuilder();
  readonly #ipv6PrefixLengths = new Set<number>();
  readonly #hashes = new KeySetBuilder();
  readonly #ranges = new Ipv4Ranges();
  readonly #hash = new TextHash();
  #longestHost = 0;
  #hasZeroNetAddresses = false;
  #hasDotlessHosts = false;
  #hasNumericHosts = false;
  #hasFloatingWords = false;
  #hasUnusualHosts = false;
  #unfilterableMasks = 0;

  add(indicator: Indicator): void {
    const { kind, value } = indicator;
    switch (kind) {
      case 'url': {
        const { key, isFloating } = urlKey(value);
        if (isFloating) this.#hasFloatingWords = true;
        this.#addKey(key);
        this.#noteUnusual(value);
        return;
      }
      case 'domain':
        this.#addKey(hostKey(value, 'suffix'));
        this.#noteUnusual(value);
        return;
      case 'ip':
        this.#addAddress(value);
        return;
      case 'cidr':
        this.#addRange(value);
        return;
      case 'md5':
      case 'sha1':
      case 'sha256':
        this.#hashes.add(
          Number.parseInt(value.slice(0, 8), 16),
          Number.parseInt(value.slice(8, 16), 16),
        );
        return;
      default:
        kind satisfies never;
    }
  }

  build(): CandidateFilter {
    return {
      exactHosts: this.#hosts.exact.build(),
      hostSuffixes: this.#hosts.suffix.build(),
      hostPrefixes: this.#hosts.prefix.build(),
      longestHost: this.#longestHost,
      ipv4: this.#ipv4.build(),
      hasZeroNetAddresses: this.#hasZeroNetAddresses,
      ...this.#ranges.build(),
      ipv6: this.#ipv6.build(),
      ipv6Ranges: this.#ipv6Ranges.build(),
      ipv6PrefixLengths: [...this.#ipv6PrefixLengths].sort((left, right) => left - right),
      hashes: this.#hashes.build(),
      hasDotlessHosts: this.#hasDotlessHosts,
      hasNumericHosts: this.#hasNumericHosts,
      hasFloatingWords: this.#hasFloatingWords,
      hasUnusualHosts: this.#hasUnusualHosts,
      unfilterableMasks: this.#unfilterableMasks,
    };
  }

  #addKey(key: HostKey): void {
    switch (key.kind) {
      case 'none':
        this.#unfilterableMasks++;
        return;
      case 'address':
        this.#addAddress(key.address);
        return;
      case 'exact':
      case 'suffix':
      case 'prefix':
        this.#addWord(key.kind, key.word);
        return;
      default:
        key satisfies never;
    }
  }

  /** Punycode is made of a whole label: beside other characters no word of the event stands in it. */
  #noteUnusual(text: string): void {
    const host = hostOf(text);
    if (host.includes('xn--') && /[^a-z0-9._*-]/.test(host)) this.#hasUnusualHosts = true;
  }

  /** The scanner trims `.`, `-`, `_` off the ends of words, but not where a label begins inside one. */
  #addWord(kind: 'exact' | 'suffix' | 'prefix', word: string): void {
    // A prefix ends before a dot, inside the word of the event: nothing is trimmed there.
    const ended = word.replace(kind === 'prefix' ? /\.+$/ : trailingJoiners, '').toLowerCase();
    const trimmed = kind === 'prefix' ? ended.replace(leadingJoiners, '') : trimmedWord(ended);
    this.#longestHost = Math.max(this.#longestHost, ended.length);
    for (const key of new Set([ended.replace(/^\.+/, ''), trimmed])) {
      this.#hashWord(kind, key);
      this.#hosts[kind].add(this.#hash.a, this.#hash.b);
    }
    if (!trimmed.includes('.')) this.#hasDotlessHosts = true;
    if (!/^[\d.]+$/.test(trimmed)) return;
    this.#hasNumericHosts = true;
    if (kind === 'prefix') this.#addNumericPrefix(trimmed);
  }

  #hashWord(kind: 'exact' | 'suffix' | 'prefix', word: string): void {
    const collapsed = word.replace(/\.{2,}/g, '.');
    if (kind === 'prefix') this.#hash.of(collapsed);
    else this.#hash.ofReversed(collapsed);
  }

  /** `10.20.*` covers addresses too, however they are written in the event. */
  #addNumericPrefix(labels: string): void {
    const parts = labels.split('.');
    const range = parseCidr(`${[...parts, 0, 0, 0].slice(0, 4).join('.')}/${parts.length * 8}`);
    if (range?.family === 4) this.#ranges.add(range.network, range.bits);
  }

  #addAddress(address: string): void {
    const v4 = parseIpv4(address);
    if (v4 !== undefined) {
      this.#ipv4.add(v4, 0);
      if (v4 < 0x1000000) this.#hasZeroNetAddresses = true;
    }
    const bytes = v4 === undefined ? parseIpv6(address) : undefined;
    if (bytes === undefined) return;
    const groups = groupsOf(bytes);
    this.#ipv6.add(hashGroups(hashA, groups, 128), hashGroups(hashB, groups, 128));
  }

  #addRange(text: string): void {
    const range = parseCidr(text);
    if (range === undefined) return;
    if (range.family === 4) {
      this.#ranges.add(range.network, range.bits);
      return;
    }
    const groups = groupsOf(range.bytes);
    this.#ipv6PrefixLengths.add(range.bits);
    this.#ipv6Ranges.add(
      hashGroups(hashA, groups, range.bits),
      hashGroups(hashB, groups, range.bits),
    );
  }
}
