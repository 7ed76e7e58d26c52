import type { Extraction, Match, Observable, ThreatIndex, UrlObservable } from '../core/index.js';
import { normaliseHost, parseIp } from '../normalise/index.js';

export interface MatchOptions {
  /** Matches reported for one event at most; CyberTrace's `per_scan_detect_limit`. */
  readonly perEventDetectionLimit: number;
}

/** A match that a suppressing feed (FalsePositive, allow-list) keeps from being reported. */
export interface SuppressedMatch {
  readonly match: Match;
  readonly reason: 'suppressed_by_feed';
  /** The suppressing feed's own match. */
  readonly by: Match;
}

export interface MatchResult {
  readonly matches: readonly Match[];
  readonly suppressed: readonly SuppressedMatch[];
  /** Matches over the limit, counted only. */
  readonly droppedByLimit: number;
}

/** An observable with all that is to be known about it. */
interface Lookups {
  readonly matches: readonly Match[];
  /** The first match of a suppressing feed that covers it. */
  coveredBy: Match | undefined;
}

const nothingFound: MatchResult = { matches: [], suppressed: [], droppedByLimit: 0 };

/**
 * The host of a URL as a domain or an address of its own. `www.` is a part of the name here, since
 * a domain record may have it. Undefined for what names no host (0.0.0.0/8, `::`) and for texts
 * that are no host name.
 */
function hostObservable(url: UrlObservable): Observable | undefined {
  const { rule, hostText: text, host } = url;
  if (parseIp(host) !== undefined) {
    return host === '::' || host.startsWith('0.')
      ? undefined
      : { kind: 'ip', rule, text, value: host };
  }
  const asWritten = normaliseHost(text);
  if (asWritten === `www.${host}`) return { kind: 'domain', rule, text, value: asWritten };
  const value = normaliseHost(host);
  return value === undefined ? undefined : { kind: 'domain', rule, text, value };
}

/**
 * What the index says about an observable. For the host of a URL masks do not count a second time,
 * and each match names the URL it stands in.
 */
function lookUp(index: ThreatIndex, observable: Observable, url?: UrlObservable): Lookups {
  const found = usedOnly(index.find(observable));
  if (found.length === 0) return { matches: found, coveredBy: undefined };
  const matches =
    url === undefined
      ? found
      : found
          .filter(({ indicator }) => indicator.kind !== 'url')
          .map((match) => ({ ...match, url }));
  return { matches, coveredBy: matches.find(({ feed }) => feed.role === 'suppress') };
}

/** Feeds that are only there to be searched do not count. */
function usedOnly(matches: readonly Match[]): readonly Match[] {
  return matches.every(({ feed }) => feed.usedInMatching !== false)
    ? matches
    : matches.filter(({ feed }) => feed.usedInMatching !== false);
}

/** The domains and addresses that stand in the event by themselves; no domain looks like an address. */
function bareHostsOf(observables: readonly Observable[]): ReadonlySet<string> {
  const values = new Set<string>();
  for (const { kind, value } of observables) {
    if (kind === 'domain' || kind === 'ip') values.add(value);
  }
  return values;
}

/**
 * Looks up what was found in an event: one match for each distinct value and each record that covers
 * it, in the order of the observables (a URL, then its host), then of the feeds, then of the records.
 *
 * - A URL is looked up among the URL indicators, its host among domains, addresses and ranges;
 *   unless the host stands in the event by itself too: then that one counts, once.
 * - A value that a feed of role `suppress` covers is not reported, but by feeds of role `always`.
 *   A URL counts as covered when its host is; and a host that the event holds only as a part of
 *   covered URLs counts as covered with them.
 * - Suppressing feeds report nothing themselves.
 */
export function matchExtraction(
  extraction: Extraction,
  index: ThreatIndex,
  options: MatchOptions,
): MatchResult {
  const { observables } = extraction;
  if (observables.length === 0) return nothingFound;
  // Made for the first URL that has a host to be looked up.
  let bare: ReadonlySet<string> | undefined;
  const hosts = new Map<string, Lookups>();
  /** Hosts of URLs, reported right after the first URL of each. */
  const order: Lookups[] = [];
  for (const observable of observables) {
    const own = lookUp(index, observable);
    order.push(own);
    if (observable.kind !== 'url') continue;
    const host = hostObservable(observable);
    if (host === undefined) continue;
    const known = hosts.get(host.value);
    const hostLookups = known ?? lookUp(index, host, observable);
    own.coveredBy ??= hostLookups.matches.find(({ feed }) => feed.role === 'suppress');
    if (known === undefined) {
      hosts.set(host.value, hostLookups);
      // Covered with its URL, until a URL of the same host turns up that is not.
      hostLookups.coveredBy ??= own.coveredBy;
      bare ??= bareHostsOf(observables);
      if (!bare.has(host.value)) order.push(hostLookups);
    } else if (own.coveredBy === undefined) hostLookups.coveredBy = undefined;
  }
  return report(order, options.perEventDetectionLimit);
}

/**
 * Whether a feed of role `suppress` covers what a server has answered: the value, the host it is on,
 * or all URLs of the event that it is the host of.
 */
export function isSuppressed(
  index: ThreatIndex,
  { observable, url }: Pick<Match, 'observable' | 'url'>,
  { observables }: Pick<Extraction, 'observables'>,
): boolean {
  if (isCovered(index, observable)) return true;
  if (url === undefined) return false;
  return observables.every(
    (one) => one.kind !== 'url' || one.host !== url.host || isCovered(index, one),
  );
}

function isCovered(index: ThreatIndex, observable: Observable): boolean {
  if (lookUp(index, observable).coveredBy !== undefined) return true;
  const host = observable.kind === 'url' ? hostObservable(observable) : undefined;
  return host !== undefined && lookUp(index, host).coveredBy !== undefined;
}

function report(order: readonly Lookups[], limit: number): MatchResult {
  const matches: Match[] = [];
  const suppressed: SuppressedMatch[] = [];
  let droppedByLimit = 0;
  for (const { matches: found, coveredBy } of order) {
    for (const match of found) {
      const { role } = match.feed;
      if (role === 'suppress') continue;
      if (coveredBy !== undefined && role !== 'always') {
        suppressed.push({ match, reason: 'suppressed_by_feed', by: coveredBy });
      } else if (matches.length < limit) matches.push(match);
      else droppedByLimit++;
    }
  }
  return { matches, suppressed, droppedByLimit };
}
