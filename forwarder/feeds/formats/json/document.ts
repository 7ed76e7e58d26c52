import { ServiceError } from '../../../core/index.js';
import type { ReaderOptions } from '../format.js';
import { placesFor, readAnyItem, refuseWrongPlace } from './any-item.js';
import { JsonDocumentSplitter } from './document-splitter.js';
import { JsonLinesReader } from './lines.js';
import { recordLimits } from './list-items.js';
import type { IndicatorFinder, RecordResult } from './record.js';
import { readJsonStart } from './start.js';

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

class WholeDocumentReader {
  private readonly splitter: JsonDocumentSplitter;
  private passed = 0;
  private isEmpty = true;
  private readonly options: ReaderOptions;
  private readonly find: IndicatorFinder;

  constructor(options: ReaderOptions, find: IndicatorFinder, offset: number) {
    this.options = options;
    this.find = find;
    this.splitter = new JsonDocumentSplitter(
      recordLimits,
      placesFor(options),
      options.origin ?? 'feed',
      offset,
    );
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
