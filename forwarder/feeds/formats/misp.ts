import { longestRow, type FeedReader, type ReaderOptions } from './format.js';
import { openBrace, openBracket } from './json/bytes.js';
import { jsonLineItems } from './json/line-items.js';
import type { ItemLimits } from './json/list-items.js';
import { jsonOutline, type JsonOutline } from './json/outline.js';
import type { RecordResult } from './json/record.js';
import type { Visit } from './json/walk-step.js';
import { walkJson } from './json/walk.js';
import { MispDocument } from './misp/document.js';
import { eventFields, readMispItem, RecordNumbers } from './misp/event.js';
import { peekStart } from './peek-start.js';

/** Limits of one attribute, or of one object with its attributes; a sample's content may be in it. */
export const mispLimits: ItemLimits = { maxBytes: 16 * 2 ** 20, maxDepth: 64, maxKeys: 200_000 };

const outlineBytes = 4096;
/** The most that a field of an event may have; one that is larger is left out of the context. */
const longestEventField = 1_048_576;

/**
 * `events`: `{"Event": …}`, alone, in a list, in `response`, or one after the other; `attributes`:
 * a list of them, alone or in `response`; `lines`: one attribute a line.
 */
type Shape = 'events' | 'attributes' | 'lines';

const eventPlaces: readonly string[] = ['Event', '*/Event', 'response/Event', 'response/*/Event'];
const attributePlaces: readonly string[] = ['Attribute', 'response/Attribute'];

function shapeOf({ begun, values, isLineOfFields }: JsonOutline): Shape | undefined {
  const isAttributeAt = (prefix: string): boolean =>
    ['type', 'value'].every((name) => typeof values.get(prefix + name) === 'string') &&
    ['category', 'to_ids', 'event_id'].some((name) => values.has(prefix + name));
  if (isAttributeAt('*/')) return 'attributes';
  if (isAttributeAt('')) return isLineOfFields ? 'lines' : undefined;
  if (attributePlaces.some((path) => begun.has(path))) return 'attributes';
  return eventPlaces.some((path) => begun.has(path)) ? 'events' : undefined;
}

/** What becomes of each value of a document; see Shape. */
function visitor(shape: Shape | undefined): (path: string, first: number) => Visit {
  return (path, first) => {
    const isList = first === openBracket;
    if (path === '') return isList && shape === 'attributes' ? 'items' : 'enter';
    if (path === 'response') return 'enter';
    if (path === '*' || path === 'response/*') {
      return first === openBrace ? 'enter' : { takeBytes: longestRow };
    }
    if (attributePlaces.includes(path)) return isList ? 'items' : 'skip';
    if (eventPlaces.includes(path)) return first === openBrace ? 'enter' : 'skip';
    const slash = path.lastIndexOf('/');
    if (!eventPlaces.includes(path.slice(0, Math.max(slash, 0)))) return 'skip';
    const name = path.slice(slash + 1);
    if (name === 'Attribute' || name === 'Object') return isList ? 'items' : 'skip';
    return eventFields.has(name) ? { takeBytes: longestEventField } : 'skip';
  };
}

async function* read(
  source: AsyncIterable<Uint8Array>,
  options: ReaderOptions = {},
): AsyncGenerator<RecordResult, void, undefined> {
  const { start, bytes } = await peekStart(source, outlineBytes);
  const shape = shapeOf(jsonOutline(start.subarray(0, outlineBytes)));
  if (shape === 'lines') {
    for await (const item of jsonLineItems(bytes, mispLimits, options)) {
      yield* readMispItem('attribute', item, {}, RecordNumbers.at(item.number), options);
    }
    return;
  }
  const document = new MispDocument(options);
  for await (const step of walkJson(bytes, mispLimits, visitor(shape), options.origin ?? 'feed')) {
    yield* document.take(step);
  }
}

/**
 * What a MISP gives out: events (`/events/…`, a feed's `<uuid>.json`), lists of events, the answer of
 * attributes/restSearch, and attributes one a line. Each attribute is a record, those of an event's
 * objects too; its context has the event's title, tags and organisation.
 *
 * An attribute whose `to_ids` is false, one that is deleted, and one of a type that holds no
 * indicator are passed over. A file that is cut short or that holds no event throws ServiceError
 * TF_FEED; one of attributes a line cannot tell that it is cut short.
 */
export const misp: FeedReader = {
  name: 'misp',
  summary: 'MISP events or attributes: {"Event": …}, {"response": {"Attribute": […]}}',
  recognises: (start) => {
    const first = start[0];
    if (first !== openBrace && first !== openBracket) return false;
    return shapeOf(jsonOutline(start)) !== undefined;
  },
  read,
};
