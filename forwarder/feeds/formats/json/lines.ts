import { bad, ServiceError, type FieldTree } from '../../../core/index.js';
import { longestRow, type ReaderOptions } from '../format.js';
import { placesFor, readAnyItem, refuseWrongPlace } from './any-item.js';
import { openBrace, quote } from './bytes.js';
import { JsonDocumentSplitter } from './document-splitter.js';
import { recordLimits } from './list-items.js';
import { JsonElementScanner } from './element-scanner.js';
import type { JsonPlaces } from './places.js';
import { treeResults, type IndicatorFinder, type RecordResult } from './record.js';
import { LineSplitter } from '../line-splitter.js';
import { parseJsonRecord } from './parse-record.js';

type Results = Generator<RecordResult, void, undefined>;

/** One document a line: a bad line is one problem with its number, and the rest goes on. */
export class JsonLinesReader {
  private readonly line = new LineSplitter(recordLimits.maxBytes);
  private found = 0;
  private readonly otherLists = new Set<string>();
  private splitter: JsonDocumentSplitter;
  private readonly element = new JsonElementScanner(recordLimits.maxDepth);
  private readonly places: JsonPlaces;
  private readonly options: ReaderOptions;
  private readonly find: IndicatorFinder;

  constructor(options: ReaderOptions, find: IndicatorFinder) {
    this.options = options;
    this.find = find;
    this.places = placesFor(options);
    this.splitter = this.newSplitter();
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
    const plain = this.plainRecord(bytes);
    if (plain !== undefined) {
      const rowOf = (): string => bytes.toString('utf8');
      yield* treeResults(record, plain, this.find, rowOf);
      return;
    }
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
      this.splitter = this.newSplitter();
      return;
    }
    if (this.splitter.emptyDocuments > passedBefore) this.options.onPassed?.('other');
    else if (bytes.toString('latin1').trim() === '') this.options.onPassed?.('blank');
  }

  /**
   * The object that the line is, where one of its fields says so before there could be a list of
   * records in it: as nearly all lines are. Three times faster than walking through it, which
   * comes to the same.
   */
  private plainRecord(bytes: Buffer): FieldTree | undefined {
    if (bytes[0] !== openBrace) return undefined;
    this.element.reset();
    const { maxDepth, maxKeys } = recordLimits;
    const isWhole = this.element.scan(bytes, 0) === bytes.length && !this.element.isOpen;
    if (!isWhole || this.element.maxDepth > maxDepth || this.element.keys > maxKeys)
      return undefined;
    const parsed = parseJsonRecord(bytes.toString('utf8'));
    if (!parsed.ok) return undefined;
    for (const [name, value] of Object.entries(parsed.value)) {
      if (typeof value === 'object' && value !== null) return undefined;
      const first = typeof value === 'string' ? quote : 0;
      if (this.places.isRecordField(name, first)) return parsed.value;
    }
    return undefined;
  }

  private newSplitter(): JsonDocumentSplitter {
    return new JsonDocumentSplitter(recordLimits, this.places, this.options.origin ?? 'feed');
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
