import type { Indicator, Lookup, LookupBuilder, Observable } from '../../core/index.js';
import { hostWithoutWww, parseIp } from '../../normalise/index.js';
import { EntryTable } from '../entry-table.js';
import { coversHost, coversUrl, parseMask } from '../mask.js';
import { TextHash } from '../text-hash.js';
import { GramTable } from './gram-table.js';
import type { EntryText, LookupDefinition } from './lookup-definition.js';
import { SuffixTable } from './suffix-table.js';

const slash = 0x2f;
const question = 0x3f;

/**
 * Masks and exact URLs, filed by kind so that their number does not matter:
 *
 *     kind           filed under              asked for the URL a.b.example/x/y.php?z
 *     exact          the whole text           a.b.example/x/y.php?z
 *     host, site     the host                 a.b.example
 *     domain         the base                 example, b.example, a.b.example
 *     folder,script  the text before the *    a.b.example/  …/x/  …/x/y.php?  and the whole + `/`
 *     wildcard       a piece of fixed text    each place of the URL
 *
 * What is found so is compared with the mask's text before it counts.
 */
class UrlMaskLookup implements LookupBuilder, Lookup {
  readonly #textOf: EntryText;
  readonly #exact = new EntryTable();
  readonly #hosts = new EntryTable();
  readonly #bases = new SuffixTable();
  readonly #prefixes = new EntryTable();
  readonly #wildcards = new GramTable();
  readonly #hash = new TextHash();

  constructor(textOf: EntryText) {
    this.#textOf = textOf;
  }

  add(indicator: Indicator, entry: number): void {
    const mask = parseMask(indicator.value);
    switch (mask.kind) {
      case 'exact':
        this.#exact.add(this.#hash.of(indicator.value), entry);
        return;
      case 'host':
      case 'site':
        this.#hosts.add(this.#hash.of(mask.host), entry);
        return;
      case 'domain':
        this.#bases.add(mask.base, entry);
        return;
      case 'folder':
      case 'script':
        this.#prefixes.add(this.#hash.of(mask.prefix), entry);
        return;
      case 'wildcard':
        this.#wildcards.add(indicator.value, entry);
        return;
      default:
        return mask satisfies never;
    }
  }

  build(): Lookup {
    return this;
  }

  find(observable: Observable, into: number[]): void {
    switch (observable.kind) {
      case 'url':
        this.#findUrl(observable.value, observable.host, into);
        return;
      case 'domain':
        this.#findHost(hostWithoutWww(observable.value), false, into);
        return;
      case 'ip':
        this.#findHost(observable.value, true, into);
        return;
      case 'md5':
      case 'sha1':
      case 'sha256':
        return;
      default:
        observable satisfies never;
    }
  }

  #findUrl(value: string, host: string, into: number[]): void {
    const isAddress = parseIp(host) !== undefined;
    const found: number[] = [];
    this.#exact.find(this.#hash.of(value), found);
    this.#hosts.find(this.#hash.of(host), found);
    if (!isAddress) this.#bases.find(host, found);
    this.#findPrefixes(value, found);
    this.#wildcards.find(value, found);
    this.#keep(found, (text) => coversUrl(text, value, host, isAddress), into);
  }

  #findPrefixes(value: string, found: number[]): void {
    if (this.#prefixes.size === 0) return;
    const hash = this.#hash.reset();
    for (let at = 0; at < value.length; at++) {
      const code = value.charCodeAt(at);
      hash.push(code);
      if (code === slash || code === question) this.#prefixes.find(hash, found);
    }
    // `host/folder` is covered by `host/folder/*`: normalising drops the last slash.
    hash.push(slash);
    this.#prefixes.find(hash, found);
  }

  #findHost(host: string, isAddress: boolean, into: number[]): void {
    const found: number[] = [];
    this.#hosts.find(this.#hash.of(host), found);
    if (!isAddress) this.#bases.find(host, found);
    this.#keep(found, (text) => coversHost(text, host, isAddress), into);
  }

  /** Appends those found that do cover, ascending and each once. */
  #keep(found: number[], covers: (text: string) => boolean, into: number[]): void {
    found.sort((left, right) => left - right);
    for (let index = 0; index < found.length; index++) {
      const entry = found[index] ?? 0;
      if (entry !== found[index - 1] && covers(this.#textOf(entry))) into.push(entry);
    }
  }
}

export const urlMaskLookup: LookupDefinition = {
  name: 'url-mask',
  indicators: ['url'],
  observables: ['url', 'domain', 'ip'],
  create: (textOf) => new UrlMaskLookup(textOf),
};
