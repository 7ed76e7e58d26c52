import type { FeedRecord, Indicator } from '../core/index.js';
import type { IndexBytes } from './index-bytes.js';
import { lengthBytes, readHead, RecordDecoder, type FieldNames } from './record-codec.js';
import type { IndexContent } from './threat-index.js';

/** Lists of names that are remembered; a feed has few. */
const listsKept = 1024;

/**
 * The records of one feed of an index, in their order: what a later index takes over when the feed
 * itself cannot be read. `feed` is its number. Throws what reading the bytes throws.
 */
export function* readRecords(
  bytes: IndexBytes,
  { recordsAt, entriesAt }: Pick<IndexContent, 'recordsAt' | 'entriesAt'>,
  feed: number,
): Generator<FeedRecord, void, undefined> {
  const lists = new Map<number, FieldNames>();
  const end = recordsAt[feed + 1] ?? entriesAt;
  for (let offset = recordsAt[feed] ?? end; offset < end;) {
    const head = readHead(bytes.bytes(offset, lengthBytes));
    if (!head.isNames) {
      // A copy: bytes hold only until others are read.
      const copy = Buffer.from(bytes.bytes(offset + lengthBytes, head.length));
      yield recordOf(new RecordDecoder(copy), (namesAt) => namesOf(bytes, namesAt, lists));
    }
    offset += lengthBytes + head.length;
  }
}

function recordOf(decoder: RecordDecoder, namesAt: (offset: number) => FieldNames): FeedRecord {
  decoder.count();
  const indicators: Indicator[] = [];
  for (let left = decoder.count(); left > 0; left--) indicators.push(decoder.indicator());
  const { names, actionable } = namesAt(decoder.offset());
  const fields = names.map((name) => [name, decoder.text()] as const);
  const first = fields.length - actionable;
  if (actionable === 0) return { indicators, context: fields };
  return { indicators, context: fields.slice(0, first), actionable: fields.slice(first) };
}

function namesOf(bytes: IndexBytes, offset: number, lists: Map<number, FieldNames>): FieldNames {
  const known = lists.get(offset);
  if (known !== undefined) return known;
  const head = readHead(bytes.bytes(offset, lengthBytes));
  const names = new RecordDecoder(bytes.bytes(offset + lengthBytes, head.length)).names(head);
  if (lists.size === listsKept) lists.clear();
  lists.set(offset, names);
  return names;
}
