import { randomInt } from 'node:crypto';

import { aqlText } from '../../dsm/console/aql.js';
import type { RunMark } from '../envelope.js';
import { eventColumns } from './console-event.js';

/** Rows of one search at least: a run has some dozens. */
const minRows = 2000;

/**
 * Everything of one run, by what only its events hold. The text is searched, not the parsed fields:
 * those are empty in events that no log source type could read.
 */
export function runQuery(mark: RunMark, minutes: number): string {
  const where = [`vid=${mark.runId}`, `src=${mark.sourceAddress}`]
    .map((text) => `UTF8(payload) ILIKE ${aqlText(`%${text}%`)}`)
    .join(' OR ');
  return `SELECT ${eventColumns} FROM events WHERE ${where} ${freshLimit()} LAST ${minutes} MINUTES`;
}

/** Status and evaluation events of the service, whatever log source they lie under. */
export function noticesQuery(identifier: string, minutes: number): string {
  const ofService = `UTF8(payload) ILIKE ${aqlText(`% ${identifier} LEEF:%`)}`;
  const ofType = ['|KL_ALERT_', '|KL_EVALUATION_', '|LookupFinished|']
    .map((text) => `UTF8(payload) ILIKE ${aqlText(`%${text}%`)}`)
    .join(' OR ');
  return `SELECT ${eventColumns} FROM events WHERE ${ofService} AND (${ofType}) ${freshLimit()} LAST ${minutes} MINUTES`;
}

/**
 * A limit that no search had before: the console answers an equal search with the rows it found the
 * last time.
 */
export function freshLimit(): string {
  return `LIMIT ${minRows + randomInt(100_000)}`;
}
