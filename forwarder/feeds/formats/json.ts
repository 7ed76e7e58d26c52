import type { FeedReader, ReaderOptions } from './format.js';
import { afterBlanks, openBrace, openBracket } from './json/bytes.js';
import { readJsonDocument } from './json/document.js';
import { finderFor, type RecordResult } from './json/record.js';
import { usualIndicators } from './usual-fields.js';

/** `{` or `[`, and what may follow it; a list's `[2001:db8::1]:443` is no JSON. */
const jsonStart = /^(?:\{\s*(?:["}]|$)|\[\s*(?:["[{\]]|$))/;

function read(
  bytes: AsyncIterable<Uint8Array>,
  options: ReaderOptions = {},
): AsyncGenerator<RecordResult, void, undefined> {
  return readJsonDocument(bytes, options, finderFor(options.fields, usualIndicators));
}

/**
 * JSON of any supplier: lists of objects or of texts anywhere in a document, one object a line, or
 * one object alone; see docs/reference/feed-formats.md for where records are looked for and for the names
 * of fields. `rootElement` and `fields` say it where it differs.
 *
 * Memory is bounded by one record, whatever the nesting. A bad record is one problem with its number
 * (of JSON lines, the line's), and the rest goes on. A document that is cut short, or that is no
 * valid JSON around its records, throws ServiceError TF_FEED: it fails as a whole. JSON lines
 * cannot tell that they are cut short between two lines.
 */
export const json: FeedReader = {
  name: 'json',
  summary: 'JSON of any shape: lists of objects or texts in a document, or one object a line',
  recognises(start) {
    const first = start[afterBlanks(start, 0)];
    if (first !== openBrace && first !== openBracket) return false;
    return jsonStart.test(Buffer.from(start).toString('utf8').trimStart());
  },
  read,
};
