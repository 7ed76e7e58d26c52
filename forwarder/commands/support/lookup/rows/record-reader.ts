import { states, stateAfter } from './csv-cells.js';
import type { State } from './csv-cells.js';
import { usage } from '../lookup-options.js';

/** A row as it stands in the input: bytes as characters (latin1), its line end included. */
export interface RawRecord {
  readonly text: string;
  /** Bytes of the input up to the end of this row. */
  readonly end: number;
}

export interface RecordOptions {
  /** The rows are CSV with this between the cells: a line end in quotes ends no row. */
  readonly delimiter: string | undefined;
  /** As a fault is to name the input. */
  readonly name: string;
  /** Where in the input the first chunk begins. */
  readonly offset: number;
}

/** A longer row is most likely one whose quotes do not close. */
const longestRow = 16 * 1_048_576;

/**
 * Cuts chunks into rows, those of one chunk at a time. What is kept is no more than a chunk and a row.
 * Throws ServiceError TF_USAGE for a row of more than 16 MiB.
 */
export async function* readRecords(
  chunks: AsyncIterable<Buffer>,
  { delimiter, name, offset }: RecordOptions,
): AsyncGenerator<readonly RawRecord[]> {
  let begun = '';
  let state: State = states.begin;
  let end = offset;
  for await (const chunk of chunks) {
    const text = chunk.toString('latin1');
    const records: RawRecord[] = [];
    for (let at = 0; at < text.length;) {
      const found = text.indexOf('\n', at);
      const piece = text.slice(at, found < 0 ? text.length : found + 1);
      at += piece.length;
      if (delimiter !== undefined) state = afterPiece(piece, state, delimiter, begun === '');
      begun += piece;
      if (found < 0 || state === states.quoted) {
        if (begun.length > longestRow) throw tooLong(name, end);
        continue;
      }
      end += begun.length;
      records.push({ text: begun, end });
      begun = '';
      state = states.begin;
    }
    if (records.length > 0) yield records;
  }
  if (begun !== '') yield [{ text: begun, end: end + begun.length }];
}

/** Most rows have no quotes, and need not be looked at letter by letter. */
function afterPiece(piece: string, state: State, delimiter: string, isFirst: boolean): State {
  if (state !== states.quoted && !piece.includes('"')) {
    return piece.endsWith(delimiter) ? states.begin : states.plain;
  }
  return stateAfter(piece, isFirst ? markLength(piece) : 0, state, delimiter);
}

/** UTF-8's byte order mark, as latin1 shows it. */
const mark = '\u00ef\u00bb\u00bf';

/** Characters of the byte order mark a text begins with. */
export function markLength(text: string): number {
  return text.startsWith(mark) ? mark.length : 0;
}

function tooLong(name: string, at: number): Error {
  return usage(
    name,
    `the row at byte ${at} is longer than ${longestRow / 1_048_576} MiB`,
    'see whether the quotes of that row close, and whether --delimiter is right',
  );
}
