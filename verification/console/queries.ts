import { aqlText } from '../../dsm/console/aql.js';
import type { RunMark } from '../envelope.js';
import { eventColumns } from './console-event.js';

/** Rows of one search at most: a run has some dozens. */
const maxRows = 2000;

/**
 * Everything of one run, by what only its events hold. The text is searched, not the parsed fields:
 * those are empty in events that no log source type could read. `attempt` makes each search a new
 * one: the console would answer an equal one with the rows it found before.
 */
export function runQuery(mark: RunMark, minutes: number, attempt: number): string {
  const where = [`vid=${mark.runId}`, `src=${mark.sourceAddress}`]
    .map((text) => `UTF8(payload) ILIKE ${aqlText(`%${text}%`)}`)
    .join(' OR ');
  return `SELECT ${eventColumns} FROM events WHERE ${where} LIMIT ${maxRows + attempt} LAST ${minutes} MINUTES`;
}

/** Status and evaluation events of the service, whatever log source they lie under. */
export function noticesQuery(identifier: string, minutes: number, attempt: number): string {
  const ofService = `UTF8(payload) ILIKE ${aqlText(`% ${identifier} LEEF:%`)}`;
  const ofType = ['|KL_ALERT_', '|KL_EVALUATION_', '|LookupFinished|']
    .map((text) => `UTF8(payload) ILIKE ${aqlText(`%${text}%`)}`)
    .join(' OR ');
  return `SELECT ${eventColumns} FROM events WHERE ${ofService} AND (${ofType}) LIMIT ${maxRows + attempt} LAST ${minutes} MINUTES`;
}
