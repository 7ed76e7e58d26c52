import { counted, formatTable, printable } from '../table.js';
import { numberText } from '../status/values-text.js';
import { bar } from './bar.js';
import { localText, zoneName } from './local-time.js';
import type { Period } from './period.js';
import type { StatsRow, StatsSummary } from './summary.js';

export interface TextOptions {
  readonly usesBlocks: boolean;
  readonly bold: (text: string) => string;
}

/** Two digits that say something: shares are mostly far below one hundredth. */
const shares = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });

/** The totals and, where there are detections, the table. Without a line end after the last line. */
export function statsText(
  summary: StatsSummary,
  period: Period,
  { usesBlocks, bold }: TextOptions,
): string {
  const { events, detections, rows, others } = summary;
  const heading = `${bold(`Detections by ${summary.by}`)} ${periodText(period)}`;
  const share =
    events === 0 ? '' : ` (${shares.format((100 * detections) / events)} % of the events)`;
  const totals = `${numberText(events)} events checked, ${numberText(detections)} detections${share}`;
  if (rows.length === 0) return `${heading}\n${totals}`;
  const more =
    others.rows === 0
      ? ''
      : `\n… and ${counted(others.rows, 'more row')} with ${numberText(others.detections)} detections`;
  return `${heading}\n${totals}\n\n${table(summary, usesBlocks, bold)}${more}`;
}

/** `since 2026-11-20 17:00 +01:00 (Europe/Berlin)`. */
export function periodText({ fromMs, toMs, isOpen }: Period): string {
  const begin = localText(fromMs);
  const span = isOpen ? `since ${begin}` : `from ${begin} to ${localText(toMs)}`;
  return `${span} (${zoneName()})`;
}

function table(
  { by, rows, detections }: StatsSummary,
  usesBlocks: boolean,
  bold: TextOptions['bold'],
): string {
  const most = Math.max(1, ...rows.map((row) => row.detections));
  const isByTime = by === 'hour' || by === 'day';
  const columns = [
    [by, ...rows.map(nameOf)],
    ...(isByTime
      ? [
          toTheRight(
            'events',
            rows.map(({ events }) => numberText(events ?? 0)),
          ),
        ]
      : []),
    toTheRight(
      'detections',
      rows.map((row) => numberText(row.detections)),
    ),
    ...(isByTime
      ? []
      : [
          toTheRight(
            'share',
            rows.map((row) => percent(row.detections, detections)),
          ),
        ]),
    ['', ...rows.map((row) => bar(row.detections / most, usesBlocks))],
  ];
  const lineAt = (at: number): string[] => columns.map((column) => column[at] ?? '');
  return formatTable(
    lineAt(0),
    rows.map((_, at) => lineAt(at + 1)),
    bold,
  );
}

function nameOf({ name, startMs }: StatsRow): string {
  if (startMs !== undefined) return localText(startMs);
  return name === '' ? '(none)' : printable(name, 60);
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
}

function toTheRight(heading: string, texts: readonly string[]): string[] {
  const width = Math.max(heading.length, ...texts.map(({ length }) => length));
  return [heading, ...texts].map((text) => text.padStart(width));
}
