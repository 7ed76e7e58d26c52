import { bad, ServiceError } from '../../core/index.js';
import { indicatorsByFields } from '../field-indicators.js';
import { longestRow, type FieldRule, type ReaderOptions } from './format.js';
import { JsonDocumentSplitter } from './json-document-splitter.js';
import { recordLimits, type JsonItem } from './json-list-items.js';
import { placesAt, usualPlaces } from './json-places.js';
import {
  readJsonItem,
  recordResults,
  type IndicatorFinder,
  type RecordResult,
} from './json-record.js';
import { readJsonStart } from './json-start.js';
import { LineSplitter } from './line-splitter.js';

/** How a text is read that is a record by itself. */
const textRules: readonly FieldRule[] = [{ path: 'value', kind: 'any' }];

type Results = Generator<RecordResult, void, undefined>;

/** Reads the records of a JSON document, or of one a line, wherever they stand in it. */
export async function* readJsonDocument(
  source: AsyncIterable<Uint8Array>,
  options: ReaderOptions,
  find: IndicatorFinder,
): AsyncGenerator<RecordResult, void, undefined> {
  const { isLines, offset, bytes } = await readJsonStart(source);
  const reader = isLines
    ? new JsonLinesReader(options, find)
    : new WholeDocumentReader(options, find, offset);
  for await (const chunk of bytes) yield* reader.read(chunk);
  yield* reader.end();
}

function splitterFor(options: ReaderOptions, offset: number): JsonDocumentSplitter {
  const places =
    options.rootElement === undefined ? usualPlaces(options.fields) : placesAt(options.rootElement);
  return new JsonDocumentSplitter(recordLimits, places, options.origin ?? 'feed', offset);
}

/** A record, or a text that is an indicator by its looks. */
function readAnyItem(item: JsonItem, find: IndicatorFinder): readonly RecordResult[] {
  if (!item.ok || !item.text.startsWith('"')) return readJsonItem(item, find);
  let value: unknown;
  try {
    value = JSON.parse(item.text);
  } catch {
    return readJsonItem(item, find);
  }
  const fields = { value };
  return recordResults(item.number, fields, indicatorsByFields(fields, textRules), () => item.text);
}

/** A configured place where nothing is would else make an empty feed of a whole one. */
function refuseWrongPlace(options: ReaderOptions, found: number, others: Iterable<string>): void {
  if (options.rootElement === undefined || found > 0) return;
  const lists = [...others].map((path) => (path === '' ? '/' : path));
  throw new ServiceError('TF_FEED', `There is nothing at "${options.rootElement}" in the feed.`, {
    where: `${options.origin ?? 'feed'}, rootElement`,
    hint:
      lists.length === 0
        ? 'Set rootElement to where the records are, or leave it out to have them found.'
        : `Set rootElement to where the records are. There are lists at: ${lists.join(', ')}.`,
  });
}

class WholeDocumentReader {
  private readonly splitter: JsonDocumentSplitter;
  private passed = 0;
  private isEmpty = true;
  private readonly options: ReaderOptions;
  private readonly find: IndicatorFinder;

  constructor(options: ReaderOptions, find: IndicatorFinder, offset: number) {
    this.options = options;
    this.find = find;
    this.splitter = splitterFor(options, offset);
  }

  *read(chunk: Buffer): Results {
    this.isEmpty &&= chunk.toString('latin1').trim() === '';
    let at = 0;
    while (at < chunk.length) {
      at = this.splitter.scan(chunk, at);
      yield* this.taken();
    }
  }

  *end(): Results {
    if (this.isEmpty) {
      throw new ServiceError('TF_FEED', 'The feed is empty.', {
        where: `${this.options.origin ?? 'feed'}: byte 0`,
        hint: 'An empty feed is written as [].',
      });
    }
    this.splitter.end();
    yield* this.taken();
    refuseWrongPlace(this.options, this.splitter.found, this.splitter.otherLists);
  }

  private *taken(): Results {
    const item = this.splitter.take();
    if (item !== undefined) yield* readAnyItem(item, this.find);
    for (; this.passed < this.splitter.emptyDocuments; this.passed++) {
      this.options.onPassed?.('other');
    }
  }
}

/** One document a line: a bad line is one problem with its number, and the rest goes on. */
class JsonLinesReader {
  private readonly line = new LineSplitter(recordLimits.maxBytes);
  private found = 0;
  private readonly otherLists = new Set<string>();
  private splitter: JsonDocumentSplitter;
  private readonly options: ReaderOptions;
  private readonly find: IndicatorFinder;

  constructor(options: ReaderOptions, find: IndicatorFinder) {
    this.options = options;
    this.find = find;
    this.splitter = splitterFor(options, 0);
  }

  *read(chunk: Buffer): Results {
    let at = 0;
    while (at < chunk.length) {
      at = this.line.scan(chunk, at);
      if (this.line.hasLine) yield* this.readLine();
    }
  }

  *end(): Results {
    this.line.finish();
    if (this.line.hasLine) yield* this.readLine();
    this.learnPlaces();
    refuseWrongPlace(this.options, this.found, this.otherLists);
  }

  private *readLine(): Results {
    const { number: record, isTooLong, start, end } = this.line;
    if (isTooLong) {
      const reason = `left out: longer than ${recordLimits.maxBytes} bytes`;
      yield bad({ record, fault: 'limit', reason });
      return;
    }
    const bytes = this.line.bytes.subarray(start, end);
    const passedBefore = this.splitter.emptyDocuments;
    let at = 0;
    try {
      while (at < bytes.length) {
        at = this.splitter.scan(bytes, at);
        yield* this.taken();
      }
      this.splitter.end();
      yield* this.taken();
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const row = bytes.toString('utf8').slice(0, longestRow);
      yield bad({ record, fault: 'syntax', reason: 'left out: not valid JSON', row });
      this.learnPlaces();
      this.splitter = splitterFor(this.options, 0);
      return;
    }
    if (this.splitter.emptyDocuments > passedBefore) this.options.onPassed?.('other');
    else if (bytes.toString('latin1').trim() === '') this.options.onPassed?.('blank');
  }

  private *taken(): Results {
    const item = this.splitter.take();
    if (item !== undefined) yield* readAnyItem({ ...item, number: this.line.number }, this.find);
  }

  /** Takes what a splitter found, before it is let go. */
  private learnPlaces(): void {
    this.found += this.splitter.found;
    for (const path of this.splitter.otherLists) this.otherLists.add(path);
  }
}
