import { normaliseHash } from '../../normalise/index.js';
import type { SampleRow } from './csv-delimiter.js';
import type { FieldRule } from './format.js';
import { listIndicator } from './list-indicator.js';
import { usualField } from './usual-fields.js';

/** Names for all columns, distinct: the heading's, or `column_1` and so on. */
export function columnNames(
  heading: readonly string[] | undefined,
  columns: number,
): readonly string[] {
  const taken = new Set<string>();
  return Array.from({ length: columns }, (_, index) => {
    const name = heading?.[index] ?? '';
    const base = name === '' ? `column_${index + 1}` : name;
    let unique = base;
    for (let number = 2; taken.has(unique); number++) unique = `${base}_${number}`;
    taken.add(unique);
    return unique;
  });
}

/** The column a configured field means: its heading, in any letter case, or its number from 1. */
export function columnOf(path: string, names: readonly string[]): string | undefined {
  const wanted = path.trim().toLowerCase();
  const byName =
    names.find((name) => name === path) ?? names.find((name) => name.toLowerCase() === wanted);
  return byName ?? (/^\d+$/.test(wanted) ? names[Number(wanted) - 1] : undefined);
}

/** How surely a value is an indicator. `weak`: a name with a dot, which may be that of a file. */
type Looks = 'hash' | 'strong' | 'weak' | 'none';

function looksOf(cell: string): Looks {
  if (normaliseHash(cell) !== undefined) return 'hash';
  const reading = listIndicator(cell);
  if (!reading.ok) return 'none';
  return reading.value.kind === 'domain' ? 'weak' : 'strong';
}

/** Whether a text may name a column: it is no indicator, and no number. */
export function mayBeName(cell: string): boolean {
  if (usualField(cell) !== undefined) return true;
  return cell.length <= 64 && /\p{L}/u.test(cell) && looksOf(cell) === 'none';
}

/**
 * The columns whose values look like indicators in most of the first rows: the first one that
 * cannot be anything else, and where that holds hashes all that do; else the first that holds names.
 */
export function columnsByLooks(
  rows: readonly SampleRow[],
  names: readonly string[],
): readonly FieldRule[] {
  const looks = names.map((_, column) => looksOfColumn(rows, column));
  const ruleAt = (column: number): FieldRule => ({ path: names[column] as string, kind: 'any' });
  const first = looks.findIndex((look) => look === 'hash' || look === 'strong');
  if (first < 0) {
    const weak = looks.indexOf('weak');
    return weak < 0 ? [] : [ruleAt(weak)];
  }
  if (looks[first] === 'strong') return [ruleAt(first)];
  return looks.flatMap((look, column) => (look === 'hash' ? [ruleAt(column)] : []));
}

function looksOfColumn(rows: readonly SampleRow[], column: number): Looks {
  const count = { hash: 0, strong: 0, weak: 0, none: 0 };
  let filled = 0;
  for (const { cells } of rows) {
    const cell = cells[column] ?? '';
    if (cell === '') continue;
    filled += 1;
    count[looksOf(cell)] += 1;
  }
  const isMost = (part: number): boolean => filled > 0 && part * 2 >= filled;
  if (isMost(count.hash)) return 'hash';
  if (isMost(count.hash + count.strong)) return 'strong';
  return isMost(count.hash + count.strong + count.weak) ? 'weak' : 'none';
}
