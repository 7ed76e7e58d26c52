import { aqlText } from '../../../../../dsm/console/aql.js';
import { freshLimit } from '../../../../../verification/console/index.js';

/** How often a log source received events of one name and category. */
export interface EventTally {
  readonly eventName: string;
  readonly categoryName: string;
  /** Events as they are kept. */
  readonly kept: number;
  /** Events as they came in: more than were kept where some were merged (coalescing). */
  readonly received: number;
}

const columns = [
  'QIDNAME(qid) AS event_name',
  'CATEGORYNAME(category) AS category_name',
  'COUNT(*) AS kept_count',
  'SUM(eventcount) AS received_count',
].join(', ');

/** Counts the events of log sources by name and category, of the last 24 hours. */
export function tallyQuery(logSourceNames: readonly string[]): string {
  const where = logSourceNames
    .map((name) => `LOGSOURCENAME(logsourceid) = ${aqlText(name)}`)
    .join(' OR ');
  return `SELECT ${columns} FROM events WHERE ${where} GROUP BY qid, category ${freshLimit()} LAST 24 HOURS`;
}

/** Counts the console's notifications about itself. */
export function notificationsQuery(): string {
  const where = `LOGSOURCETYPENAME(devicetype) = 'System Notification'`;
  return `SELECT ${columns} FROM events WHERE ${where} GROUP BY qid, category ${freshLimit()} LAST 24 HOURS`;
}

/** A row of such a search. */
export function tallyOf(row: Readonly<Record<string, unknown>>): EventTally {
  const kept = numberOf(row['kept_count']);
  return {
    eventName: textOf(row['event_name']),
    categoryName: textOf(row['category_name']),
    kept,
    received: Math.max(kept, numberOf(row['received_count'])),
  };
}

/** How many events were kept of those that fit. */
export function keptOf(tally: readonly EventTally[], fits: (entry: EventTally) => boolean): number {
  return tally.filter(fits).reduce((sum, { kept }) => sum + kept, 0);
}

function numberOf(value: unknown): number {
  const number = Number(value);
  return Number.isFinite(number) ? number : 0;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
