import { normaliseHash } from '../../../normalise/index.js';
import type { SampleRow } from './delimiter.js';
import type { FieldRule } from '../format.js';
import { listIndicator } from '../list/indicator.js';
import { namesOrUrls } from './names-or-urls.js';
import { usualField } from '../usual-fields.js';

/** Names for all columns, distinct: the heading's, or `column_1` and so on. */
export function columnNames(
  heading: readonly string[] | undefined,
  columns: number,
): readonly string[] {
  const taken = new Set<string>();
  /** The last number given to a name, so that 30,000 columns of one name are no quadratic search. */
  const numbers = new Map<string, number>();
  return Array.from({ length: columns }, (_, index) => {
    const name = heading?.[index] ?? '';
    const base = name === '' ? `column_${index + 1}` : name;
    let unique = base;
    for (let number = numbers.get(base) ?? 2; taken.has(unique); number++) {
      unique = `${base}_${number}`;
      numbers.set(base, number + 1);
    }
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
type Looks = 'hash' | 'address' | 'url' | 'weak' | 'none';

function looksOf(cell: string): Looks {
  if (normaliseHash(cell) !== undefined) return 'hash';
  const reading = listIndicator(cell);
  if (!reading.ok) return 'none';
  const { kind } = reading.value;
  if (kind === 'domain') return 'weak';
  return kind === 'url' ? 'url' : 'address';
}

/** Whether a text may name a column: it is no indicator, and no number. */
export function mayBeName(cell: string): boolean {
  if (usualField(cell) !== undefined) return true;
  return cell.length <= 64 && /\p{L}/u.test(cell) && looksOf(cell) === 'none';
}

/** Words of headings over what only tells of an indicator: where to read more, who was aimed at. */
const describingWords: ReadonlySet<string> = new Set(
  ['link', 'links', 'href', 'permalink', 'reference', 'references', 'ref', 'refs', 'report'].concat(
    ['reports', 'article', 'blog', 'details', 'detail', 'info', 'documentation', 'homepage'],
    ['referrer', 'referer', 'target', 'targets', 'victim', 'victims', 'brand', 'vendor', 'source'],
  ),
);

function describes(name: string): boolean {
  return name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[-_. ]+/)
    .some((word) => describingWords.has(word));
}

/**
 * The columns whose values look like indicators in most of the first rows: the first one that
 * cannot be anything else, and where that holds hashes all that do; else the first that holds names.
 * URLs and names under a heading such as `link` or `referrer` are none; nor are URLs where a column
 * before them holds the names that they tell of (see namesOrUrls). None where that is not sure:
 * a wrong column would detect every visit of somebody's report.
 */
export function columnsByLooks(
  rows: readonly SampleRow[],
  names: readonly string[],
): readonly FieldRule[] {
  const looks = names.map((name, column): Looks => {
    const look = looksOfColumn(rows, column);
    return (look === 'url' || look === 'weak') && describes(name) ? 'none' : look;
  });
  const rulesAt = (columns: readonly number[]): readonly FieldRule[] =>
    columns.map((column) => ({ path: names[column] as string, kind: 'any' }));
  const first = looks.findIndex((look) => look !== 'weak' && look !== 'none');
  const weak = looks.indexOf('weak');
  switch (looks[first]) {
    case undefined:
      return rulesAt(weak < 0 ? [] : [weak]);
    case 'hash':
      return rulesAt(looks.flatMap((look, column) => (look === 'hash' ? [column] : [])));
    case 'url':
      return rulesAt(weak >= 0 && weak < first ? namesOrUrls(rows, weak, first) : [first]);
    default:
      return rulesAt([first]);
  }
}

function looksOfColumn(rows: readonly SampleRow[], column: number): Looks {
  const count = { hash: 0, address: 0, url: 0, weak: 0, none: 0 };
  let filled = 0;
  for (const { cells } of rows) {
    const cell = cells[column] ?? '';
    if (cell === '') continue;
    filled += 1;
    count[looksOf(cell)] += 1;
  }
  const isMost = (part: number): boolean => filled > 0 && part * 2 >= filled;
  if (isMost(count.hash)) return 'hash';
  const strong = count.hash + count.address + count.url;
  if (isMost(strong)) return count.url * 2 > strong ? 'url' : 'address';
  return isMost(strong + count.weak) ? 'weak' : 'none';
}
