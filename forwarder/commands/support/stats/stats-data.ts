import { localIso, zoneName } from './local-time.js';
import type { Period } from './period.js';
import type { Grouping, StatsRow, StatsSummary } from './summary.js';

/** A file that could not be taken into account. */
export interface StatsProblem {
  readonly path: string;
  readonly problem: string;
}

/** What --json prints. Times have the offset of the local zone. */
export function statsJson(
  summary: StatsSummary,
  { fromMs, toMs }: Period,
  more: {
    readonly directory: string;
    readonly problems: readonly StatsProblem[];
    /** Why there is nothing. */
    readonly why: string | undefined;
  },
): object {
  const { by, events, detections, rows, others } = summary;
  return {
    directory: more.directory,
    from: localIso(fromMs),
    to: localIso(toMs),
    timeZone: zoneName(),
    by,
    events,
    detections,
    rows: rows.map((row) => ({ [by]: valueOf(row), ...countsOf(row) })),
    others,
    problems: more.problems,
    why: more.why ?? null,
  };
}

/** What --csv prints: a heading and a line each row (RFC 4180, lines end with LF). */
export function statsCsv({ by, rows }: StatsSummary): string {
  const isByTime = by === 'hour' || by === 'day';
  const lines = rows.map((row) => [valueOf(row), ...Object.values(countsOf(row)).map(String)]);
  return [headings(by, isByTime), ...lines]
    .map((line) => `${line.map(quoted).join(',')}\n`)
    .join('');
}

function headings(by: Grouping, isByTime: boolean): readonly string[] {
  return isByTime ? [by, 'events', 'detections'] : [by, 'detections'];
}

function valueOf({ name, startMs }: StatsRow): string {
  return startMs === undefined ? name : localIso(startMs);
}

function countsOf({ events, detections }: StatsRow): Readonly<Record<string, number>> {
  return { ...(events === undefined ? {} : { events }), detections };
}

function quoted(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
