import { bad, type FieldTree } from '../../../core/index.js';
import { isObject } from '../../record-context.js';
import { longestRow, type ReaderOptions } from '../format.js';
import type { JsonItem } from '../json/list-items.js';
import { parsed } from '../json/outline.js';
import type { RecordResult } from '../json/record.js';
import { readMispAttribute, type AttributeSurroundings } from './attribute.js';
import { parseJsonRecord } from '../json/parse-record.js';

/** Attributes of one event that wait for what stands behind them, in characters of their text. */
const mostWaiting = 16 * 2 ** 20;

/** What of an event goes with each of its attributes. */
export const eventFields: ReadonlySet<string> = new Set(
  ['id', 'uuid', 'info', 'date', 'timestamp', 'publish_timestamp', 'published', 'analysis'].concat([
    'threat_level_id',
    'Org',
    'Orgc',
    'Tag',
  ]),
);

type ItemKind = 'attribute' | 'object';

/**
 * The attributes of one event. They wait for its end, since tags and organisation may stand behind
 * them; of an event with more than `mostWaiting` characters of attributes the first go out with what
 * is known by then, so that memory is bounded and no event is too large.
 */
export class MispEvent {
  private fields: FieldTree = {};
  private waiting: { readonly kind: ItemKind; readonly item: JsonItem }[] = [];
  private waitingLength = 0;
  private hasAttributes = false;
  private readonly numbers: RecordNumbers;
  private readonly options: ReaderOptions;

  constructor(numbers: RecordNumbers, options: ReaderOptions) {
    this.numbers = numbers;
    this.options = options;
  }

  /** A field of the event: its name and its JSON text. */
  addField(name: string, text: string): void {
    // A new one each time: what was read of the attributes before keeps what was known then.
    this.fields = { ...this.fields, [name]: parsed(text) };
  }

  /** The list of attributes or of objects begins, perhaps an empty one. */
  beginList(): void {
    this.hasAttributes = true;
  }

  /** An element of one of these lists; gives what need not wait any longer. */
  *add(kind: ItemKind, item: JsonItem): Generator<RecordResult, void, undefined> {
    this.waiting.push({ kind, item });
    this.waitingLength += item.ok ? item.text.length : item.row.length;
    if (this.waitingLength > mostWaiting) yield* this.flush();
  }

  /** To be called at the end of the event. */
  *end(): Generator<RecordResult, void, undefined> {
    yield* this.flush();
    if (this.hasAttributes) return;
    const record = this.numbers.next();
    const reason = 'left out: an event without a list of attributes';
    const row = JSON.stringify(this.fields).slice(0, longestRow);
    yield bad({ record, fault: 'no-indicator', reason, row });
  }

  private *flush(): Generator<RecordResult, void, undefined> {
    const { waiting } = this;
    this.waiting = [];
    this.waitingLength = 0;
    for (const { kind, item } of waiting) {
      yield* readMispItem(kind, item, { event: this.fields }, this.numbers, this.options);
    }
  }
}

/** Counts the attributes of a file, from 1. */
export class RecordNumbers {
  private count = 0;

  /** The next number is `number`. */
  static at(number: number): RecordNumbers {
    const numbers = new RecordNumbers();
    numbers.count = number - 1;
    return numbers;
  }

  next(): number {
    return ++this.count;
  }
}

/** An element of a list of attributes, or of objects, each of which has attributes of its own. */
export function* readMispItem(
  kind: ItemKind,
  item: JsonItem,
  surroundings: AttributeSurroundings,
  numbers: RecordNumbers,
  options: ReaderOptions,
): Generator<RecordResult, void, undefined> {
  if (!item.ok) {
    const { fault, reason, row } = item;
    yield bad({ record: numbers.next(), fault, reason, row });
    return;
  }
  const tree = parseJsonRecord(item.text);
  if (!tree.ok) {
    const row = item.text.slice(0, longestRow);
    const reason = `left out: ${tree.problem}`;
    yield bad({ record: numbers.next(), fault: 'syntax', reason, row });
  } else if (kind === 'attribute') {
    yield* readMispAttribute(numbers.next(), tree.value, surroundings, options);
  } else {
    yield* readObject(tree.value, surroundings, numbers, options);
  }
}

function* readObject(
  object: FieldTree,
  surroundings: AttributeSurroundings,
  numbers: RecordNumbers,
  options: ReaderOptions,
): Generator<RecordResult, void, undefined> {
  const attributes = object['Attribute'];
  const row = (value: unknown): string => JSON.stringify(value).slice(0, longestRow);
  if (!Array.isArray(attributes)) {
    const reason = 'left out: an object without a list of attributes';
    yield bad({ record: numbers.next(), fault: 'no-indicator', reason, row: row(object) });
    return;
  }
  const isDeleted = [true, 1, '1'].some((yes) => yes === object['deleted']);
  const objectName = typeof object['name'] === 'string' ? object['name'] : undefined;
  for (const attribute of attributes as readonly unknown[]) {
    const number = numbers.next();
    if (isDeleted) options.onPassed?.('other');
    else if (isObject(attribute)) {
      yield* readMispAttribute(number, attribute, { ...surroundings, objectName }, options);
    } else {
      const reason = 'left out: not a JSON object';
      yield bad({ record: number, fault: 'syntax', reason, row: row(attribute) });
    }
  }
}
