import { zones, type Zone } from '../lookup-object.js';
import { column, type ColumnField } from './field.js';

type Spelling = string | { readonly name: string; readonly alias: string };

/**
 * One list for each zone that rows can have: `KLRedSubdomains`, `KLOrangeSubdomains`, … The original
 * plugin has no Orange and drops such rows.
 *
 * @param nameOf Name for a zone, with the right spelling where the original's is wrong.
 */
export function byZone(
  at: string,
  key: string,
  nameOf: (zone: Zone) => Spelling,
  more: Pick<ColumnField, 'isKept'> = {},
): readonly ColumnField[] {
  return zones.map((zone) => {
    const spelling = nameOf(zone);
    if (typeof spelling === 'string') return column(spelling, at, key, { zone, ...more });
    return column(spelling.name, at, key, { alias: spelling.alias, zone, ...more });
  });
}
