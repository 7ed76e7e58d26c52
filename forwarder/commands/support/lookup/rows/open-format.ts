import { usage } from '../lookup-options.js';
import type { RowsWanted } from '../lookup-options.js';
import { csvFormat, delimiterOf } from './csv-format.js';
import { ndjsonFormat } from './ndjson-format.js';
import { readRecords } from './record-reader.js';
import type { RawRecord } from './record-reader.js';
import type { RowFormat } from './row-format.js';
import type { RowInput } from './row-input.js';

/** Rows ready to be read. */
export interface OpenFormat {
  readonly format: RowFormat;
  /** What is written before the first row. */
  readonly heading: string;
  /** Bytes of the input before its first row. */
  readonly begin: number;
  readonly records: AsyncIterable<readonly RawRecord[]>;
}

type Batches = AsyncGenerator<readonly RawRecord[]>;

/**
 * Reads what must be known before the first row, the heading of a CSV, and gives the rows: those from a
 * byte of the input on, where one is named. Throws ServiceError TF_USAGE.
 */
export async function openFormat(
  input: RowInput,
  wanted: RowsWanted['format'],
  columns: readonly string[],
  position: number | undefined,
): Promise<OpenFormat> {
  const { name } = input;
  if (wanted.kind === 'ndjson') {
    const offset = position ?? 0;
    const records = readRecords(input.chunks(offset), { delimiter: undefined, name, offset });
    return { format: ndjsonFormat(wanted.field, columns), heading: '', begin: 0, records };
  }
  const chunks = input.chunks(0)[Symbol.asyncIterator]();
  const { text, read } = await firstLine(chunks);
  const delimiter = delimiterOf(text, wanted);
  const options = { delimiter, name, offset: 0 };
  const batches = readRecords(joined(read, chunks), options);
  const batch = await batches.next();
  const [first, ...others] = batch.done === true ? [] : batch.value;
  if (first === undefined) throw usage(name, 'there are no rows in it', 'name a file of CSV');
  const format = csvFormat(first.text, { ...wanted, delimiter }, columns, name);
  const begin = wanted.hasHeading ? first.end : 0;
  const { heading } = format;
  if (position !== undefined && position > begin) {
    await batches.return(undefined);
    const rest = readRecords(input.chunks(position), { delimiter, name, offset: position });
    return { format, heading, begin, records: rest };
  }
  const left = wanted.hasHeading ? others : [first, ...others];
  return { format, heading, begin, records: withFirst(left, batches) };
}

/** Chunks up to the first line end, and that line as latin1. */
async function firstLine(
  chunks: AsyncIterator<Buffer>,
): Promise<{ readonly text: string; readonly read: readonly Buffer[] }> {
  const read: Buffer[] = [];
  let text = '';
  while (!text.includes('\n') && text.length < 1_048_576) {
    const next = await chunks.next();
    if (next.done === true) break;
    read.push(next.value);
    text += next.value.toString('latin1');
  }
  const end = text.indexOf('\n');
  return { text: end < 0 ? text : text.slice(0, end), read };
}

async function* joined(
  read: readonly Buffer[],
  chunks: AsyncIterator<Buffer>,
): AsyncGenerator<Buffer> {
  yield* read;
  try {
    for (;;) {
      const next = await chunks.next();
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await chunks.return?.();
  }
}

async function* withFirst(first: readonly RawRecord[], batches: Batches): Batches {
  if (first.length > 0) yield first;
  yield* batches;
}
