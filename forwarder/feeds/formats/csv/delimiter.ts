import { cellsOf } from './row.js';
import { CsvRows } from './rows.js';

/** A line of the start of a file, by which its layout is known. */
export interface SampleLine {
  readonly line: number;
  readonly text: string;
}

/** A row of the start, in cells. */
export interface SampleRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** In the order in which they win where several fit as well; the first is the default. */
const delimiters = [';', ',', '\t', '|'] as const;

/** Whether a line is none of the table. */
export function isCommentLine(text: string): boolean {
  return text.trimStart().startsWith('#');
}

/** The good rows of the sample with that delimiter. */
export function sampleRows(lines: readonly SampleLine[], delimiter: string): readonly SampleRow[] {
  const rows = new CsvRows(delimiter, (row) => cellsOf(row, delimiter).ok);
  const sample: SampleRow[] = [];
  const take = (made: Iterable<{ line: number; text: string; isOpen: boolean }>): void => {
    for (const { line, text, isOpen } of made) {
      const cells = isOpen ? undefined : cellsOf(text, delimiter);
      if (cells?.ok === true) sample.push({ line, cells: cells.value });
    }
  };
  for (const { line, text } of lines) {
    if (rows.isOpen || (text.trim() !== '' && !isCommentLine(text))) take(rows.push(line, text));
  }
  take(rows.finish());
  return sample;
}

/** How many columns most rows have, and what share of the rows that is. */
export function usualColumns(rows: readonly SampleRow[]): { columns: number; share: number } {
  const counts = new Map<number, number>();
  for (const { cells } of rows) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  let columns = 1;
  let most = 0;
  for (const [count, times] of counts) {
    if (times > most || (times === most && count > columns)) [columns, most] = [count, times];
  }
  return { columns, share: rows.length === 0 ? 0 : most / rows.length };
}

/** The delimiter that cuts most rows into the same number of columns, two at least. */
export function findDelimiter(lines: readonly SampleLine[]): string {
  let best: { delimiter: string; columns: number; share: number } | undefined;
  for (const delimiter of delimiters) {
    const { columns, share } = usualColumns(sampleRows(lines, delimiter));
    if (columns < 2) continue;
    const isBetter =
      best === undefined || share > best.share || (share === best.share && columns > best.columns);
    if (isBetter) best = { delimiter, columns, share };
  }
  return best?.delimiter ?? delimiters[0];
}
