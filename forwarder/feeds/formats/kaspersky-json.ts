import { indicatorsOf } from '../record-indicators.js';
import type { FeedReader, ReaderOptions } from './format.js';
import { JsonArraySplitter } from './json/array-splitter.js';
import { recordLimits } from './json/list-items.js';
import { readJsonDocument } from './json/document.js';
import { finderFor, readJsonItem, type RecordResult } from './json/record.js';
import { usualField } from './usual-fields.js';

/** How a list may begin, and no JSON can: `[2001:db8::1]:443`. */
const bracketedAddress = /^\[[\da-f]*:/i;
/** A list of texts is no list of records. */
const listOfTexts = /^\[\s*"/;
const keySyntax = /"((?:[^"\\]|\\.){1,64})"\s*:/g;
const ownFields = /^(?:mask|url|ip|domain|host|md5|sha1|sha256)$/i;

async function* read(
  bytes: AsyncIterable<Uint8Array>,
  options: ReaderOptions = {},
): AsyncGenerator<RecordResult, void, undefined> {
  const find = finderFor(options.fields, indicatorsOf);
  if (options.rootElement !== undefined) {
    yield* readJsonDocument(bytes, options, find);
    return;
  }
  const splitter = new JsonArraySplitter(recordLimits, options.origin ?? 'feed');
  for await (const chunk of bytes) {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let at = 0;
    while (at < buffer.length) {
      at = splitter.scan(buffer, at);
      const item = splitter.take();
      if (item !== undefined) for (const result of readJsonItem(item, find)) yield result;
    }
  }
  splitter.end();
}

/** A list of objects, unless its keys are such as only others use: `indicator`, `ioc_value`. */
function recognises(start: Uint8Array): boolean {
  if (start[0] !== 0x5b) return false;
  const text = Buffer.from(start).toString('utf8');
  if (bracketedAddress.test(text) || listOfTexts.test(text)) return false;
  const keys = Array.from(text.matchAll(keySyntax), ([, key = '']) => key);
  return keys.some((key) => ownFields.test(key)) || !keys.some((key) => usualField(key));
}

/**
 * The shape of Kaspersky's data feeds: one JSON array of objects, read element by element in
 * memory bounded by one record. See docs/reference/feed-formats.md for the fields.
 *
 * A bad record is one problem with its number, and the rest goes on; a record of which only a part
 * of the indicators can be used is both a record and a problem. A file that is no array, that is
 * cut short or that goes on after the array's end throws ServiceError TF_FEED: it fails as a whole.
 */
export const kasperskyJson: FeedReader = {
  name: 'kaspersky-json',
  summary: 'one JSON array of objects: [ {…}, {…} ]',
  recognises,
  read,
};
