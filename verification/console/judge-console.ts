import { describeEvent } from '../../dsm/events/catalogue.js';
import { logSourceTypeNames } from '../../dsm/identity.js';
import type { ExpectedResults } from '../expected.js';
import { indicatorKey, indicatorOf } from '../indicators.js';
import { judge, type Judgement, type VerificationRow } from '../judge.js';
import { namingOf, type ReadConsoleEvent } from './console-event.js';
import { everywhere, type Places } from './run-events.js';

/**
 * What became of one expected detection on the console: all is well; it is not there; it was not
 * read (Stored) or not named (Unknown); it is there under another log source, name, category or
 * severity than it should.
 */
export const rowResults = [
  'pass',
  'MISS',
  'Stored',
  'Unknown',
  'wrong log source',
  'wrong name',
  'wrong category',
  'wrong severity',
] as const;
export type RowResult = (typeof rowResults)[number];

/** One line of the table: what one feed must give for one indicator, and what the console shows. */
export interface ConsoleRow extends Omit<VerificationRow, 'passed'> {
  /** As the console shows it; undefined when it is not there. */
  readonly shown: ReadConsoleEvent | undefined;
  readonly result: RowResult;
}

export interface ConsoleJudgement extends Omit<Judgement, 'rows'> {
  readonly rows: readonly ConsoleRow[];
}

export interface JudgeConsoleInput {
  readonly expected: ExpectedResults;
  readonly sentKeys: ReadonlySet<string>;
  readonly detections: Places;
  /** Names or patterns of the loaded feeds; undefined: those of which anything is seen. */
  readonly feedPatterns: readonly string[] | undefined;
}

/**
 * Judges the run's detections as `threat-forwarder verify` does, by their payloads, then what the
 * console made of each: its name, its category, its severity, its log source.
 */
export function judgeConsole(input: JudgeConsoleInput): ConsoleJudgement {
  const { expected, sentKeys, detections, feedPatterns } = input;
  const events = everywhere(detections).flatMap((shown) => {
    const indicator = shown.leef && indicatorOf(shown.leef.attributes, sentKeys);
    const event = shown.leef?.eventId;
    return event === undefined || indicator === undefined ? [] : [{ event, indicator, shown }];
  });
  const judged = judge({
    expected,
    sentKeys,
    detections: events,
    feedPatterns,
    announcedFeeds: new Set(),
  });
  const waiting = new Map<string, ReadConsoleEvent[]>();
  for (const { event, indicator, shown } of events) {
    const key = `${event} ${indicatorKey(indicator)}`;
    const list = waiting.get(key);
    if (list === undefined) waiting.set(key, [shown]);
    else list.push(shown);
  }
  const isElsewhere = new Set(detections.elsewhere);
  const rows = judged.rows.map(({ passed, ...row }): ConsoleRow => {
    const shown = passed
      ? waiting.get(`${row.expected} ${indicatorKey(row.indicator)}`)?.shift()
      : undefined;
    if (shown === undefined) return { ...row, shown, result: 'MISS' };
    return { ...row, shown, result: resultOf(row.expected, shown, isElsewhere.has(shown)) };
  });
  return { ...judged, rows };
}

function resultOf(id: string, shown: ReadConsoleEvent, isElsewhere: boolean): RowResult {
  const naming = namingOf(shown);
  switch (naming) {
    case 'stored':
      return 'Stored';
    case 'unknown':
      return 'Unknown';
    case 'named':
      return isElsewhere ? 'wrong log source' : comparisonOf(id, shown);
    default:
      return naming satisfies never;
  }
}

/**
 * The vendor's own DSM names and sorts events as it likes; which names it uses is not published, so
 * any name and any category of it is taken for right.
 */
function comparisonOf(id: string, shown: ReadConsoleEvent): RowResult {
  if (shown.logSourceTypeName === logSourceTypeNames.vendor) return 'pass';
  const { category, severity } = describeEvent(id);
  if (shown.eventName !== id) return 'wrong name';
  if (shown.categoryName !== category.name) return 'wrong category';
  // The event's own `sev` comes before that of its QID record.
  const own = Number(shown.leef?.attributes.get('sev'));
  return shown.severity === severity || shown.severity === own ? 'pass' : 'wrong severity';
}
