import picocolors from 'picocolors';

import { describeEvent } from '../../../../../dsm/index.js';
import type { ConsoleReport, ConsoleRow } from '../../../../../verification/console/index.js';
import { formatTable, printable } from '../../table.js';

/** The report for a person: the table, what was counted, the verdict, what must be missing. Ends with LF. */
export function verifyText(report: ConsoleReport): string {
  const { evidence, rows, passed, advice } = report;
  const lines = [
    `verification run ${report.runId}, source address ${report.sourceAddress}`,
    `${evidence.sent} of ${evidence.events} test events sent to ${evidence.collector}; in JSA: ` +
      `${countText(evidence.verification)} test events, ${countText(evidence.detections)} detections, ` +
      noticeText(report),
    '',
    ...tableLines(rows),
    '',
  ];
  for (const { kind, event, indicator, count } of report.unexpected) {
    const verdict = kind === 'clean' ? picocolors.red('unexpected') : 'also seen';
    const times = count === 1 ? '' : ` (${count} times)`;
    lines.push(`${verdict}: ${printable(event)} for ${printable(indicator)}${times}`);
  }
  if (report.otherFeeds.length > 0) {
    lines.push(`not judged, as not loaded: ${report.otherFeeds.join(', ')}`);
  }
  const verdict = passed ? picocolors.green('PASSED') : picocolors.red('FAILED');
  const seconds = (report.durationMs / 1000).toFixed(1);
  lines.push(
    `${verdict}: ${report.passedRows} of ${rows.length} expected detections seen, named and ` +
      `categorised in ${seconds} s${stopText[report.stopped]}`,
  );
  for (const { step, finding, toDo } of advice) {
    lines.push(
      `${picocolors.red('-')} ${step}: ${printable(finding, 400)}`,
      `  what to do: ${toDo}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

const stopText = {
  complete: '',
  'time-limit': '; not all of it came within the time limit',
  'search-failed': '; the last search failed, what was found before is shown',
  stopped: '; stopped before the end',
} as const;

function tableLines(rows: readonly ConsoleRow[]): readonly string[] {
  if (rows.length === 0) return ['(no feed to judge)'];
  const sources = new Set(rows.flatMap(({ shown }) => shown?.logSourceName ?? []));
  const [source] = sources;
  // One name over all rows would make the table wider and say no more.
  const isOne = sources.size === 1 && source !== undefined;
  const headings = ['feed', 'indicator', 'expected', 'JSA shows', 'category', 'severity'];
  const rest = isOne ? ['result'] : ['log source', 'result'];
  const table = formatTable(
    [...headings, ...rest],
    rows.map((row) => {
      const { logSource, result, cells } = cellsOf(row);
      return [...cells, ...(isOne ? [] : [logSource]), result];
    }),
  );
  return isOne ? [`log source in JSA: ${printable(source, 100)}`, '', table] : [table];
}

function cellsOf({ feed, indicator, expected, shown, result, note }: ConsoleRow) {
  const wanted = describeEvent(expected);
  const isPass = result === 'pass';
  const mark = isPass ? picocolors.green(result) : picocolors.red(result);
  const why = isPass ? '' : wantedText(result, wanted.category.name, wanted.severity);
  const shownAs =
    shown === undefined
      ? ['-', '-', '-']
      : [
          shown.eventName === expected ? 'yes' : printable(shown.eventName, 60),
          printable(shown.categoryName, 60),
          String(shown.severity),
        ];
  return {
    cells: [feed, shortened(indicator), expected, ...shownAs],
    logSource: shown === undefined ? '-' : printable(shown.logSourceName, 60),
    result: `${mark}${why}${result === 'MISS' && note !== undefined ? ` ${note}` : ''}`,
  };
}

function wantedText(result: ConsoleRow['result'], category: string, severity: number): string {
  if (result === 'wrong category') return ` (expected ${category})`;
  return result === 'wrong severity' ? ` (expected ${severity})` : '';
}

function countText({ own, generic, elsewhere }: ConsoleReport['evidence']['detections']): string {
  return String(own + generic + elsewhere);
}

function noticeText({ status, evaluation }: ConsoleReport): string {
  const unnamed = status.unnamed + evaluation.unnamed;
  const bad = unnamed === 0 ? '' : ` (${unnamed} of these Unknown or Stored)`;
  return `${status.seen} status and ${evaluation.seen} evaluation events of the last hour${bad}`;
}

/** A SHA256 hash would make the table too wide: its ends are enough to know it by. */
function shortened(indicator: string): string {
  return indicator.length <= 40 ? indicator : `${indicator.slice(0, 20)}…${indicator.slice(-12)}`;
}
