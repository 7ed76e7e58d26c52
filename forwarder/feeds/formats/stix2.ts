import { bad, ServiceError } from '../../core/index.js';
import { longestRow, type FeedReader, type ReaderOptions } from './format.js';
import { openBrace, openBracket } from './json/bytes.js';
import { jsonLineItems } from './json/line-items.js';
import { recordLimits, type JsonItem } from './json/list-items.js';
import { jsonOutline } from './json/outline.js';
import type { RecordResult } from './json/record.js';
import type { Visit } from './json/walk-step.js';
import { walkJson } from './json/walk.js';
import { parseJsonRecord } from './json/parse-record.js';
import { peekStart } from './peek-start.js';
import { readStixObject } from './stix2/object.js';
import { stixShape, type StixShape } from './stix2/shape.js';

const outlineBytes = 4096;
/** Fields that a bundle or an envelope has beside `objects`, and may have without it. */
const envelopeFields: ReadonlySet<string> = new Set(['type', 'id', 'spec_version', 'more', 'next']);

function* readItem(item: JsonItem, options: ReaderOptions): Generator<RecordResult> {
  const { number: record } = item;
  if (!item.ok) {
    yield bad({ record, fault: item.fault, reason: item.reason, row: item.row });
    return;
  }
  const object = parseJsonRecord(item.text);
  if (object.ok) yield* readStixObject(record, object.value, options);
  else {
    const row = item.text.slice(0, longestRow);
    yield bad({ record, fault: 'syntax', reason: `left out: ${object.problem}`, row });
  }
}

/** What becomes of each value of a document of that shape. */
function visitor(shape: StixShape | undefined): (path: string, first: number) => Visit {
  return (path, first) => {
    if (path === '') {
      if (first === openBracket) return 'items';
      return shape === 'single' ? { takeBytes: recordLimits.maxBytes } : 'enter';
    }
    if (path === 'objects' && first === openBracket) return 'items';
    // To know that it is there: a field of another name may be a damaged `objects`.
    return path.includes('/') ? 'skip' : { takeBytes: longestRow };
  };
}

async function* read(
  source: AsyncIterable<Uint8Array>,
  options: ReaderOptions = {},
): AsyncGenerator<RecordResult, void, undefined> {
  const { start, bytes } = await peekStart(source, outlineBytes);
  const shape = stixShape(jsonOutline(start.subarray(0, outlineBytes)));
  if (shape === 'lines') {
    for await (const item of jsonLineItems(bytes, recordLimits, options)) {
      yield* readItem(item, options);
    }
    return;
  }
  const origin = options.origin ?? 'feed';
  let documents = 0;
  let hasObjects = false;
  let unknownField: string | undefined;
  for await (const step of walkJson(bytes, recordLimits, visitor(shape), origin)) {
    if (step.kind === 'item') yield* readItem(step.item, options);
    else if (step.kind === 'value' && step.path === '') {
      documents += 1;
      yield* readItem({ ok: true, number: documents, text: step.text }, options);
    } else if (step.kind === 'too-large' && step.path === '') {
      documents += 1;
      const reason = `left out: larger than ${recordLimits.maxBytes} bytes`;
      yield bad({ record: documents, fault: 'limit', reason });
    } else if (step.kind === 'begin') {
      if (step.path === '') unknownField = undefined;
      // Only the document and its objects are entered.
      hasObjects = step.isList;
    } else if (step.kind !== 'end') {
      if (!envelopeFields.has(step.path)) unknownField ??= step.path;
    } else if (step.path === '' && !hasObjects && unknownField !== undefined) {
      throw noObjects(origin, unknownField);
    }
  }
}

function noObjects(origin: string, field: string): ServiceError {
  const name = JSON.stringify(field.slice(0, 60));
  return new ServiceError('TF_FEED', `The feed is no STIX bundle: it has ${name} and no objects.`, {
    where: `${origin}: byte 0`,
    hint: 'A file of this format is {"type": "bundle", "objects": […]}, a list of STIX objects, or one object a line.',
  });
}

/**
 * STIX 2.0 and 2.1: bundles, envelopes of TAXII 2.1, lists of objects, objects one a line. Each
 * indicator is a record with the values that its pattern looks for; see evaluatePattern() for the
 * patterns that are used. Several versions of one indicator are several records.
 *
 * A bad object is one problem with its number, and the rest goes on. A file that is cut short or is
 * no bundle throws ServiceError TF_FEED; one of objects a line cannot tell that it is cut short.
 */
export const stix2: FeedReader = {
  name: 'stix2',
  summary: 'STIX 2.x: {"type": "bundle", "objects": […]}',
  recognises: (start) => {
    const first = start[0];
    if (first !== openBrace && first !== openBracket) return false;
    return stixShape(jsonOutline(start)) !== undefined;
  },
  read,
};
