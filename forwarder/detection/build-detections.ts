import type {
  Detection,
  EventValues,
  Extraction,
  Match,
  Observable,
  ReceivedEvent,
} from '../core/index.js';
import { detectionId } from './message-id.js';

/**
 * The detections of one event: one for each match, in the order of the matches, with ordinals from
 * `firstOrdinal`. The category is the feed's for the kind of the indicator that matched; a network counts as an
 * IP address. `nowMs` is the time of detection.
 */
export function buildDetections(
  matches: readonly Match[],
  { values, source }: Pick<Extraction, 'values' | 'source'>,
  event: Pick<ReceivedEvent, 'number' | 'digest'>,
  nowMs: number,
  firstOrdinal = 1,
): readonly Detection[] {
  return matches.map((found, index) => {
    const match = withCause(found);
    const ordinal = firstOrdinal + index;
    return {
      id: detectionId(event, match, ordinal),
      category: categoryOf(match),
      match,
      values: causingValues(match, values),
      source,
      detectedAtMs: nowMs,
      eventNumber: event.number,
      ordinal,
    };
  });
}

/** The event id of a match: its feed's for the kind of the indicator. */
export function categoryOf({ feed, indicator }: Pick<Match, 'feed' | 'indicator'>): string {
  return feed.categories[indicator.kind === 'cidr' ? 'ip' : indicator.kind];
}

/**
 * A URL whose host is what matched is reported by its host: an address in a list of addresses is
 * the matched indicator, not the URL around it.
 */
function withCause(match: Match): Match {
  const kind = hostKindOf(match);
  const { observable } = match;
  if (kind === undefined || observable.kind !== 'url') return match;
  const { rule, hostText, host } = observable;
  return { ...match, observable: { kind, rule, text: hostText, value: host }, url: observable };
}

/**
 * The event's values, in which the rule that caused this detection has the value that caused it
 * (an event with two addresses gives two detections, each with its own), and a host that matched
 * inside a URL stands as an address or a domain of its own.
 */
function causingValues({ observable, url }: Match, values: EventValues): EventValues {
  const { kind, rule, text } = observable;
  if (url !== undefined) {
    return new Map(values).set(rule, url.text).set(kind === 'ip' ? 'RE_IP' : 'RE_DOMAIN', text);
  }
  return values.get(rule) === text ? values : new Map(values).set(rule, text);
}

/** What a URL's host is when the host is what matched. */
function hostKindOf({
  observable,
  indicator,
}: Match): (Observable['kind'] & ('ip' | 'domain')) | undefined {
  if (observable.kind !== 'url') return undefined;
  switch (indicator.kind) {
    case 'ip':
    case 'cidr':
      return 'ip';
    case 'domain':
      return 'domain';
    case 'url':
    case 'md5':
    case 'sha1':
    case 'sha256':
      return undefined;
    default:
      return indicator.kind satisfies never;
  }
}
