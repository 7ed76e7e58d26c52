import { nearest } from '../../../../config/nearest.js';
import type { KlFields, KlValue } from '../../../../lookup/kl-fields.js';
import { printable } from '../../table.js';
import { usage } from '../lookup-options.js';
import type { RowsWanted } from '../lookup-options.js';
import { cellsOf, cellText } from './csv-cells.js';
import { markLength } from './record-reader.js';
import { splitEnd, toBytes, toText } from './row-format.js';
import type { ParsedRow, RowFormat } from './row-format.js';

type CsvWanted = Extract<RowsWanted['format'], { readonly kind: 'csv' }>;

/** CSV whose first row is known. */
export interface CsvFormat extends RowFormat {
  /** The heading with the new columns; empty when there is none. */
  readonly heading: string;
}

/** What is between the cells of a first row: comma, else semicolon or tab, whichever is there. */
export function delimiterOf(firstRow: string, { delimiter }: CsvWanted): string {
  if (delimiter !== undefined) return delimiter;
  const outside = firstRow.replace(/"[^"]*"/g, '');
  return [',', ';', '\t'].find((one) => outside.includes(one)) ?? ',';
}

/**
 * How rows with this first row are read and written. Each gets one cell for each of the columns: list
 * entries are joined by `, `, what is absent is empty. Throws ServiceError TF_USAGE when there is no
 * such column.
 */
export function csvFormat(
  firstRow: string,
  wanted: CsvWanted,
  columns: readonly string[],
  name: string,
): CsvFormat {
  const delimiter = delimiterOf(firstRow, wanted);
  const [first, lineEnd] = splitEnd(firstRow, '\n');
  const headings = cellsOf(first.slice(markLength(first)), delimiter);
  const names = wanted.hasHeading ? headings.map(toText) : [];
  const at = placeOf(wanted.column, names, headings.length, name);
  const there = columns.find((column) => names.includes(`$${column}`));
  if (there !== undefined) {
    throw usage(
      name,
      `it has a column $${there} already`,
      'name other --fields, or the file of before',
    );
  }
  const added = columns
    .map((column) => `${delimiter}${cellText(`$${column}`, delimiter)}`)
    .join('');
  return {
    heading: wanted.hasHeading ? `${first}${added}${lineEnd}` : '',
    parse: (record) => parse(record, delimiter, at, headings.length, lineEnd),
    addition: (fields) => additionOf(fields, columns, delimiter),
  };
}

function parse(
  record: string,
  delimiter: string,
  at: number,
  width: number,
  lineEnd: string,
): ParsedRow {
  const [row, tail] = splitEnd(record, lineEnd);
  if (row === '') return { head: row, tail, value: undefined, isWhole: false };
  const cells = cellsOf(row.slice(markLength(row)), delimiter);
  // A short row is made as long as the heading, so that the new cells stand in their columns.
  const missing = delimiter.repeat(Math.max(0, width - cells.length));
  const cell = cells[at];
  return {
    head: row + missing,
    tail,
    value: cell === undefined ? undefined : toText(cell),
    isWhole: true,
  };
}

function additionOf(fields: KlFields, columns: readonly string[], delimiter: string): string {
  if (fields.size === 0) return delimiter.repeat(columns.length);
  const cells = columns.map((column) => cellText(textOf(fields.get(column)), delimiter));
  return toBytes(cells.map((cell) => delimiter + cell).join(''));
}

function textOf(value: KlValue | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'object' ? value.join(', ') : String(value);
}

function placeOf(column: string, names: readonly string[], width: number, file: string): number {
  const exact = placesOf(names, (name) => name === column);
  const wanted = column.toLowerCase();
  const places =
    exact.length > 0 ? exact : placesOf(names, (name) => name.trim().toLowerCase() === wanted);
  const [place, another] = places;
  if (another !== undefined) {
    const numbers = places.map((at) => at + 1).join(', ');
    throw usage('--column', `${file} has several columns "${column}"`, `name one of ${numbers}`);
  }
  if (place !== undefined) return place;
  if (/^\d+$/.test(column)) {
    const number = Number(column);
    if (number >= 1 && number <= width) return number - 1;
    throw usage(
      '--column',
      `${file} has ${width} columns`,
      `name one, or its number: 1 to ${width}`,
    );
  }
  const near = nearest(column, names);
  // What a stranger wrote into a heading is not to reach the terminal as it is.
  const known = names.slice(0, 20).map((name) => printable(name, 60));
  throw usage(
    '--column',
    `${file} has no column "${column}"`,
    near !== undefined
      ? `perhaps "${printable(near, 60)}" is meant`
      : names.length === 0
        ? `name its number: 1 to ${width}`
        : `name one of ${known.join(', ')}`,
  );
}

function placesOf(names: readonly string[], isIt: (name: string) => boolean): readonly number[] {
  return names.flatMap((name, at) => (isIt(name) ? [at] : []));
}
