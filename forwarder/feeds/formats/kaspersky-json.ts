import { bad, ok, type FeedProblem, type FeedRecord, type Result } from '../../core/index.js';
import { contextOf } from '../record-context.js';
import { indicatorsOf } from '../record-indicators.js';
import { longestRow, type FeedReader, type ReaderOptions } from './format.js';
import { JsonArraySplitter, type ItemLimits } from './json-array-splitter.js';
import { parseJsonRecord } from './parse-json-record.js';

/** The limits of one record. Those of real feeds have a few kilobytes and some hundred keys. */
export const recordLimits: ItemLimits = { maxBytes: 1_048_576, maxDepth: 64, maxKeys: 10_000 };

/** How a list may begin, and no JSON can: `[2001:db8::1]:443`. */
const bracketedAddress = /^\[[\da-f]*:/i;

type RecordResult = Result<FeedRecord, FeedProblem>;

/** Turns the text of one record into its indicators and context. */
function readRecord(number: number, text: string): readonly RecordResult[] {
  const parsed = parseJsonRecord(text);
  const row = text.slice(0, longestRow);
  if (!parsed.ok) {
    return [bad({ record: number, fault: 'syntax', reason: `left out: ${parsed.problem}`, row })];
  }
  const { indicators, faults } = indicatorsOf(parsed.value);
  if (indicators.length === 0) {
    const reason = faults.length === 0 ? 'no indicator in it' : faults.join('; ');
    const fault = faults.length === 0 ? 'no-indicator' : 'bad-indicator';
    return [bad({ record: number, fault, reason: `left out: ${reason}`, row })];
  }
  const record = ok({ indicators, context: contextOf(parsed.value), fields: parsed.value });
  if (faults.length === 0) return [record];
  return [
    record,
    bad({
      record: number,
      fault: 'bad-indicator',
      reason: `its other indicators are used: ${faults.join('; ')}`,
      row,
    }),
  ];
}

async function* read(
  bytes: AsyncIterable<Uint8Array>,
  { origin = 'feed' }: ReaderOptions = {},
): AsyncGenerator<RecordResult, void, undefined> {
  const splitter = new JsonArraySplitter(recordLimits, origin);
  for await (const chunk of bytes) {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let at = 0;
    while (at < buffer.length) {
      at = splitter.scan(buffer, at);
      const item = splitter.take();
      if (item === undefined) continue;
      if (!item.ok) yield bad({ record: item.number, fault: 'limit', reason: item.reason });
      else for (const result of readRecord(item.number, item.text)) yield result;
    }
  }
  splitter.end();
}

/**
 * The shape of Kaspersky's data feeds: one JSON array of objects, read element by element in
 * memory bounded by one record. See docs/reference/feeds.md for the fields.
 *
 * A bad record is one problem with its number, and the rest goes on; a record of which only a part
 * of the indicators can be used is both a record and a problem. A file that is no array, that is
 * cut short or that goes on after the array's end throws ServiceError TF_FEED: it fails as a whole.
 */
export const kasperskyJson: FeedReader = {
  name: 'kaspersky-json',
  summary: 'one JSON array of objects: [ {…}, {…} ]',
  recognises: (start) =>
    start[0] === 0x5b &&
    !bracketedAddress.test(Buffer.from(start.subarray(0, 8)).toString('latin1')),
  read,
};
