import { open } from 'node:fs/promises';

import { readHeading } from './csv-heading.js';
import { CsvRow } from './csv-row.js';
import { mostRowBytes } from './row-store.js';
import { Table, type RowOutcome } from './table.js';
import { requireText, tableError, tooLarge } from './table-error.js';

/** Read at a time; between two pieces the rest of the service gets its turn. */
const pieceBytes = 262_144;
const lineFeed = 0x0a;

export interface TableSettings {
  readonly path: string;
  readonly key: string;
  /** Of a CSV file. */
  readonly delimiter?: string | undefined;
}

/** Rows of a CSV file that come in pieces, whose bytes it may change. */
class CsvReader {
  readonly #settings: TableSettings;
  readonly #onRow: (outcome: RowOutcome) => void;
  readonly #table: Table;
  /** Number of the line that comes next. */
  #line = 1;
  #row: CsvRow | undefined;
  /** The number that the table has for the name of each column. */
  #columns: readonly number[] = [];

  constructor(settings: TableSettings, onRow: (outcome: RowOutcome) => void) {
    this.#settings = settings;
    this.#onRow = onRow;
    this.#table = new Table(settings.key);
  }

  /** Takes the whole rows of a piece; how many bytes that were. */
  take(bytes: Buffer, isLast: boolean): number {
    const whole = isLast ? bytes.length : bytes.lastIndexOf(lineFeed) + 1;
    requireText(bytes.subarray(0, whole), this.#settings.path, this.#line);
    let at = 0;
    while (at < bytes.length) {
      const end =
        this.#row === undefined ? this.#heading(bytes, at, isLast) : this.#data(bytes, at, isLast);
      if ((end < 0 ? bytes.length : end) - at > mostRowBytes) {
        throw this.#fault(`it is longer than ${mostRowBytes} bytes, or a quote is not closed`);
      }
      if (end < 0) break;
      at = end;
    }
    return at;
  }

  finish(): Table {
    if (this.#row !== undefined) return this.#table;
    const { path } = this.#settings;
    throw tableError(path, 'The dictionary is empty.', 'Its first row must name the columns.');
  }

  #heading(bytes: Buffer, start: number, isLast: boolean): number {
    if (bytes[start] === lineFeed) return this.#passLine(start);
    const range = { start, end: bytes.length, isLast };
    const heading = readHeading(
      bytes,
      range,
      this.#settings,
      `${this.#settings.path}:${this.#line}`,
    );
    if (heading === undefined) return -1;
    this.#columns = heading.names.map((name) => {
      const number = this.#table.numberOf(name);
      if (number === undefined) throw this.#fault('it has too many columns');
      return number;
    });
    this.#row = new CsvRow(heading.delimiter);
    this.#line += linesIn(bytes, start, heading.next);
    return heading.next;
  }

  #data(bytes: Buffer, start: number, isLast: boolean): number {
    const row = this.#row as CsvRow;
    const next = row.scan(bytes, start, bytes.length, isLast);
    if (next < 0) return next;
    if (row.fault !== undefined) throw this.#fault(row.fault);
    const isBlank = row.count === 1 && row.isEmpty(0);
    if (!isBlank) this.#onRow(this.#add(bytes, row, next - start));
    this.#line += row.isQuoted ? linesIn(bytes, start, next) : 1;
    return next;
  }

  #add(bytes: Buffer, row: CsvRow, length: number): RowOutcome {
    const columns = this.#columns;
    if (row.count < columns.length || this.#hasMore(row)) {
      throw this.#fault(`it has ${row.count} columns, the heading has ${columns.length}`);
    }
    if (!this.#table.begin(columns.length, length)) throw tooLarge(this.#settings.path);
    for (let cell = 0; cell < columns.length; cell++) {
      const end = row.end(bytes, cell);
      this.#table.add(columns[cell] as number, bytes, row.start(cell), end);
    }
    return this.#table.end();
  }

  /** Some programs end each row with a delimiter: empty cells behind the last column do not count. */
  #hasMore(row: CsvRow): boolean {
    for (let cell = this.#columns.length; cell < row.count; cell++) {
      if (!row.isEmpty(cell)) return true;
    }
    return false;
  }

  #passLine(start: number): number {
    this.#line += 1;
    return start + 1;
  }

  #fault(why: string): Error {
    return tableError(
      `${this.#settings.path}:${this.#line}`,
      `The row of the dictionary is none: ${why}.`,
      'Correct the row; a quote inside a quoted cell is written twice. What separates the columns can be set as delimiter.',
    );
  }
}

function linesIn(bytes: Buffer, start: number, end: number): number {
  let lines = 0;
  for (let at = bytes.indexOf(lineFeed, start); at >= 0 && at < end; lines++) {
    at = bytes.indexOf(lineFeed, at + 1);
  }
  return lines;
}

/** Reads a CSV file from byte `start` on. Throws ServiceError TF_CONFIG for the first bad row. */
export async function readCsv(
  settings: TableSettings,
  start: number,
  onRow: (outcome: RowOutcome) => void,
): Promise<Table> {
  const reader = new CsvReader(settings, onRow);
  const file = await open(settings.path);
  try {
    const buffer = Buffer.allocUnsafeSlow(mostRowBytes + pieceBytes);
    let filled = 0;
    for (let position = start; ;) {
      // There always is room: what is left of the piece before is one row at most.
      const { bytesRead } = await file.read(buffer, filled, pieceBytes, position);
      position += bytesRead;
      filled += bytesRead;
      const used = reader.take(buffer.subarray(0, filled), bytesRead === 0);
      buffer.copyWithin(0, used, filled);
      filled -= used;
      if (bytesRead === 0) return reader.finish();
    }
  } finally {
    await file.close();
  }
}
