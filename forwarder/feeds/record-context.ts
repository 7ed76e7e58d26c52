import type { ContextField } from '../core/index.js';

/**
 * The context fields of one record, in its order, under its own names. Numbers and booleans as
 * text; a list of scalars joined by `, `; a field of a nested object as `parent/child`
 * (`whois/country`, in LEEF `whois_country`); objects and lists inside lists, null and empty values are left out.
 *
 *     { mask: 'a.example', geo: ['ru', 'ua'], whois: { country: 'RU' } }
 *     → mask=a.example, geo=ru, ua, whois/country=RU
 *
 * Only own keys are read and nothing is stored by key, so that names such as `__proto__` are names
 * like any other. The record must not be nested deeper than a call stack bears; the readers'
 * limits see to that.
 */
export function contextOf(record: Readonly<Record<string, unknown>>): readonly ContextField[] {
  const context: ContextField[] = [];
  append(record, '', context);
  return context;
}

function append(
  fields: Readonly<Record<string, unknown>>,
  prefix: string,
  into: ContextField[],
): void {
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    const path = prefix === '' ? name : `${prefix}/${name}`;
    if (Array.isArray(value)) {
      const joined = value.map(scalarText).filter(isFilled).join(', ');
      if (joined !== '') into.push([path, joined]);
    } else if (isObject(value)) {
      append(value, path, into);
    } else {
      const text = scalarText(value);
      if (isFilled(text)) into.push([path, text]);
    }
  }
}

/** A text, number or truth value as text; undefined for everything else. */
export function scalarText(value: unknown): string | undefined {
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

function isFilled(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

/** Whether a value that JSON.parse gave is an object with fields. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
