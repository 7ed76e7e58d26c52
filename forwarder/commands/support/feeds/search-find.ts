import type { Config } from '../../../config/index.js';
import { hashKinds, type FeedInfo, type Match, type ThreatIndex } from '../../../core/index.js';
import { matchExtraction, parseMask, type MatchResult } from '../../../matching/index.js';
import type { SearchForm } from './search-forms.js';

/** What would become of a match. */
export type Verdict =
  | { readonly kind: 'detected' }
  /** A detection that is counted and not sent. */
  | { readonly kind: 'counted'; readonly why: string }
  /** An allow-list covers it. */
  | { readonly kind: 'suppressed'; readonly by: string; readonly indicator: string }
  /** The record is of an allow-list itself. */
  | { readonly kind: 'allows' }
  /** The feed is only there to be searched. */
  | { readonly kind: 'searched' };

/** A record that covers an indicator. */
export interface FoundRecord {
  readonly form: SearchForm['kind'];
  readonly match: Match;
  /** Event id of the detection. */
  readonly category: string;
  readonly why: string;
  readonly verdict: Verdict;
}

/** Every record of every feed that covers an indicator in one of its forms, each once. */
export function findRecords(
  forms: readonly SearchForm[],
  index: ThreatIndex,
  minConfidence: Config['matching']['minConfidence'],
): readonly FoundRecord[] {
  const found: FoundRecord[] = [];
  const known = new Set<string>();
  for (const form of forms) {
    for (const record of recordsOf(form, index, minConfidence)) {
      const { feed, indicator, context } = record.match;
      const key = JSON.stringify([feed.name, indicator, context]);
      if (known.has(key)) continue;
      known.add(key);
      found.push(record);
    }
  }
  return found;
}

function recordsOf(
  { kind: form, observable }: SearchForm,
  index: ThreatIndex,
  minConfidence: number,
): readonly FoundRecord[] {
  // All that the matching asks for is noted: what it does not report is to be shown too.
  const asked: Match[] = [];
  const noting: Pick<ThreatIndex, 'find'> = {
    find(wanted) {
      const matches = index.find(wanted);
      // Of the host of a URL masks do not count a second time.
      const isHost = wanted !== observable;
      asked.push(...matches.filter(({ indicator }) => !isHost || indicator.kind !== 'url'));
      return matches;
    },
  };
  const extraction = {
    source: 'search',
    isIgnored: false,
    observables: [observable],
    values: new Map<string, string>(),
  };
  const result = matchExtraction(
    extraction,
    { ...noting, version: index.version, indicatorCount: index.indicatorCount },
    { perEventDetectionLimit: Infinity },
  );
  return asked.map((match) => ({
    form,
    match,
    category: match.feed.categories[match.indicator.kind === 'cidr' ? 'ip' : match.indicator.kind],
    why: whyOf(match),
    verdict: verdictOf(match, result, minConfidence),
  }));
}

function verdictOf(match: Match, result: MatchResult, minConfidence: number): Verdict {
  const { feed } = match;
  if (feed.usedInMatching === false) return { kind: 'searched' };
  if (feed.role === 'suppress') return { kind: 'allows' };
  const suppressed = result.suppressed.find((one) => isSame(one.match, match));
  if (suppressed !== undefined) {
    const { by } = suppressed;
    const indicator = `${by.indicator.kind} ${by.indicator.value}`;
    return { kind: 'suppressed', by: by.feed.name, indicator };
  }
  const why = whyNotSent(feed, minConfidence);
  return why === undefined ? { kind: 'detected' } : { kind: 'counted', why };
}

function whyNotSent(
  { sentToSiem, confidence }: FeedInfo,
  minConfidence: number,
): string | undefined {
  if (sentToSiem === false) return 'sentToSiem is false for the feed';
  return confidence < minConfidence
    ? `its confidence is below matching.minConfidence (${minConfidence})`
    : undefined;
}

/** The matching copies a match, not what is in it. */
function isSame(left: Match, right: Match): boolean {
  return left.indicator === right.indicator && left.context === right.context;
}

/** Why an indicator covers what was searched for, in words. */
function whyOf({ indicator, observable }: Match): string {
  const { kind, value } = indicator;
  if (hashKinds.some((hash) => hash === kind)) return 'the same hash';
  switch (kind) {
    case 'ip':
      return 'the same address';
    case 'cidr':
      return `the range ${value} holds the address`;
    case 'domain':
      return observable.value === value ? 'the same name' : `the domain ${value} is above it`;
    case 'url':
      return maskText(value, observable.kind === 'url');
    default:
      return 'the same value';
  }
}

function maskText(value: string, isUrl: boolean): string {
  const mask = parseMask(value);
  switch (mask.kind) {
    case 'host':
      return isUrl ? `every URL of the host ${mask.host}` : `the same host, by a URL of it`;
    case 'site':
      return `every URL of the host ${mask.host} (mask of kind site)`;
    case 'domain':
      return `${mask.base} and all below it (mask of kind domain)`;
    case 'folder':
      return `all below ${mask.prefix} (mask of kind folder)`;
    case 'script':
      return `${mask.prefix} with whatever follows (mask of kind script)`;
    case 'exact':
      return 'the same URL';
    case 'wildcard':
      return 'any text for each * (mask of kind wildcard)';
    default:
      return mask satisfies never;
  }
}
