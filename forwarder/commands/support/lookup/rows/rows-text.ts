import type { Quota } from '../../../../lookup/lookup-result.js';
import { quotaText } from '../quota-text.js';
import { rowOutcomes } from './row-answers.js';
import type { RowCounts } from './row-state.js';

/** What came of rows. */
export interface RowsSummary {
  readonly counts: Readonly<RowCounts>;
  /** Different values looked up, in the cache or in the portal, since this run began. */
  readonly lookups: number;
  readonly quota: Quota | undefined;
}

const words = {
  data: 'with data',
  noData: 'the portal has no data of',
  refused: 'whose value the portal refused',
  notRecognised: 'whose value is no hash, IP address, domain or URL',
  empty: 'without a value',
} as const;

/** Rows that are done. */
export function countRows(counts: Readonly<RowCounts>): number {
  return rowOutcomes.reduce((sum, name) => sum + counts[name], 0);
}

/** What came of rows, for people; ends with LF. */
export function rowsText({ counts, lookups, quota }: RowsSummary): string {
  const parts = rowOutcomes
    .filter((name) => name === 'data' || counts[name] > 0)
    .map((name) => `${counts[name]} ${words[name]}`);
  const rest = quota === undefined ? '' : `; ${quotaText(quota)}`;
  return `${countRows(counts)} rows: ${parts.join(', ')}; ${lookups} values looked up${rest}\n`;
}

export function rowsJson({ counts, lookups, quota }: RowsSummary): string {
  const summary = { rows: countRows(counts), ...counts, lookups, quota };
  return `${JSON.stringify(summary, undefined, 2)}\n`;
}
