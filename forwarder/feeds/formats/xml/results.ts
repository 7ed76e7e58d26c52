import {
  bad,
  ok,
  type ContextField,
  type FeedFault,
  type FeedProblem,
  type FeedRecord,
  type FieldTree,
  type Result,
} from '../../../core/index.js';
import type { RecordIndicators } from '../../record-indicators.js';

export type RecordResult = Result<FeedRecord, FeedProblem>;

/** One record as it was read from XML. */
export interface ReadRecord {
  /** Number of the record in its file, from 1. */
  readonly number: number;
  readonly found: RecordIndicators;
  /** What kind of fault the faults are. */
  readonly fault: FeedFault;
  readonly context: readonly ContextField[];
  readonly fields: FieldTree;
  readonly row: string;
}

/** How many faults of one record are told one by one. */
const toldFaults = 10;

/** The record, the problem, or both where only a part of its indicators can be used. */
export function recordResults(read: ReadRecord): readonly RecordResult[] {
  const { number: record, found, context, fields, row } = read;
  const { indicators, faults } = found;
  if (indicators.length === 0) {
    const isEmpty = faults.length === 0;
    const reason = `left out: ${isEmpty ? 'no indicator in it' : told(faults)}`;
    return [bad({ record, fault: isEmpty ? 'no-indicator' : read.fault, reason, row })];
  }
  const result = ok({ indicators, context, number: record, fields });
  if (faults.length === 0) return [result];
  const reason = `its other indicators are used: ${told(faults)}`;
  return [result, bad({ record, fault: read.fault, reason, row })];
}

function told(faults: readonly string[]): string {
  const rest = faults.length - toldFaults;
  const first = faults.slice(0, toldFaults).join('; ');
  return rest > 0 ? `${first}; and ${rest} more` : first;
}
