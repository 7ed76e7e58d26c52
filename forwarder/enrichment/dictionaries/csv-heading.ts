import { CsvRow } from './csv-row.js';
import { tableError } from './table-error.js';

/** In the order in which they win where several fit as well. */
const delimiters = [';', ',', '\t', '|'] as const;
const mostShown = 20;

/** What the heading of a table says. */
export interface CsvHeading {
  readonly delimiter: number;
  /** Names of all columns, distinct: an empty one is `column_3`, the second `name` is `name_2`. */
  readonly names: readonly string[];
  /** Where the next row begins. */
  readonly next: number;
}

/**
 * Reads the row at `start` as the heading. The delimiter, where it is not given, is the one that
 * makes a column of the key's name; of several, the one that makes most columns. Throws ServiceError
 * TF_CONFIG where there is no such column; undefined: the row goes on behind `end`.
 */
export function readHeading(
  bytes: Buffer,
  range: { readonly start: number; readonly end: number; readonly isLast: boolean },
  wanted: { readonly key: string; readonly delimiter?: string | undefined },
  where: string,
): CsvHeading | undefined {
  const candidates = wanted.delimiter === undefined ? delimiters : [wanted.delimiter];
  let best: CsvHeading | undefined;
  for (const delimiter of candidates) {
    const row = new CsvRow(delimiter.charCodeAt(0));
    // Taking out doubled quotes changes the bytes, and other delimiters must see them as they were.
    const copy = Buffer.from(bytes.subarray(range.start, range.end));
    const next = row.scan(copy, 0, copy.length, range.isLast);
    if (next < 0) return undefined;
    if (row.fault !== undefined) continue;
    const heading = {
      delimiter: delimiter.charCodeAt(0),
      names: namesOf(copy, row),
      next: range.start + next,
    };
    if (best === undefined || isBetter(heading, best, wanted.key)) best = heading;
  }
  if (best?.names.includes(wanted.key) === true) return best;
  const shown = (best?.names ?? []).slice(0, mostShown).map((name) => JSON.stringify(name));
  throw tableError(
    where,
    `There is no column ${JSON.stringify(wanted.key)} in the heading of the dictionary.`,
    `Set key to the name of a column, letter case and all, or delimiter to what separates them. Columns found: ${shown.join(', ')}.`,
  );
}

function isBetter(one: CsvHeading, other: CsvHeading, key: string): boolean {
  const hasKey = one.names.includes(key);
  if (hasKey !== other.names.includes(key)) return hasKey;
  return one.names.length > other.names.length;
}

function namesOf(bytes: Buffer, row: CsvRow): readonly string[] {
  const taken = new Set<string>();
  /** The last number given to a name, so that many columns of one name are no quadratic search. */
  const numbers = new Map<string, number>();
  return Array.from({ length: row.count }, (_, cell) => {
    const text = bytes.toString('utf8', row.start(cell), row.end(bytes, cell));
    const base = text === '' ? `column_${cell + 1}` : text;
    let name = base;
    for (let number = numbers.get(base) ?? 2; taken.has(name); number++) {
      name = `${base}_${number}`;
      numbers.set(base, number + 1);
    }
    taken.add(name);
    return name;
  });
}
