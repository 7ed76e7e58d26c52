import { bad, ServiceError, type ContextField, type FieldTree } from '../../core/index.js';
import {
  findDelimiter,
  isCommentLine,
  sampleRows,
  usualColumns,
  type SampleLine,
  type SampleRow,
} from './csv/delimiter.js';
import { layoutOf, type CsvLayout } from './csv/layout.js';
import { cellsOf } from './csv/row.js';
import { CsvRows, maxRowLength, type CsvRow } from './csv/rows.js';
import { longestRow, type FeedReader, type ReaderOptions } from './format.js';
import { recordResults, type RecordResult } from './json/record.js';
import { LineSplitter } from './line-splitter.js';
import { listIndicator } from './list/indicator.js';
import { readListLine } from './list/line.js';

/** How much of a file tells its layout. */
const mostSampleRows = 64;
const mostSampleLength = 65_536;
/** Text has no NUL; one among the first bytes tells another kind of file. */
const checkedBytes = 4096;
/** From this length on, the start of a file may end within a line. */
const wholeStartBytes = 2048;
/** What share of the first rows must have the same number of columns in a file that is a table. */
const tableShare = 0.8;

type Results = Generator<RecordResult, void, undefined>;

class CsvFileReader {
  private sample: SampleLine[] | undefined = [];
  private sampleRows = 0;
  private sampleLength = 0;
  private layout: CsvLayout | undefined;
  private rows: CsvRows | undefined;
  private readonly options: ReaderOptions;

  constructor(options: ReaderOptions) {
    this.options = options;
  }

  /** Takes the next line; gives what it, and lines kept before it, hold. */
  *line(line: number, text: string): Results {
    if (this.sample === undefined) {
      yield* this.read(line, text);
      return;
    }
    this.sample.push({ line, text });
    // Comments count for less: a long preamble must not hide the table.
    const weight = text.trim() === '' || isCommentLine(text) ? 1 / 16 : 1;
    this.sampleRows += weight;
    this.sampleLength += weight * text.length;
    const isEnough = this.sampleRows >= mostSampleRows || this.sampleLength >= mostSampleLength;
    if (isEnough) yield* this.decide();
  }

  *tooLong(record: number): Results {
    if (this.sample !== undefined) yield* this.decide();
    if (this.rows !== undefined) yield* this.readRows(this.rows.finish());
    const reason = `left out: longer than ${maxRowLength} bytes`;
    yield bad({ record, fault: 'limit', reason });
  }

  *end(): Results {
    if (this.sample !== undefined) yield* this.decide();
    if (this.rows !== undefined) yield* this.readRows(this.rows.finish());
  }

  private *decide(): Results {
    const lines = this.sample ?? [];
    this.sample = undefined;
    const layout = layoutOf(lines, this.options);
    if (!layout.ok) {
      const { message, hint } = layout.problem;
      throw new ServiceError('TF_FEED', message, { where: this.options.origin ?? 'feed', hint });
    }
    this.layout = layout.value;
    for (const { line, text } of lines) yield* this.read(line, text);
    // Comments alone: what comes after them decides.
    if (layout.value === undefined) {
      this.sample = [];
      this.sampleRows = 0;
      this.sampleLength = 0;
    }
  }

  private *read(line: number, text: string): Results {
    const isOpen = this.rows?.isOpen ?? false;
    if (!isOpen) {
      if (line === this.layout?.headingLine) {
        this.options.onPassed?.('heading');
        return;
      }
      if (text.trim() === '' || isCommentLine(text)) {
        this.options.onPassed?.(text.trim() === '' ? 'blank' : 'comment');
        return;
      }
    }
    if (this.layout === undefined) return;
    this.rows ??= rowsFor(this.layout);
    yield* this.readRows(this.rows.push(line, text));
  }

  private *readRows(rows: Iterable<CsvRow>): Results {
    if (this.layout !== undefined) for (const row of rows) yield* readRow(row, this.layout);
  }
}

function rowsFor({ delimiter, names }: CsvLayout): CsvRows {
  return new CsvRows(delimiter, (row) => {
    const cells = cellsOf(row, delimiter);
    return cells.ok && cells.value.length === names.length;
  });
}

