import type { Taken } from './field.js';

/**
 * Rows of a list that are read. The portal gives 1,000 records of a group at most unless asked for
 * another number; ten times that is room enough, and no reply can hold the service up.
 */
const maxRows = 10_000;

/** A key of an object's own; undefined for inherited ones, and of anything that is no object. */
export function own(holder: unknown, key: string): unknown {
  if (typeof holder !== 'object' || holder === null || Array.isArray(holder)) return undefined;
  return Object.hasOwn(holder, key) ? (holder as Record<string, unknown>)[key] : undefined;
}

/** What is at `IpWhoIs.Net`; '' is the reply itself. */
export function placeIn(report: unknown, at: string): unknown {
  return at === '' ? report : at.split('.').reduce(own, report);
}

/** The rows of a list, `maxRows` at most; none when it is no list. */
export function rowsOf(place: unknown): readonly unknown[] {
  return Array.isArray(place) ? place.slice(0, maxRows) : [];
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** The value when it is of the kind wanted and says something: a text of blanks is no value. */
export function taken(value: unknown, takes: Taken): string | number | boolean | undefined {
  switch (takes) {
    case 'text':
      return isText(value) ? value : undefined;
    case 'number':
      return isNumber(value) ? value : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'text or number':
      return isText(value) || isNumber(value) ? value : undefined;
    default:
      return takes satisfies never;
  }
}

/** The texts (and numbers, where taken) of a value, or of a list of values; lists within lists are not opened. */
export function entriesOf(
  value: unknown,
  takes: 'text' | 'text or number',
): readonly (string | number)[] {
  const entries = Array.isArray(value) ? rowsOf(value) : [value];
  return entries.flatMap((entry) => {
    const found = taken(entry, takes);
    return found === undefined || typeof found === 'boolean' ? [] : [found];
  });
}
