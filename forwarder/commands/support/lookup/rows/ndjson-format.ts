import type { KlFields } from '../../../../lookup/kl-fields.js';
import { markLength } from './record-reader.js';
import { splitEnd, toBytes, toText } from './row-format.js';
import type { ParsedRow, RowFormat } from './row-format.js';

/**
 * Lines that are JSON objects: fields become keys of their own, `$KLZone`, behind those that are there.
 * The rest of the line stays as it was written, so long numbers keep all their digits. `columns`: those
 * that may be added; `undefined`: all there are.
 */
export function ndjsonFormat(field: string, columns: readonly string[] | undefined): RowFormat {
  const path = field.split('.');
  return {
    parse: (record) => parse(record, field, path),
    addition: (fields) => additionOf(fields, columns),
  };
}

function parse(record: string, field: string, path: readonly string[]): ParsedRow {
  const [line, tail] = splitEnd(record, '\n');
  const unchanged = { head: line, tail, value: undefined, isWhole: false };
  const closing = line.lastIndexOf('}');
  if (closing < 0) return unchanged;
  let value: unknown;
  try {
    value = JSON.parse(toText(line.slice(markLength(line))));
  } catch {
    return unchanged;
  }
  const found = valueAt(value, field, path);
  if (found === undefined) return unchanged;
  return {
    head: line.slice(0, closing),
    tail: line.slice(closing) + tail,
    value: found,
    isWhole: true,
  };
}

/** The key as it is named, also when there are dots in it; else what is inside. */
function valueAt(value: unknown, field: string, path: readonly string[]): string | undefined {
  if (!isObject(value)) return undefined;
  const whole = Object.hasOwn(value, field) ? value[field] : undefined;
  if (typeof whole === 'string') return whole;
  let at: unknown = value;
  for (const key of path) {
    if (!isObject(at) || !Object.hasOwn(at, key)) return undefined;
    at = at[key];
  }
  return typeof at === 'string' ? at : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function additionOf(fields: KlFields, columns: readonly string[] | undefined): string {
  const entries =
    columns === undefined
      ? [...fields]
      : columns.flatMap((name) => {
          const value = fields.get(name);
          return value === undefined ? [] : [[name, value] as const];
        });
  return toBytes(
    entries
      .map(([name, value]) => `,${JSON.stringify(`$${name}`)}:${JSON.stringify(value)}`)
      .join(''),
  );
}
