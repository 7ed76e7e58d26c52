import {
  bad,
  ok,
  ServiceError,
  type FeedProblem,
  type FeedRecord,
  type Indicator,
  type Result,
} from '../../core/index.js';
import { longestRow, type FeedReader, type ReaderOptions } from './format.js';
import { LineSplitter } from './line-splitter.js';
import { readListLine } from './list/line.js';
import { plainIndicator } from './list/plain-line.js';

/** What one line may have at most; longer ones are left out, not loaded. */
export const maxLineBytes = 65_536;

/** Text has no NUL; one among the first bytes tells another kind of file. */
const checkedBytes = 4096;
/** From this length on, the start of a file may end within a line. */
const wholeStartBytes = 2048;
/** How many lines, comments left out, tell whether a file is a list. */
const judgedLines = 32;
const noContext: FeedRecord['context'] = Object.freeze([]);

type RecordResult = Result<FeedRecord, FeedProblem>;

function recordOf(indicators: readonly Indicator[], number: number): RecordResult {
  return ok({ indicators, context: noContext, number });
}

/** The line that the splitter has: a record, a problem, nothing; both for some lines of hosts files. */
function readLine(
  line: LineSplitter,
  onPassed: ReaderOptions['onPassed'],
): readonly RecordResult[] {
  const record = line.number;
  if (line.isTooLong) {
    return [bad({ record, fault: 'limit', reason: `left out: longer than ${maxLineBytes} bytes` })];
  }
  const plain = plainIndicator(line.bytes, line.start, line.end);
  if (plain !== undefined) return [recordOf([plain], record)];
  const text = line.bytes.toString('utf8', line.start, line.end);
  const { indicators, faults } = readListLine(text);
  const row = text.slice(0, longestRow);
  const what = indicators.length > 0 ? 'its other names are used' : 'left out';
  if (indicators.length + faults.length === 0) onPassed?.(text.trim() === '' ? 'blank' : 'comment');
  const results: RecordResult[] = [];
  if (indicators.length > 0) results.push(recordOf(indicators, record));
  if (faults.length > 0) {
    const reason = `${what}: ${faults.join('; ')}`;
    results.push(bad({ record, fault: 'bad-indicator', reason, row }));
  }
  return results;
}

async function* read(
  bytes: AsyncIterable<Uint8Array>,
  { origin = 'feed', onPassed }: ReaderOptions = {},
): AsyncGenerator<RecordResult, void, undefined> {
  const line = new LineSplitter(maxLineBytes);
  let offset = 0;
  for await (const chunk of bytes) {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (offset < checkedBytes) refuseBinary(buffer, offset, origin);
    let at = 0;
    while (at < buffer.length) {
      at = line.scan(buffer, at);
      if (line.hasLine) for (const result of readLine(line, onPassed)) yield result;
    }
    offset += buffer.length;
  }
  line.finish();
  if (line.hasLine) for (const result of readLine(line, onPassed)) yield result;
}

function refuseBinary(buffer: Buffer, offset: number, origin: string): void {
  const at = buffer.subarray(0, checkedBytes - offset).indexOf(0);
  if (at < 0) return;
  throw new ServiceError('TF_FEED', 'The feed is no text: there is a NUL byte in it.', {
    where: `${origin}: byte ${offset + at}`,
    hint: 'Unpack it, or save it as UTF-8 text with one indicator a line.',
  });
}

/** Of the first lines at least half are indicators; comments alone may become a list. */
function recognises(start: Uint8Array): boolean {
  if (start.includes(0)) return false;
  const lines = Buffer.from(start).toString('utf8').split('\n');
  if (start.length >= wholeStartBytes && lines.length > 1) lines.pop();
  let good = 0;
  let bad = 0;
  for (const line of lines) {
    if (good + bad === judgedLines) break;
    const { indicators, faults } = readListLine(line);
    if (indicators.length > 0) good += 1;
    else if (faults.length > 0) bad += 1;
  }
  return good >= bad;
}

/**
 * A list of indicators, one a line, as free lists come: hashes, addresses, ranges, URLs, masks,
 * domains, lines of a hosts file, with comments between and behind them. The kind is known by the
 * value's looks. See docs/reference/feed-formats.md for the lines that it takes.
 *
 * A line that is none of these is one problem with the line's number, and the rest goes on. A file
 * of lines cannot tell that it is cut short. One that is no text throws ServiceError TF_FEED.
 */
export const list: FeedReader = {
  name: 'list',
  summary: 'text with one hash, address, range, URL, mask or domain name a line',
  recognises,
  read,
};
