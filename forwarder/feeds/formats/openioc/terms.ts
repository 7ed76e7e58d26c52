import type { FieldKind } from '../format.js';
import type { Comparison } from '../xml/condition.js';

/** Terms by how their paths end; the first that fits counts. Letter case differs between producers. */
const terms: readonly (readonly [RegExp, FieldKind])[] = [
  [/(?:^|\/)\w*md5(?:sum)?$/, 'md5'],
  [/(?:^|\/)\w*sha1(?:sum)?$/, 'sha1'],
  [/(?:^|\/)\w*sha256(?:sum)?$/, 'sha256'],
  [/(?:^|\/)(?:remoteip|receivedfromip)$/, 'ip'],
  [/^(?:dnsentryitem\/recorddata|arpentryitem)\/ipv[46]address$/, 'ip'],
  [/^routeentryitem\/destination$/, 'any'],
  [/^network\/dns$/, 'domain'],
  [/^dnsentryitem\/(?:host|recordname|recorddata\/host)$/, 'domain'],
  [/^(?:url|cookie|form)historyitem\/hostname$/, 'domain'],
  [/^(?:dnslookupevent\/hostname|email\/receivedfromhost)$/, 'domain'],
  [/^network\/(?:uri|http_referr?er?)$/, 'url'],
  [/^urlhistoryitem\/url$/, 'url'],
  [/^filedownloadhistoryitem\/sourceurl$/, 'url'],
  [/^formhistoryitem\/formsubmiturl$/, 'url'],
];

/** What kind of value a term such as `FileItem/Md5sum` is about; undefined: none that is looked for. */
export function kindOfTerm(search: string): FieldKind | undefined {
  const path = search.trim().toLowerCase();
  return terms.find(([pattern]) => pattern.test(path))?.[1];
}

const comparisons: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ['is', 'equals'],
  ['contains', 'contains'],
  ['starts-with', 'starts'],
  ['begins-with', 'starts'],
  ['ends-with', 'ends'],
]);

/** The comparison of a condition; undefined for `matches`, `isnot`, `greater-than` and the like. */
export function comparisonOf(condition: string): Comparison | undefined {
  return comparisons.get(condition.trim().toLowerCase());
}
