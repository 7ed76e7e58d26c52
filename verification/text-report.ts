import pc from 'picocolors';

import { expectationTables } from './expected.js';
import type { VerificationRow } from './judge.js';
import { plainTable } from './plain-table.js';
import type { VerificationReport } from './report.js';

export interface TextReportOptions {
  /** Colours mark what words say already; the caller knows whether a person looks at it. */
  readonly colors: boolean;
}

/** Malformed lines shown in full; the rest is in the JSON report. */
const shownLines = 3;

/** The report for a person: the three answers, the table, what was unexpected, the verdict. Ends with LF. */
export function toText(report: VerificationReport, options: TextReportOptions): string {
  const paint = pc.createColors(options.colors);
  const mark = (isGood: boolean, good: string, bad: string): string =>
    isGood ? paint.green(good) : paint.red(bad);
  const lines = [`verification run ${report.runId}`];
  for (const [index, answer] of report.questions.entries()) {
    lines.push(`${index + 1}. ${answer.question} ${mark(answer.passed, 'yes', 'NO')}`);
    lines.push(`   ${answer.detail}`);
    for (const reason of answer.reasons) lines.push(`   ${paint.red('-')} ${reason}`);
  }
  lines.push('', ...tableLines(report.rows, mark), '');
  for (const { text, problems } of report.malformed.slice(0, shownLines)) {
    lines.push(`not parsed: ${visible(text)}`);
    for (const problem of problems) lines.push(`   - ${problem}`);
  }
  for (const { kind, event, indicator, count } of report.unexpected) {
    const times = count === 1 ? '' : ` (${count} times)`;
    const verdict = kind === 'other' ? 'also seen' : paint.red('unexpected');
    lines.push(`${verdict}: ${event} for ${indicator}${times}${meaning[kind]}`);
  }
  if (report.otherFeeds.length > 0) {
    lines.push(`not judged, as not loaded: ${report.otherFeeds.join(', ')}`);
  }
  lines.push(
    `${mark(report.passed, 'PASSED', 'FAILED')}: ${report.passedRows} of ${report.rows.length} expected ` +
      `detections seen (${tally(report.rows)}) in ${(report.durationMs / 1000).toFixed(1)} s`,
  );
  for (const reason of report.passed ? [] : report.shortcomings) lines.push(`   - ${reason}`);
  return `${lines.join('\n')}\n`;
}

/** `guide 24 of 24, extended 13 of 13`: the JSA guide's table apart from the further indicators. */
function tally(rows: readonly VerificationRow[]): string {
  return expectationTables
    .map((table) => {
      const ofTable = rows.filter((row) => row.table === table);
      return `${table} ${ofTable.filter((row) => row.passed).length} of ${ofTable.length}`;
    })
    .join(', ');
}

const meaning = {
  clean: ': no feed may know this value',
  duplicate: ': more often than the loaded feeds explain',
  other: ', given by a feed or a category the expected results do not name',
} as const;

function tableLines(
  rows: readonly VerificationRow[],
  mark: (isGood: boolean, good: string, bad: string) => string,
): readonly string[] {
  if (rows.length === 0) return ['(no feed to judge)'];
  return plainTable(
    ['feed', 'indicator', 'expected', 'seen', 'result'],
    rows.map((row) => {
      const result =
        mark(row.passed, 'pass', 'MISS') + (row.note === undefined ? '' : ` ${row.note}`);
      const seen = row.seen === row.expected ? 'yes' : (row.seen ?? '-');
      return [row.feed, shortened(row.indicator), row.expected, seen, result];
    }),
  );
}

/** A SHA256 hash would make the table too wide: its ends are enough to know it by. */
function shortened(indicator: string): string {
  if (indicator.length <= 50) return indicator;
  return `${indicator.slice(0, 24)}…${indicator.slice(-16)}`;
}

/** A received line as one can see it: TAB and other controls spelt out, cut at 300 characters. */
function visible(text: string): string {
  const spelt = text.replace(/[\0-\x1f\x7f]/g, (character) =>
    character === '\t' ? '<TAB>' : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return spelt.length <= 300 ? spelt : `${spelt.slice(0, 300)}…`;
}
