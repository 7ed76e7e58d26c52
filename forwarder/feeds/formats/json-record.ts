import {
  bad,
  ok,
  type FeedProblem,
  type FeedRecord,
  type FieldTree,
  type Result,
} from '../../core/index.js';
import { indicatorsByFields } from '../field-indicators.js';
import { contextOf } from '../record-context.js';
import type { RecordIndicators } from '../record-indicators.js';
import { longestRow, type FieldRule } from './format.js';
import type { JsonItem } from './json-list-items.js';
import { parseJsonRecord } from './parse-json-record.js';

export type RecordResult = Result<FeedRecord, FeedProblem>;

/** Finds the indicators of a record. */
export type IndicatorFinder = (record: FieldTree) => RecordIndicators;

/** By the fields of the configuration, or else by the names that are usual in the format. */
export function finderFor(
  fields: readonly FieldRule[] | undefined,
  usual: IndicatorFinder,
): IndicatorFinder {
  return fields === undefined ? usual : (record) => indicatorsByFields(record, fields);
}

/** What an element of a JSON list gives: a record, a problem, or both. */
export function readJsonItem(item: JsonItem, find: IndicatorFinder): readonly RecordResult[] {
  const record = item.number;
  if (!item.ok) {
    const { fault, reason, row } = item;
    return [bad({ record, fault, reason, row })];
  }
  const parsed = parseJsonRecord(item.text);
  if (!parsed.ok) {
    const row = item.text.slice(0, longestRow);
    return [bad({ record, fault: 'syntax', reason: `left out: ${parsed.problem}`, row })];
  }
  return recordResults(record, parsed.value, find(parsed.value), () => item.text);
}

/**
 * A record with the indicators found in it. What of them cannot be used is one problem beside it;
 * where none can, the record is left out. `rowOf` gives the row as it stood in the feed.
 */
export function recordResults(
  record: number,
  fields: FieldTree,
  { indicators, faults }: RecordIndicators,
  rowOf: () => string,
  context: FeedRecord['context'] = contextOf(fields),
): readonly RecordResult[] {
  const row = (): string => rowOf().slice(0, longestRow);
  if (indicators.length === 0) {
    const reason = faults.length === 0 ? 'no indicator in it' : faults.join('; ');
    const fault = faults.length === 0 ? 'no-indicator' : 'bad-indicator';
    return [bad({ record, fault, reason: `left out: ${reason}`, row: row() })];
  }
  const good = ok({ indicators, context, fields });
  if (faults.length === 0) return [good];
  const reason = `its other indicators are used: ${faults.join('; ')}`;
  return [good, bad({ record, fault: 'bad-indicator', reason, row: row() })];
}
