import { readFile } from 'node:fs/promises';
import { setImmediate as otherWork } from 'node:timers/promises';

import { flatFields, isObject, parseExactJson } from '../../core/index.js';
import { JsonFault, mostDepth, recordRanges, type RecordRange } from './json-records.js';
import type { TableSettings } from './read-csv.js';
import { mostNames, mostRowBytes } from './row-store.js';
import { Table, type RowOutcome } from './table.js';
import { requireText, tableError, tooLarge } from './table-error.js';

/** After so many bytes of records the rest of the service gets its turn. */
const turnBytes = 1_048_576;
const lineFeed = 0x0a;

/**
 * Reads a JSON file; while it is read, all its bytes are in memory. Throws ServiceError TF_CONFIG for
 * the first record that is none.
 */
export async function readJson(
  { path, key }: TableSettings,
  start: number,
  onRow: (outcome: RowOutcome) => void,
): Promise<Table> {
  const bytes = await readFile(path);
  requireText(bytes, path, 1);
  const table = new Table(key);
  let turnEnds = turnBytes;
  try {
    for (const range of recordRanges(bytes, key, start)) {
      const outcome = addRecord(table, bytes, range);
      if (outcome === 'full') throw tooLarge(path);
      onRow(outcome);
      if (range.end > turnEnds) {
        turnEnds = range.end + turnBytes;
        await otherWork();
      }
    }
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    throw tableError(
      `${path}:${lineOf(bytes, error.at)}`,
      `The dictionary is no JSON of records: ${error.message}.`,
      'Give a list of objects, an object with one such list, or one object a line.',
    );
  }
  return table;
}

function addRecord(table: Table, bytes: Buffer, { start, end }: RecordRange): RowOutcome {
  if (end - start > mostRowBytes) {
    throw new JsonFault(start, `the record is longer than ${mostRowBytes} bytes`);
  }
  const parsed = parseExactJson(bytes.toString('utf8', start, end));
  if (!parsed.ok) throw new JsonFault(start, `the record is no JSON: ${parsed.problem}`);
  if (!isObject(parsed.value)) throw new JsonFault(start, 'the record is no object');
  const fields = flatFields(parsed.value, { fields: mostNames, depth: mostDepth + 1 });
  if (fields === undefined)
    throw new JsonFault(start, `the record has more than ${mostNames} fields`);
  const texts = fields.map(([name, text]) => ({ name, text: Buffer.from(text) }));
  const length = texts.reduce((sum, { text }) => sum + text.length, 0);
  if (!table.begin(texts.length, length)) return 'full';
  for (const { name, text } of texts) {
    const number = table.numberOf(name);
    if (number === undefined) {
      throw new JsonFault(start, `the records have more than ${mostNames} names of fields`);
    }
    table.add(number, text, 0, text.length);
  }
  return table.end();
}

function lineOf(bytes: Buffer, end: number): number {
  let line = 1;
  for (let at = bytes.indexOf(lineFeed); at >= 0 && at < end; line++) {
    at = bytes.indexOf(lineFeed, at + 1);
  }
  return line;
}
