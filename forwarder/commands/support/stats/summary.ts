import type { StatisticsHour } from '../../../service/statistics/index.js';
import { localDay } from './local-time.js';

/** What rows are by. */
export const groupings = ['category', 'feed', 'source', 'hour', 'day'] as const;
export type Grouping = (typeof groupings)[number];

export interface StatsRow {
  /** Name of the category, feed or source; the local day; '' for an hour. */
  readonly name: string;
  /** When the hour began, milliseconds since 1970. */
  readonly startMs?: number;
  /** Only of hours and days: events are not told apart by anything else. */
  readonly events?: number;
  readonly detections: number;
}

export interface StatsSummary {
  readonly by: Grouping;
  readonly events: number;
  readonly detections: number;
  /** Hours of which there are counts. */
  readonly hours: number;
  /** By category, feed, source: most detections first. By hour and day: in order of time. */
  readonly rows: readonly StatsRow[];
  /** Rows that --top left out. */
  readonly others: { readonly rows: number; readonly detections: number };
}

interface Sum {
  readonly startMs?: number;
  events: number;
  detections: number;
}

/** Adds up hours by one of the groupings; `top`: only so many rows, those with most detections. */
export async function summarise(
  hours: AsyncIterable<StatisticsHour>,
  by: Grouping,
  top = Infinity,
): Promise<StatsSummary> {
  const sums = new Map<string, Sum>();
  const total = { events: 0, detections: 0, hours: 0 };
  for await (const hour of hours) {
    const detections = hour.detections.reduce((sum, { count }) => sum + count, 0);
    total.events += hour.events;
    total.detections += detections;
    total.hours += 1;
    switch (by) {
      case 'hour':
        addTo(sums, String(hour.startMs), hour.events, detections, hour.startMs);
        break;
      case 'day':
        addTo(sums, localDay(hour.startMs), hour.events, detections);
        break;
      case 'category':
      case 'feed':
      case 'source':
        for (const one of hour.detections) addTo(sums, one[by], 0, one.count);
        break;
      default:
        by satisfies never;
    }
  }
  const rows = [...sums].map(([name, sum]) => rowOf(by, name, sum));
  const isByTime = by === 'hour' || by === 'day';
  // Sorting keeps the order of time among equals.
  if (!isByTime || rows.length > top) rows.sort(byDetections);
  const left = rows.slice(Math.min(top, rows.length));
  return {
    by,
    ...total,
    rows: rows.slice(0, rows.length - left.length),
    others: { rows: left.length, detections: left.reduce((sum, row) => sum + row.detections, 0) },
  };
}

function addTo(
  sums: Map<string, Sum>,
  name: string,
  events: number,
  detections: number,
  startMs?: number,
): void {
  const sum = sums.get(name);
  if (sum === undefined) {
    sums.set(name, { events, detections, ...(startMs === undefined ? {} : { startMs }) });
  } else {
    sum.events += events;
    sum.detections += detections;
  }
}

function rowOf(by: Grouping, name: string, { startMs, events, detections }: Sum): StatsRow {
  if (startMs !== undefined) return { name: '', startMs, events, detections };
  return by === 'day' ? { name, events, detections } : { name, detections };
}

function byDetections(one: StatsRow, other: StatsRow): number {
  const difference = other.detections - one.detections;
  if (difference !== 0 || one.name === other.name) return difference;
  return one.name < other.name ? -1 : 1;
}
