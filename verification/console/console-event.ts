import { describeEvent } from '../../dsm/events/catalogue.js';
import { decodeLeef, type LeefEvent } from '../../dsm/leef/decode.js';
import { parseSyslog } from '../../dsm/syslog/parse.js';

/** An event as the console shows it. */
export interface ConsoleEvent {
  /** Name of the QID record. */
  readonly eventName: string;
  readonly categoryName: string;
  readonly logSourceName: string;
  readonly logSourceTypeName: string;
  readonly severity: number;
  /** More than 1: the console merged so many into one and kept the first payload (coalescing). */
  readonly eventCount: number;
  readonly payload: string;
}

/** An event with what its payload says. */
export interface ReadConsoleEvent extends ConsoleEvent {
  /** Host name of its syslog header: what the console finds the log source by. */
  readonly host: string | undefined;
  /** Undefined when the payload holds no LEEF event. */
  readonly leef: LeefEvent | undefined;
}

/**
 * The columns of a search, by the name they come back under. Names without capitals: what becomes of
 * others differs between releases.
 */
export const eventColumns = [
  'QIDNAME(qid) AS event_name',
  'CATEGORYNAME(category) AS category_name',
  'LOGSOURCENAME(logsourceid) AS log_source_name',
  'LOGSOURCETYPENAME(devicetype) AS log_source_type_name',
  'severity AS event_severity',
  'eventcount AS event_count',
  'UTF8(payload) AS payload_text',
].join(', ');

/** A row of such a search; what is missing or of another type becomes empty. */
export function consoleEventOf(row: Readonly<Record<string, unknown>>): ReadConsoleEvent {
  const payload = textOf(row['payload_text']);
  const syslog = parseSyslog(payload);
  const decoded = decodeLeef(syslog.body);
  return {
    eventName: textOf(row['event_name']),
    categoryName: textOf(row['category_name']),
    logSourceName: textOf(row['log_source_name']),
    logSourceTypeName: textOf(row['log_source_type_name']),
    severity: Number(row['event_severity'] ?? 0),
    eventCount: Math.max(1, Number(row['event_count'] ?? 1) || 1),
    payload,
    host: syslog.host,
    leef: decoded.ok ? decoded.event : undefined,
  };
}

/**
 * What the console made of an event. `stored`: no log source type could read it, or there is no log
 * source for it yet (SIM Generic Log DSM). `unknown`: it was read, but no mapping names it.
 */
export type Naming = 'named' | 'unknown' | 'stored';

export function namingOf(event: ConsoleEvent): Naming {
  if (isGeneric(event) || isWord(event, 'Stored')) return 'stored';
  return isWord(event, 'Unknown') ? 'unknown' : 'named';
}

/** Whether the event lies where the console puts what belongs to no log source. */
export function isGeneric({ logSourceTypeName, logSourceName }: ConsoleEvent): boolean {
  return /^SIM Generic\b/i.test(logSourceTypeName) || /^SIM Generic\b/i.test(logSourceName);
}

/** The type of one of our events, by the event id of its payload. */
export function typeOf({ leef }: ReadConsoleEvent): 'Detect' | 'Status' | 'Evaluation' | undefined {
  return leef === undefined ? undefined : describeEvent(leef.eventId).type;
}

function isWord({ eventName, categoryName }: ConsoleEvent, word: string): boolean {
  const pattern = new RegExp(`^${word}\\b`, 'i');
  return pattern.test(categoryName) || pattern.test(eventName);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
