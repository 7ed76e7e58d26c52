import { open } from 'node:fs/promises';
import { extname } from 'node:path';

import { readCsv, type TableSettings } from './read-csv.js';
import { readJson } from './read-json.js';
import type { RowOutcome, Table } from './table.js';
import { asTableError, sizeOfFile, tableError } from './table-error.js';

/** A dictionary's rows, and how many of the file there are. */
export interface OpenedTable {
  readonly table: Table;
  readonly taken: number;
  /** Rows in whose place a later one with the same key is found. */
  readonly duplicates: number;
  readonly withoutKey: number;
}

const byteOrderMark = Buffer.from('\ufeff');
const startBytes = 4096;
/** The largest file that can be read as a whole. */
const mostJsonBytes = 2 ** 31 - 1;
const jsonEndings: ReadonlySet<string> = new Set(['.json', '.jsonl', '.ndjson']);

/** Reads a CSV or a JSON file. Throws ServiceError TF_CONFIG. */
export async function openTable(settings: TableSettings): Promise<OpenedTable> {
  const { path } = settings;
  try {
    const size = await sizeOfFile(path);
    const start = await readStart(path);
    const from = start.indexOf(byteOrderMark) === 0 ? byteOrderMark.length : 0;
    requireKnownEncoding(start, path);
    const counts: Record<RowOutcome, number> = { taken: 0, duplicate: 0, no_key: 0, full: 0 };
    const count = (outcome: RowOutcome): void => {
      counts[outcome] += 1;
    };
    const isTree = isJson(path, start.subarray(from));
    if (isTree && size > mostJsonBytes) {
      throw tableError(path, 'A JSON file of more than 2 GiB cannot be read.', 'Save it as CSV.');
    }
    const table = await (isTree ? readJson : readCsv)(settings, from, count);
    const { taken, duplicate: duplicates, no_key: withoutKey } = counts;
    return { table, taken, duplicates, withoutKey };
  } catch (error) {
    throw asTableError(error, path);
  }
}

async function readStart(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(startBytes), 0, startBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function requireKnownEncoding(start: Buffer, path: string): void {
  const mark = start.toString('latin1', 0, 2);
  if (mark !== '\xff\xfe' && mark !== '\xfe\xff') return;
  throw tableError(`${path}:1`, 'The dictionary is in UTF-16.', 'Save it as UTF-8 text.');
}

/** By the ending of its name, and where that says nothing by its first character. */
function isJson(path: string, start: Buffer): boolean {
  const ending = extname(path).toLowerCase();
  if (ending === '.csv') return false;
  return jsonEndings.has(ending) || /^\s*[[{]/.test(start.toString('latin1'));
}
