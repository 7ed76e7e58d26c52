import { formatTable, sizeText } from '../table.js';
import type { CategoryCount } from './tally.js';

/** What a scan has come to. */
export interface ScanTotals {
  readonly files: number;
  readonly events: number;
  readonly detections: number;
  readonly bytes: number;
  /** Time of all parts of an interrupted scan. */
  readonly elapsedMs: number;
  /** Lines longer than a line may be, which were left out. */
  readonly longLines: number;
  /** Files that could not be read to their end. */
  readonly unreadable: number;
}

/**
 * The end of a report (CyberTrace help, page 171644):
 *
 *     Total number of objects sent to KTFS: 35
 *     Total number of detects received from KTFS: 47
 *     Total scan time: 00:00:01.032
 */
export function totalsText({ events, detections, elapsedMs }: ScanTotals): string {
  return [
    `Total number of objects sent to KTFS: ${events}`,
    `Total number of detects received from KTFS: ${detections}`,
    `Total scan time: ${durationText(elapsedMs)}`,
    '',
  ].join('\n');
}

/** Milliseconds as `hh:mm:ss.mmm`. */
export function durationText(elapsedMs: number): string {
  const whole = Math.max(0, Math.round(elapsedMs));
  const pad = (value: number, width = 2): string => String(Math.floor(value)).padStart(width, '0');
  const seconds = whole / 1000;
  return `${pad(seconds / 3600)}:${pad((seconds / 60) % 60)}:${pad(seconds % 60)}.${pad(whole % 1000, 3)}`;
}

/** The table for people: what was found, by category, and how fast it went. */
export function summaryText(
  totals: ScanTotals,
  counts: readonly CategoryCount[],
  isFull: boolean,
): string {
  const { files, events, detections, bytes, elapsedMs, longLines, unreadable } = totals;
  const least = isFull ? '≥ ' : '';
  const rows = counts.map((count) => [
    count.category,
    String(count.detections),
    `${least}${count.indicators}`,
  ]);
  const table =
    rows.length === 0
      ? 'nothing detected'
      : formatTable(['category', 'detections', 'indicators'], rows);
  const seconds = Math.max(elapsedMs, 1) / 1000;
  const long = longLines === 0 ? '' : `; ${longLines} lines were too long and left out`;
  const left =
    unreadable === 0 ? long : `${long}; ${unreadable} files could not be read to their end`;
  return `${table}
${events} events in ${files} ${files === 1 ? 'input' : 'inputs'} (${sizeText(bytes)}), ${detections} detections, ${durationText(elapsedMs)}, ${Math.round(events / seconds)} events/s${left}
`;
}
