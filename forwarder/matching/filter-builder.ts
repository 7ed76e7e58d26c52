import {
  keyKinds,
  type CandidateFilter,
  type Fingerprint,
  type Indicator,
  type KeySet,
} from '../core/index.js';
import { parseCidr } from '../normalise/index.js';
import { hostKey, trimmedWord, urlKey, type HostKey } from './host-keys.js';
import type { HotKeys } from './hot-keys.js';
import { Ipv4Ranges } from './ipv4-ranges.js';
import type { Keys } from './keys.js';
import { hostOf } from './mask.js';
import { isPlainName } from './plain-name.js';

const leadingJoiners = /^[._-]+/;
const trailingJoiners = /[._-]+$/;
const hostKinds = {
  exact: keyKinds.exactHost,
  suffix: keyKinds.hostSuffix,
  prefix: keyKinds.hostPrefix,
} as const;

/** Makes the scanner's view of the index: core/candidate-filter.ts says what each part means. */
export class FilterBuilder {
  readonly #keys: Keys;
  readonly #hot: HotKeys;
  readonly #ipv6PrefixLengths = new Set<number>();
  readonly #ranges = new Ipv4Ranges();
  #longestHost = 0;
  #hasZeroNetAddresses = false;
  #hasDotlessHosts = false;
  #hasNumericHosts = false;
  #hasFloatingWords = false;
  #hasUnusualHosts = false;
  #unfilterableMasks = 0;

  /** Computes with `keys` and fills `hot`. */
  constructor(keys: Keys, hot: HotKeys) {
    this.#keys = keys;
    this.#hot = hot;
  }

  /** Notes what the scanner must know of an indicator; `hot` then holds the keys it asks for. */
  add(indicator: Indicator): void {
    const { kind, value } = indicator;
    this.#hot.clear();
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
        this.#addKeyOf(keyKinds.hash, this.#keys.hash(value));
        return;
      default:
        kind satisfies never;
    }
  }

  /** Puts the filter together; `kinds` has a bit for each kind of key in the set. */
  build(seed: Uint32Array, keys: KeySet, kinds: number): CandidateFilter {
    return {
      seed,
      keys,
      kinds,
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
    if (!text.includes('xn--')) return;
    const host = hostOf(text);
    if (host.includes('xn--') && /[^a-z0-9._*-]/.test(host)) this.#hasUnusualHosts = true;
  }

  /** The scanner trims `.`, `-`, `_` off the ends of words, but not where a label begins inside one. */
  #addWord(kind: 'exact' | 'suffix' | 'prefix', word: string): void {
    if (kind !== 'prefix' && isPlainName(word)) {
      this.#longestHost = Math.max(this.#longestHost, word.length);
      this.#addHost(kind, word);
      return;
    }
    // A prefix ends before a dot, inside the word of the event: nothing is trimmed there.
    const ended = word.replace(kind === 'prefix' ? /\.+$/ : trailingJoiners, '').toLowerCase();
    const trimmed = kind === 'prefix' ? ended.replace(leadingJoiners, '') : trimmedWord(ended);
    this.#longestHost = Math.max(this.#longestHost, ended.length);
    this.#addHost(kind, trimmed);
    const whole = ended.replace(/^\.+/, '');
    if (whole !== trimmed) this.#addHost(kind, whole);
    if (!trimmed.includes('.')) this.#hasDotlessHosts = true;
    if (!/^[\d.]+$/.test(trimmed)) return;
    this.#hasNumericHosts = true;
    if (kind === 'prefix') this.#addNumericPrefix(trimmed);
  }

  /** Runs of dots are one: empty labels do not count. */
  #addHost(kind: 'exact' | 'suffix' | 'prefix', host: string): void {
    const keys = this.#keys;
    this.#addKeyOf(
      hostKinds[kind],
      kind === 'prefix' ? keys.leadingLabels(host) : keys.labels(host),
    );
  }

  #addKeyOf(kind: number, fingerprint: Fingerprint): void {
    const { first, second } = fingerprint.finish(kind);
    this.#hot.add(kind, first, second);
  }

  /** `10.20.*` covers addresses too, however they are written in the event. */
  #addNumericPrefix(labels: string): void {
    const parts = labels.split('.');
    const range = parseCidr(`${[...parts, 0, 0, 0].slice(0, 4).join('.')}/${parts.length * 8}`);
    if (range?.family === 4) this.#ranges.add(range.network, range.bits);
  }

  #addAddress(address: string): void {
    const kind = this.#keys.address(address);
    if (kind === undefined) return;
    this.#addKeyOf(kind, this.#keys.fingerprint);
    if (kind === keyKinds.ipv4 && address.startsWith('0.')) this.#hasZeroNetAddresses = true;
  }

  #addRange(text: string): void {
    const range = parseCidr(text);
    if (range === undefined) return;
    if (range.family === 4) {
      this.#ranges.add(range.network, range.bits);
      return;
    }
    this.#ipv6PrefixLengths.add(range.bits);
    this.#keys.network(range.bytes, range.bits);
    this.#addKeyOf(keyKinds.ipv6Network, this.#keys.fingerprint);
  }
}
