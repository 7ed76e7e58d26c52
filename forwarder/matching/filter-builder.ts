import {
  addNetwork,
  Fingerprint,
  keyKinds,
  type CandidateFilter,
  type Indicator,
  type KeyKind,
} from '../core/index.js';
import { parseCidr, parseIpv4, parseIpv6 } from '../normalise/index.js';
import { hostKey, trimmedWord, urlKey, type HostKey } from './host-keys.js';
import { Ipv4Ranges } from './ipv4-ranges.js';
import { KeySetBuilder } from './key-set-builder.js';
import { hostOf } from './mask.js';

const leadingJoiners = /^[._-]+/;
const trailingJoiners = /[._-]+$/;
const hostKinds = {
  exact: keyKinds.exactHost,
  suffix: keyKinds.hostSuffix,
  prefix: keyKinds.hostPrefix,
} as const;

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
  readonly #seed: Uint32Array;
  readonly #fingerprint: Fingerprint;
  readonly #keys = new KeySetBuilder();
  #kinds = 0;
  readonly #ipv6PrefixLengths = new Set<number>();
  readonly #ranges = new Ipv4Ranges();
  #longestHost = 0;
  #hasZeroNetAddresses = false;
  #hasDotlessHosts = false;
  #hasNumericHosts = false;
  #hasFloatingWords = false;
  #hasUnusualHosts = false;
  #unfilterableMasks = 0;

  /** `seed`: random words (`seedWords` of them), so that nobody can choose keys that collide. */
  constructor(seed: Uint32Array) {
    this.#seed = seed;
    this.#fingerprint = new Fingerprint(seed);
  }

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
        this.#addKeyOf(
          keyKinds.hash,
          this.#fingerprint.start().text(Buffer.from(value, 'latin1'), 0, value.length),
        );
        return;
      default:
        kind satisfies never;
    }
  }

  build(): CandidateFilter {
    return {
      seed: this.#seed,
      keys: this.#keys.build(),
      kinds: this.#kinds,
      longestHost: this.#longestHost,
      hasZeroNetAddresses: this.#hasZeroNetAddresses,
      ...this.#ranges.build(),
      ipv6PrefixLengths: [...this.#ipv6PrefixLengths].sort((left, right) => left - right),
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
    for (const key of new Set([ended.replace(/^\.+/, ''), trimmed])) this.#addHost(kind, key);
    if (!trimmed.includes('.')) this.#hasDotlessHosts = true;
    if (!/^[\d.]+$/.test(trimmed)) return;
    this.#hasNumericHosts = true;
    if (kind === 'prefix') this.#addNumericPrefix(trimmed);
  }

  /** Runs of dots are one: empty labels do not count. */
  #addHost(kind: 'exact' | 'suffix' | 'prefix', host: string): void {
    const labels = host.split('.').filter((label) => label !== '');
    if (kind !== 'prefix') labels.reverse();
    const fingerprint = this.#fingerprint.start();
    for (const label of labels) {
      const bytes = Buffer.from(label, 'latin1');
      fingerprint.label(bytes, 0, bytes.length);
    }
    this.#addKeyOf(hostKinds[kind], fingerprint);
  }

  #addKeyOf(kind: KeyKind, fingerprint: Fingerprint): void {
    fingerprint.finish(kind);
    this.#keys.add(fingerprint.first, fingerprint.second);
    this.#kinds |= 1 << kind;
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
      this.#addKeyOf(keyKinds.ipv4, this.#fingerprint.start().word(v4));
      if (v4 < 0x1000000) this.#hasZeroNetAddresses = true;
    }
    const bytes = v4 === undefined ? parseIpv6(address) : undefined;
    if (bytes === undefined) return;
    this.#addKeyOf(keyKinds.ipv6, addNetwork(this.#fingerprint, groupsOf(bytes), 128));
  }

  #addRange(text: string): void {
    const range = parseCidr(text);
    if (range === undefined) return;
    if (range.family === 4) {
      this.#ranges.add(range.network, range.bits);
      return;
    }
    this.#ipv6PrefixLengths.add(range.bits);
    const network = addNetwork(this.#fingerprint, groupsOf(range.bytes), range.bits);
    this.#addKeyOf(keyKinds.ipv6Network, network);
  }
}
