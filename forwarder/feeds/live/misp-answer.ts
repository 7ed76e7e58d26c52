import type { ContextField, Indicator } from '../../core/index.js';
import { isObject } from '../record-context.js';
import type { MispAttribute } from '../sources/misp-reply.js';
import { indicatorsOfAttribute } from '../sources/misp-types.js';

/** What MISP says about a value. */
export interface Hit {
  readonly indicator: Indicator;
  readonly context: readonly ContextField[];
}

const longestText = 500;
const mostTags = 20;
const mostEvents = 10;

/**
 * What a reply says, by `kind value` of the indicator. A value that stands in many events is one
 * hit: the context is that of its newest attribute, with how many there are and in which events.
 */
export function hitsOf(attributes: readonly MispAttribute[]): ReadonlyMap<string, Hit> {
  const found = new Map<string, { readonly indicator: Indicator; attributes: MispAttribute[] }>();
  for (const attribute of attributes) {
    const { type, value } = attribute;
    if (typeof type !== 'string' || typeof value !== 'string') continue;
    for (const indicator of indicatorsOfAttribute(type, value)) {
      const key = `${indicator.kind} ${indicator.value}`;
      const known = found.get(key);
      if (known === undefined) found.set(key, { indicator, attributes: [attribute] });
      else known.attributes.push(attribute);
    }
  }
  return new Map(
    [...found].map(([key, { indicator, attributes: all }]) => [
      key,
      { indicator, context: contextOf(all) },
    ]),
  );
}

function contextOf(attributes: readonly MispAttribute[]): readonly ContextField[] {
  const newest = attributes.reduce((best, other) => (timeOf(other) > timeOf(best) ? other : best));
  const event = isObject(newest['Event']) ? newest['Event'] : {};
  const context: ContextField[] = [];
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined && value !== '') context.push([name, value.slice(0, longestText)]);
  };
  add('type', textOf(newest['type']));
  add('category', textOf(newest['category']));
  add('comment', textOf(newest['comment']));
  add('tags', tagsOf(newest).join(', '));
  add('event_info', textOf(event['info']));
  add('event_id', textOf(newest['event_id']) ?? textOf(event['id']));
  add('event_uuid', textOf(event['uuid']));
  add('uuid', textOf(newest['uuid']));
  add('to_ids', textOf(newest['to_ids']));
  add('first_seen', textOf(newest['first_seen']));
  add('last_seen', textOf(newest['last_seen']));
  add('timestamp', isoTime(timeOf(newest)));
  add('value', textOf(newest['value']));
  if (attributes.length > 1) {
    add('attributes', String(attributes.length));
    const events = new Set(attributes.flatMap((attribute) => textOf(attribute['event_id']) ?? []));
    if (events.size > 1) add('events', [...events].slice(0, mostEvents).join(', '));
  }
  return context;
}

function tagsOf({ Tag: tags }: MispAttribute): readonly string[] {
  if (!Array.isArray(tags)) return [];
  return tags
    .filter(isObject)
    .flatMap(({ name }) => (typeof name === 'string' ? [name] : []))
    .slice(0, mostTags);
}

function textOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
      return String(value);
    default:
      return undefined;
  }
}

/** Seconds since 1970, which MISP gives as a text; 0 when there is none. */
function timeOf({ timestamp }: MispAttribute): number {
  const seconds = Number(textOf(timestamp));
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 0;
}

function isoTime(seconds: number): string | undefined {
  const date = new Date(seconds * 1000);
  return seconds === 0 || Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
