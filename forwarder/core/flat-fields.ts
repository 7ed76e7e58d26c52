import type { ContextField } from './feed.js';

/** What a record may have at most. */
export interface FieldLimits {
  readonly fields: number;
  /** Levels of objects; a record that contains itself has endless ones. */
  readonly depth: number;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * The fields of a record as context, in its order: numbers and truth values as text, a field of a
 * nested object as `parent/child` (`whois/country`, in LEEF `whois_country`), a list of such values
 * joined by `, `. Objects and lists inside lists, null and empty values are left out.
 *
 *     { mask: 'a.example', geo: ['ru', 'ua'], whois: { country: 'RU' } }
 *     → mask=a.example, geo=ru, ua, whois/country=RU
 *
 * `undefined`: the record is over a limit. Only own keys are read and nothing is stored by key, so
 * that names such as `__proto__` are names like any other.
 */
export function flatFields(
  record: Fields,
  limits: FieldLimits,
): readonly ContextField[] | undefined {
  const context: ContextField[] = [];
  return append(record, '', limits.depth, limits.fields, context) ? context : undefined;
}

function append(
  record: Fields,
  prefix: string,
  levels: number,
  most: number,
  into: ContextField[],
): boolean {
  if (levels === 0) return false;
  for (const name of Object.keys(record)) {
    const value = record[name];
    const path = prefix === '' ? name : `${prefix}/${name}`;
    if (isObject(value)) {
      if (!append(value, path, levels - 1, most, into)) return false;
      continue;
    }
    const text = Array.isArray(value)
      ? value.map(scalarText).filter(Boolean).join(', ')
      : scalarText(value);
    if (text === undefined || text === '') continue;
    if (into.length === most) return false;
    into.push([path, text]);
  }
  return true;
}

/** A text, number or truth value as text; undefined for everything else. */
export function scalarText(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
    default:
      return undefined;
  }
}

/** Whether a value, such as JSON.parse gives, is an object with fields. */
export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
