import { bad, ok, type ContextField } from '../../../core/index.js';
import { excerpt } from '../../read-indicator.js';
import { longestRow, type ReaderOptions } from '../format.js';
import { JsonArraySplitter } from '../json/array-splitter.js';
import type { ItemLimits, JsonItem } from '../json/list-items.js';
import { parsed } from '../json/outline.js';
import type { RecordResult } from '../json/record.js';
import { mispParts } from '../misp/types.js';
import { readEntry, warninglistTypes, type WarninglistType } from './types.js';

/** How much of a list that is held is turned into bytes at a time. */
const pieceLength = 65_536;

export function isWarninglistType(value: unknown): value is WarninglistType {
  return warninglistTypes.some((type) => type === value);
}

/** Turns the entries of one warninglist into records. */
export class WarninglistEntries {
  private readonly type: WarninglistType;
  private readonly context: readonly ContextField[];
  /** Whether the list is for values that events are searched for. */
  private readonly isWanted: boolean;
  private readonly options: ReaderOptions;

  constructor(type: WarninglistType, fields: ReadonlyMap<string, unknown>, options: ReaderOptions) {
    const name = fields.get('name');
    this.type = type;
    this.context = typeof name === 'string' && name !== '' ? [['warninglist', name]] : [];
    this.isWanted = isForIndicators(fields.get('matching_attributes'));
    this.options = options;
  }

  /** One entry: a record, a problem, or nothing when the list is for other values. */
  *read(item: JsonItem): Generator<RecordResult, void, undefined> {
    const { number: record } = item;
    if (!item.ok) {
      yield bad({ record, fault: item.fault, reason: item.reason, row: item.row });
      return;
    }
    const row = item.text.slice(0, longestRow);
    const entry = parsed(item.text);
    if (typeof entry !== 'string') {
      yield bad({ record, fault: 'syntax', reason: 'left out: not a text', row });
    } else if (!this.isWanted) {
      this.options.onPassed?.('other');
    } else {
      const reading = readEntry(this.type, entry.trim());
      if (reading.ok) {
        yield ok({ indicators: [reading.value], context: this.context, number: record });
      } else {
        const fault = this.faultOf(reading.problem);
        yield bad({ record, fault, reason: `left out: ${excerpt(entry)} ${reading.problem}`, row });
      }
    }
  }

  /** The entries of a whole list. */
  *readAll(
    list: string,
    limits: ItemLimits,
    origin: string,
  ): Generator<RecordResult, void, undefined> {
    const splitter = new JsonArraySplitter(limits, origin);
    for (let from = 0; from < list.length;) {
      const isPair = (list.charCodeAt(from + pieceLength - 1) & 0xfc00) === 0xd800;
      const end = from + pieceLength + (isPair ? 1 : 0);
      const piece = Buffer.from(list.slice(from, end));
      from = end;
      for (let at = 0; at < piece.length;) {
        at = splitter.scan(piece, at);
        const item = splitter.take();
        if (item !== undefined) yield* this.read(item);
      }
    }
    splitter.end();
  }

  private faultOf(problem: string): 'unsupported' | 'over-broad' | 'bad-indicator' {
    if (this.type === 'regex' || problem.includes('*')) return 'unsupported';
    return problem.startsWith('would cover') ? 'over-broad' : 'bad-indicator';
  }
}

/** A list that does not say what it is for is for everything. */
function isForIndicators(attributes: unknown): boolean {
  if (!Array.isArray(attributes) || attributes.length === 0) return true;
  return attributes.some(
    (type: unknown) => typeof type === 'string' && mispParts(type) !== undefined,
  );
}
