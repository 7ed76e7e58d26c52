import type { ContextField, FeedRecord, Indicator } from '../../core/index.js';
import { readMispAttribute } from '../formats/misp/attribute.js';
import type { MispAttribute } from '../sources/misp-reply.js';

/** What MISP says about a value. */
export interface Hit {
  readonly indicator: Indicator;
  readonly context: readonly ContextField[];
}

interface Found {
  readonly record: FeedRecord;
  /** Seconds since 1970; 0 when the attribute does not say. */
  readonly changedAt: number;
  readonly event: string | undefined;
}

/** Answers are kept by the hundred thousand. */
const longestText = 500;
const mostEvents = 10;

/**
 * What a reply says, by `kind value` of the indicator. An attribute is read as in a feed. A value that
 * stands in many events is one hit, with the context of the attribute that was changed last, and how
 * many there are (`attributes`) in which events (`events`).
 */
export function hitsOf(attributes: readonly MispAttribute[]): ReadonlyMap<string, Hit> {
  const byKey = new Map<string, { readonly indicator: Indicator; readonly found: Found[] }>();
  attributes.forEach((attribute, index) => {
    for (const result of readMispAttribute(index + 1, attribute, {}, {})) {
      if (!result.ok) continue;
      const found = foundIn(attribute, result.value);
      for (const indicator of result.value.indicators) {
        const key = `${indicator.kind} ${indicator.value}`;
        const known = byKey.get(key);
        if (known === undefined) byKey.set(key, { indicator, found: [found] });
        else known.found.push(found);
      }
    }
  });
  return new Map(
    [...byKey].map(([key, { indicator, found }]) => [
      key,
      { indicator, context: contextOf(found) },
    ]),
  );
}

function foundIn({ timestamp, event_id: event }: MispAttribute, record: FeedRecord): Found {
  const seconds = Number(timestamp);
  return {
    record,
    changedAt: Number.isFinite(seconds) ? seconds : 0,
    event: typeof event === 'string' || typeof event === 'number' ? String(event) : undefined,
  };
}

function contextOf(found: readonly Found[]): readonly ContextField[] {
  const newest = found.reduce((best, other) => (other.changedAt > best.changedAt ? other : best));
  const context = newest.record.context.map(([name, value]): ContextField => [
    name,
    value.slice(0, longestText),
  ]);
  if (found.length === 1) return context;
  const events = [...new Set(found.flatMap(({ event }) => event ?? []))].slice(0, mostEvents);
  return [
    ...context,
    ['attributes', String(found.length)],
    ['events', events.join(', ').slice(0, longestText)],
  ];
}
