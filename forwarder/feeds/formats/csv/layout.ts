import { bad, ok, type FieldTree, type Result } from '../../../core/index.js';
import { indicatorsByFields } from '../../field-indicators.js';
import { columnNames, columnOf, columnsByLooks, mayBeName } from './columns.js';
import {
  findDelimiter,
  isCommentLine,
  sampleRows,
  usualColumns,
  type SampleLine,
  type SampleRow,
} from './delimiter.js';
import { cellsOf } from './row.js';
import type { FieldRule, ReaderOptions } from '../format.js';
import type { IndicatorFinder } from '../json/record.js';
import { usualField, usualIndicators } from '../usual-fields.js';

/** How a table is read, decided once by its first lines. */
export interface CsvLayout {
  readonly delimiter: string;
  /** Names of all columns, distinct. */
  readonly names: readonly string[];
  /** The line that names the columns, or 0. */
  readonly headingLine: number;
  /** What share of the first rows has that many columns. */
  readonly share: number;
  /** How the columns with indicators are known. */
  readonly knownBy: 'configuration' | 'heading' | 'looks';
  readonly find: IndicatorFinder;
}

/** Why a table cannot be read, and what can be done. */
export interface LayoutProblem {
  readonly message: string;
  readonly hint: string;
}

interface Heading {
  readonly line: number;
  readonly cells: readonly string[];
}

/** The layout by the first lines; undefined where there are none but comments and blanks. */
export function layoutOf(
  lines: readonly SampleLine[],
  options: ReaderOptions,
): Result<CsvLayout | undefined, LayoutProblem> {
  const delimiter = options.delimiter ?? findDelimiter(lines);
  const rows = sampleRows(lines, delimiter);
  if (rows.length === 0) {
    const isTable = lines.some(({ text }) => text.trim() !== '' && !isCommentLine(text));
    return isTable ? bad(noRow) : ok(undefined);
  }
  const heading = headingOf(lines, rows, delimiter, options.fields);
  const data = rows.filter(({ line }) => line !== heading?.line);
  const { columns, share } = usualColumns(data.length === 0 ? rows : data);
  const names = columnNames(heading?.cells, heading?.cells.length ?? columns);
  const found = finderOf(data, names, heading !== undefined, options.fields);
  if (!found.ok) return found;
  return ok({ delimiter, names, headingLine: heading?.line ?? 0, share, ...found.value });
}

function finderOf(
  rows: readonly SampleRow[],
  names: readonly string[],
  hasHeading: boolean,
  fields: readonly FieldRule[] | undefined,
): Result<Pick<CsvLayout, 'knownBy' | 'find'>, LayoutProblem> {
  if (fields !== undefined) {
    const rules: FieldRule[] = [];
    for (const { path, kind } of fields) {
      const column = columnOf(path, names);
      if (column === undefined)
        return bad(noColumn(`There is no column "${path}" in the feed.`, names));
      rules.push({ path: column, kind });
    }
    return ok({ knownBy: 'configuration', find: byRules(rules) });
  }
  if (hasHeading && names.some((name) => usualField(name) !== undefined)) {
    return ok({ knownBy: 'heading', find: withoutTexts(rows, names) });
  }
  const rules = columnsByLooks(rows, names);
  if (rules.length > 0) return ok({ knownBy: 'looks', find: byRules(rules) });
  return bad(noColumn('No column of the feed holds indicators.', names));
}

/**
 * By the usual names, but for a column such as `ioc` that holds descriptions (`Possible C2 IP`): no
 * indicator has blanks within.
 */
function withoutTexts(rows: readonly SampleRow[], names: readonly string[]): IndicatorFinder {
  const texts = names.filter((name, column) => {
    const filled = rows.flatMap(({ cells }) => cells[column] || []);
    const isAny = usualField(name)?.kind === 'any';
    return isAny && filled.length > 0 && filled.every((cell) => /\s/.test(cell));
  });
  if (texts.length === 0) return usualIndicators;
  return (record) =>
    usualIndicators(
      Object.fromEntries(Object.entries(record).filter(([name]) => !texts.includes(name))),
    );
}

function byRules(rules: readonly FieldRule[]): IndicatorFinder {
  return (record: FieldTree) => indicatorsByFields(record, rules);
}

const noRow: LayoutProblem = {
  message: 'No row at the start of the feed can be read: its quotes do not pair.',
  hint: 'Fetch the file again; quotes inside a quoted cell are written twice.',
};

function noColumn(message: string, names: readonly string[]): LayoutProblem {
  const shown = names.slice(0, 20).map((name, index) => `${index + 1} ${JSON.stringify(name)}`);
  return {
    message,
    hint: `Name the columns in fields of the feed's entry, by heading or number, such as { "2": url }; or set delimiter. Columns found: ${shown.join(', ')}.`,
  };
}

/**
 * The first row of the table, or the comment directly before it, where it names the columns. Lines
 * above it, such as a title, that have another number of columns are none of the table.
 */
function headingOf(
  lines: readonly SampleLine[],
  rows: readonly SampleRow[],
  delimiter: string,
  fields: readonly FieldRule[] | undefined,
): Heading | undefined {
  const isNamed = (cell: string): boolean =>
    usualField(cell) !== undefined ||
    (fields?.some(({ path }) => !/^\d+$/.test(path) && columnOf(path, [cell]) !== undefined) ??
      false);
  const holdsNames = (cells: readonly string[]): boolean =>
    cells.length > 0 && cells.every((cell) => cell === '' || isNamed(cell) || mayBeName(cell));
  const isKnown = (cells: readonly string[]): boolean => holdsNames(cells) && cells.some(isNamed);
  const { columns } = usualColumns(rows);
  const isOfTable = ({ cells }: SampleRow): boolean => cells.length === columns || isKnown(cells);
  const index = rows.findIndex(isOfTable);
  const first = rows[index];
  if (first === undefined) return undefined;
  const others = rows.slice(index + 1);
  if (isKnown(first.cells)) return first;
  if (
    holdsNames(first.cells) &&
    columnsByLooks(others, columnNames(undefined, columns)).length > 0
  ) {
    return first;
  }
  const before = lines[lines.findIndex(({ line }) => line === first.line) - 1];
  if (before === undefined || !isCommentLine(before.text)) return undefined;
  const parsed = cellsOf(before.text.trim().replace(/^#+/, ''), delimiter);
  if (!parsed.ok || parsed.value.length < 2 || parsed.value.length !== columns) return undefined;
  const isHeading = isKnown(parsed.value) || (holdsNames(parsed.value) && others.length > 0);
  return isHeading ? { line: before.line, cells: parsed.value } : undefined;
}
