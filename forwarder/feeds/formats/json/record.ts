import {
  bad,
  ok,
  type FeedFault,
  type FeedProblem,
  type FeedRecord,
  type FieldTree,
  type Indicator,
  type Result,
} from '../../../core/index.js';
import { indicatorsByFields } from '../../field-indicators.js';
import { contextOf } from '../../record-context.js';
import { excerpt } from '../../read-indicator.js';
import type { RecordIndicators } from '../../record-indicators.js';
import { longestRow, type FieldRule } from '../format.js';
import type { JsonItem } from './list-items.js';
import { nestedRecords } from './nested.js';
import { parseJsonRecord } from './parse-record.js';
import { usualIndicators } from '../usual-fields.js';

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
  return treeResults(record, parsed.value, find, () => item.text);
}

/**
 * What an object gives: a record, or those of the list of indicators in it, all with its number,
 * where indicators are found by the usual names (see nestedRecords).
 */
export function treeResults(
  record: number,
  tree: FieldTree,
  find: IndicatorFinder,
  rowOf: () => string,
): readonly RecordResult[] {
  const nested = find === usualIndicators ? nestedRecords(tree) : undefined;
  if (nested === undefined) return recordResults(record, tree, find(tree), rowOf);
  return nested.flatMap((one) => recordResults(record, one, find(one), () => JSON.stringify(one)));
}

const notUtf8 = 'is not UTF-8';
/** Stands for bytes that are no UTF-8. */
const replacement = '\ufffd';

/**
 * A record with the indicators found in it. What of them cannot be used is one problem beside it;
 * where none can, the record is left out. `rowOf` gives the row as it stood in the feed. Bytes that
 * are no UTF-8 spoil an indicator, since it could never be found; in other fields they do no harm.
 */
export function recordResults(
  record: number,
  fields: FieldTree,
  { indicators, faults }: RecordIndicators,
  rowOf: () => string,
  context?: FeedRecord['context'],
): readonly RecordResult[] {
  if (indicators.some(isSpoilt)) {
    return recordResults(record, fields, withoutSpoilt({ indicators, faults }), rowOf, context);
  }
  const row = (): string => rowOf().slice(0, longestRow);
  if (indicators.length === 0) {
    const reason = faults.length === 0 ? 'no indicator in it' : faults.join('; ');
    return [bad({ record, fault: faultOf(faults), reason: `left out: ${reason}`, row: row() })];
  }
  const good = ok({
    indicators,
    context: context ?? contextOf(fields),
    number: record,
    fields,
  });
  if (faults.length === 0) return [good];
  const reason = `its other indicators are used: ${faults.join('; ')}`;
  return [good, bad({ record, fault: faultOf(faults), reason, row: row() })];
}

function isSpoilt({ value }: Indicator): boolean {
  return value.includes(replacement);
}

function withoutSpoilt({ indicators, faults }: RecordIndicators): RecordIndicators {
  return {
    indicators: indicators.filter((indicator) => !isSpoilt(indicator)),
    faults: [
      ...faults,
      ...indicators.filter(isSpoilt).map(({ value }) => `${excerpt(value)} ${notUtf8}`),
    ],
  };
}

function faultOf(faults: RecordIndicators['faults']): FeedFault {
  if (faults.length === 0) return 'no-indicator';
  return faults.every((fault) => fault.endsWith(notUtf8)) ? 'encoding' : 'bad-indicator';
}