function readRow(
  { line: record, text, isOpen }: CsvRow,
  { delimiter, names, find }: CsvLayout,
): readonly RecordResult[] {
  const row = text.slice(0, longestRow);
  const leftOut = (reason: string): readonly RecordResult[] => [
    bad({ record, fault: 'syntax', reason: `left out: ${reason}`, row }),
  ];
  if (isOpen) return leftOut('a quote is not closed');
  const parsed = cellsOf(text, delimiter);
  if (!parsed.ok) return leftOut(parsed.problem);
  const cells = parsed.value;
  // Some suppliers end each row with a delimiter.
  const hasEmptyRest = cells.slice(names.length).every((cell) => cell === '');
  if (cells.length < names.length || !hasEmptyRest) {
    return leftOut(`${cells.length} columns, not ${names.length}`);
  }
  const fields: FieldTree = Object.fromEntries(names.map((name, index) => [name, cells[index]]));
  return recordResults(record, fields, find(fields), () => text, contextOf(names, cells));
}

/** In the order of the columns, which an object with names such as `1` would not keep. */
function contextOf(names: readonly string[], cells: readonly string[]): readonly ContextField[] {
  const context: ContextField[] = [];
  names.forEach((name, index) => {
    const cell = cells[index] as string;
    if (cell !== '') context.push([name, cell]);
  });
  return context;
}

async function* read(
  bytes: AsyncIterable<Uint8Array>,
  options: ReaderOptions = {},
): AsyncGenerator<RecordResult, void, undefined> {
  const lines = new LineSplitter(maxRowLength);
  const file = new CsvFileReader(options);
  let offset = 0;
  function* take(): Results {
    if (!lines.hasLine) return;
    const text = lines.bytes.toString('utf8', lines.start, lines.end);
    if (lines.isTooLong) yield* file.tooLong(lines.number);
    else yield* file.line(lines.number, lines.number === 1 ? text.replace(/^\ufeff/, '') : text);
  }
  for await (const chunk of bytes) {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (offset < checkedBytes) refuseBinary(buffer, offset, options.origin ?? 'feed');
    let at = 0;
    while (at < buffer.length) {
      at = lines.scan(buffer, at);
      yield* take();
    }
    offset += buffer.length;
  }
  lines.finish();
  yield* take();
  yield* file.end();
}

function refuseBinary(buffer: Buffer, offset: number, origin: string): void {
  const at = buffer.subarray(0, checkedBytes - offset).indexOf(0);
  if (at < 0) return;
  throw new ServiceError('TF_FEED', 'The feed is no text: there is a NUL byte in it.', {
    where: `${origin}: byte ${offset + at}`,
    hint: 'Unpack it, or save it as UTF-8 text.',
  });
}

/**
 * A table: most of the first rows have the same number of columns, two at least, and a heading
 * names one as indicators usually are; without one, a column must look so and the file must be no
 * list, since `hash;family` and the lines of a hosts file are read better as such.
 */
function recognises(start: Uint8Array): boolean {
  if (start.includes(0)) return false;
  const texts = Buffer.from(start).toString('utf8').split(/\r?\n/);
  if (start.length >= wholeStartBytes && texts.length > 1) texts.pop();
  const lines = texts.map((text, index) => ({ line: index + 1, text }));
  const layout = layoutOf(lines, {});
  // What to do about a table of which no column is known is for its reader to say.
  if (!layout.ok) return isTable(lines) && !isList(texts);
  if (layout.value === undefined) return false;
  const { names, share, headingLine, knownBy } = layout.value;
  if (names.length < 2 || share < tableShare) return false;
  const isComment = isCommentLine(lines[headingLine - 1]?.text ?? '#');
  return (knownBy === 'heading' && !isComment) || !isList(texts);
}

function isTable(lines: readonly SampleLine[]): boolean {
  const rows = sampleRows(lines, findDelimiter(lines));
  const { columns, share } = usualColumns(rows);
  const holdsIndicator = ({ cells }: SampleRow): boolean =>
    cells.some((cell) => listIndicator(cell).ok);
  return rows.length > 1 && columns > 1 && share >= tableShare && rows.some(holdsIndicator);
}

function isList(lines: readonly string[]): boolean {
  let good = 0;
  let faulty = 0;
  for (const line of lines) {
    const { indicators, faults } = readListLine(line);
    if (indicators.length > 0) good += 1;
    else if (faults.length > 0) faulty += 1;
  }
  return good >= faulty;
}

/**
 * A table as text: CSV with any of `;`, `,`, tab and `|`, quotes as in RFC 4180, comments that begin
 * with `#`, with or without a heading (which may be a comment, as abuse.ch has it). See
 * docs/reference/feed-formats.md for how columns are known.
 *
 * The layout is decided by the first 64 rows, whatever the pieces they come in. A bad row is one
 * problem with its line number, and the rest goes on. A file of rows cannot tell that it is cut
 * short. One that is no text, or in which no column holds indicators, throws ServiceError TF_FEED.
 */
export const csv: FeedReader = {
  name: 'csv',
  summary: 'a table as text: columns separated by ; , tab or |, with or without a heading',
  recognises,
  read,
};
