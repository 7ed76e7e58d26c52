import type { KlValue } from '../kl-fields.js';
import type { ColumnField, ContactsField, Field, RangeField, SumField } from './field.js';
import { entriesOf, own, placeIn, rowsOf, taken } from './reply.js';

function listOf(
  entries: readonly (string | number)[],
  isKept = false,
): readonly (string | number)[] | undefined {
  const given = isKept ? entries : [...new Set(entries)];
  return given.length === 0 ? undefined : given;
}

function readColumn(report: unknown, field: ColumnField): KlValue | undefined {
  const entries = rowsOf(placeIn(report, field.at)).flatMap((row) => {
    if (field.zone !== undefined && own(row, 'Zone') !== field.zone) return [];
    for (const key of field.keys) {
      const found = entriesOf(own(row, key), field.takes);
      if (found.length > 0) return found;
    }
    return [];
  });
  return listOf(entries, field.isKept);
}

function readRange(report: unknown, field: RangeField): string | undefined {
  const place = placeIn(report, field.at);
  for (const [firstKey, lastKey] of field.pairs) {
    const first = taken(own(place, firstKey), 'text');
    const last = taken(own(place, lastKey), 'text');
    if (first !== undefined && last !== undefined) return `${first}-${last}`;
  }
  return undefined;
}

function readSum(report: unknown, field: SumField): number | undefined {
  const place = placeIn(report, field.at);
  const counts = (Array.isArray(place) ? rowsOf(place) : [place]).flatMap((row) => {
    const count = taken(own(row, field.key), 'number');
    return typeof count === 'number' ? [count] : [];
  });
  if (counts.length === 0) return undefined;
  const sum = counts.reduce((total, count) => total + count, 0);
  return Number.isFinite(sum) ? sum : undefined;
}

/**
 * What a reply has for a field. Undefined for a section, object or key that is absent, null, empty or
 * of another type than documented: data that is not there leaves the field out. Whatever the reply, it
 * throws nothing; only keys of the reply's own are read, and nothing is walked that no table names.
 */
export function readField(
  report: unknown,
  field: Exclude<Field, ContactsField>,
): KlValue | undefined {
  switch (field.shape) {
    case 'value': {
      const place = placeIn(report, field.at);
      for (const key of field.keys) {
        const found = taken(own(place, key), field.takes);
        if (found !== undefined) return found;
      }
      return undefined;
    }
    case 'list':
      return listOf(entriesOf(own(placeIn(report, field.at), field.key), 'text'));
    case 'column':
      return readColumn(report, field);
    case 'range':
      return readRange(report, field);
    case 'sum':
      return readSum(report, field);
    default:
      return field satisfies never;
  }
}
