import picocolors from 'picocolors';

import type { LookupKind } from '../../../lookup/lookup-object.js';
import { formatTable, printable } from '../table.js';
import type { ValueAnswer } from './look-up.js';
import { sectionLines } from './section-text.js';
import { zoneMeaning, zoneText } from './zone-text.js';

/** A value that was looked up, or why it was not. */
export type Outcome =
  | { readonly kind: 'answered'; readonly text: string; readonly answer: ValueAnswer }
  | { readonly kind: 'not recognised'; readonly text: string; readonly problem: string };

export interface ShowOptions {
  readonly listLimit: number;
  /** These fields are shown, instead of the sections. */
  readonly fields: readonly string[] | undefined;
  readonly nowMs: number;
}

const kindText = {
  hash: 'hash',
  ip: 'IP address',
  domain: 'domain',
  url: 'URL',
} as const satisfies Record<LookupKind, string>;

/** Everything about one value, for people; ends with LF. */
export function reportText(outcome: Outcome, options: ShowOptions): string {
  if (outcome.kind === 'not recognised') {
    return `${printable(outcome.text)} ${printable(outcome.problem)}\n`;
  }
  const { object, answers, failure, zone, fields } = outcome.answer;
  const value = picocolors.bold(printable(object.value, 2100));
  const said = zone === undefined ? '' : `  ${zoneText(zone)}: ${zoneMeaning[zone]}`;
  const lines = [`${value}  (${kindText[object.kind]})${said}`];
  const isOnly = answers.length === 1;
  for (const { name, result } of answers) {
    const age = ageText(result.from, result.atMs, options.nowMs);
    const what = isOnly ? '' : `${name}: `;
    const none = result.kind === 'no-data' ? 'the portal has no data, ' : '';
    lines.push(picocolors.dim(`${what}${none}${age}`));
    if (result.kind === 'report' && options.fields === undefined) {
      lines.push(...sectionLines(result.report, options.listLimit));
    }
  }
  if (options.fields !== undefined && fields.size > 0) {
    const rows = [...fields].map(([name, field]) => {
      const text = typeof field === 'object' ? field.join(', ') : String(field);
      return [`$${name}`, printable(text)];
    });
    lines.push('', formatTable(['field', 'value'], rows));
  }
  if (failure !== undefined) {
    lines.push(
      `${picocolors.red('failed')}: ${printable(failure.message, 400)}`,
      `  what to do: ${failure.hint}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** One row for each value, for people; ends with LF. */
export function summaryText(outcomes: readonly Outcome[], nowMs: number): string {
  const rows = outcomes.map((outcome) => {
    if (outcome.kind === 'not recognised') {
      return [shortened(outcome.text), '-', '-', 'not recognised', '-'];
    }
    const { object, answers, failure, zone } = outcome.answer;
    const hasData = answers.some(({ result }) => result.kind === 'report');
    const [first] = answers;
    return [
      shortened(object.value),
      kindText[object.kind],
      zone === undefined ? '-' : zoneText(zone),
      failure !== undefined ? failure.failure : hasData ? 'data' : 'no data',
      first === undefined ? '-' : ageText(first.result.from, first.result.atMs, nowMs),
    ];
  });
  return `${formatTable(['value', 'kind', 'zone', 'result', 'from'], rows)}\n`;
}

/** `asked now`, or how long the answer has been kept: `kept for 3 h`. */
export function ageText(from: 'portal' | 'cache', atMs: number, nowMs: number): string {
  if (from === 'portal') return 'asked now';
  const minutes = Math.floor(Math.max(0, nowMs - atMs) / 60_000);
  if (minutes < 1) return 'from the cache, less than a minute old';
  if (minutes < 120) return `from the cache, ${minutes} min old`;
  return minutes < 2880
    ? `from the cache, ${Math.floor(minutes / 60)} h old`
    : `from the cache, ${Math.floor(minutes / 1440)} days old`;
}

function shortened(text: string): string {
  const shown = printable(text);
  return shown.length <= 60 ? shown : `${shown.slice(0, 40)}…${shown.slice(-19)}`;
}
