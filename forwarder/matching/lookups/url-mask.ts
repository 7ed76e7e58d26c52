import { keyKinds, type UrlObservable } from '../../core/index.js';
import { hostWithoutWww, parseIp } from '../../normalise/index.js';
import { gramKind, plainSubs } from '../keys.js';
import { coversHost, coversUrl, hostEnd, hostOf, parseMask } from '../mask.js';
import { askHost, askSuffixes } from './host-places.js';
import type { Asking, Filing, LookupDefinition, Place } from './lookup-definition.js';

const own: ReadonlySet<number> = new Set([plainSubs.own]);
const hosts: ReadonlySet<number> = new Set([plainSubs.host]);
const domains: ReadonlySet<number> = new Set([plainSubs.domain]);

/** A wildcard: under its host and, there, a piece of its text; without a sure host under the piece. */
function fileWildcard(mask: string, { keys, grams, shape }: Filing): Place {
  const end = hostEnd(mask);
  const hasHost = end < mask.indexOf('*');
  const group = hasHost ? keys.fingerprint.finish(keys.host(hostOf(mask))).first : 0;
  const gram = grams.choose(mask, hasHost ? end : 0, group);
  if (gram === undefined) return { at: 'everywhere' };
  const { text, at, length } = gram;
  const { first } = keys.gram(text, at, length);
  (hasHost ? shape.hostGramLengths : shape.gramLengths).add(length);
  if (!hasHost) return { at: 'key', kind: gramKind, sub: plainSubs.own };
  return { at: 'key', kind: keys.host(hostOf(mask)), sub: first };
}

function file(value: string, filing: Filing): Place {
  const { keys } = filing;
  const mask = parseMask(value);
  switch (mask.kind) {
    case 'exact': {
      const sub = keys.exactSub(value);
      return { at: 'key', kind: keys.host(hostOf(value)), sub };
    }
    case 'host':
      return { at: 'key', kind: keys.host(mask.host), sub: plainSubs.host };
    case 'site':
      return { at: 'key', kind: keys.host(mask.host), sub: plainSubs.site };
    case 'domain':
      keys.labels(mask.base);
      return { at: 'key', kind: keyKinds.hostSuffix, sub: plainSubs.domain };
    case 'folder':
    case 'script': {
      const sub = keys.prefixSub(mask.prefix);
      return { at: 'key', kind: keys.host(hostOf(value)), sub };
    }
    case 'wildcard':
      return fileWildcard(value, filing);
    default:
      return mask satisfies never;
  }
}

/** The sub-hashes of everything with a sure host that may cover a URL. */
function subsOf(value: string, { keys, shape }: Asking): ReadonlySet<number> {
  const subs = new Set<number>([plainSubs.host, plainSubs.site, keys.exactSub(value)]);
  keys.addPrefixSubs(value, subs);
  for (const length of shape.hostGramLengths) {
    for (let at = 0; at + length <= value.length; at++)
      subs.add(keys.gram(value, at, length).first);
  }
  return subs;
}

function askUrl({ value, host }: UrlObservable, asking: Asking): void {
  askHost(host, () => subsOf(value, asking), asking);
  if (parseIp(host) === undefined) askSuffixes(host, domains, asking);
  const { keys, shape } = asking;
  for (const length of shape.gramLengths) {
    // A text of one repeated piece must not take the same masks at each of its places.
    const seen = new Set<number>();
    for (let at = 0; at + length <= value.length; at++) {
      keys.gram(value, at, length);
      const place = asking.placeOf(gramKind);
      if (place < 0 || seen.has(place)) continue;
      seen.add(place);
      asking.take(place, own);
    }
  }
  asking.takeEverywhere();
}

/**
 * Masks and exact URLs, filed by kind so that their number does not matter:
 *
 *     kind           filed under              and there by            asked for a.b.example/x/y.php?z
 *     exact          the host                 the whole text          a.b.example/x/y.php?z
 *     host, site     the host                 its kind
 *     domain         the base                 its kind                example, b.example, a.b.example
 *     folder,script  the host                 the text before the *   a.b.example/  …/x/  …/x/y.php?
 *     wildcard       the host if it is sure   a piece of fixed text   each place of the URL
 *                    else the piece
 *
 * What is found so is compared with the mask's text before it counts.
 */
export const urlMaskLookup: LookupDefinition = {
  name: 'url-mask',
  indicators: ['url'],
  observables: ['url', 'domain', 'ip'],
  file,
  ask(observable, asking) {
    switch (observable.kind) {
      case 'url':
        askUrl(observable, asking);
        return;
      case 'domain': {
        const host = hostWithoutWww(observable.value);
        askHost(host, () => hosts, asking);
        askSuffixes(host, domains, asking);
        return;
      }
      case 'ip':
        askHost(observable.value, () => hosts, asking);
        return;
      case 'md5':
      case 'sha1':
      case 'sha256':
        return;
      default:
        observable satisfies never;
    }
  },
  covers(mask, observable) {
    switch (observable.kind) {
      case 'url': {
        const { value, host } = observable;
        return coversUrl(mask, value, host, parseIp(host) !== undefined);
      }
      case 'domain':
        return coversHost(mask, hostWithoutWww(observable.value), false);
      case 'ip':
        return coversHost(mask, observable.value, true);
      case 'md5':
      case 'sha1':
      case 'sha256':
        return false;
      default:
        return observable satisfies never;
    }
  },
};
