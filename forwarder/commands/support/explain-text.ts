import picocolors from 'picocolors';

import type { Explanation, ExplainedHeld, ExplainedMatch } from '../../service/explain-line.js';
import { counted, formatTable } from './table.js';

/** An explanation for people: one heading a step, in the order the steps happen. */
export function formatExplanation(explanation: Explanation): string {
  const { decoded, problems, scanner, extraction, messages } = explanation;
  const out: string[] = [];
  const step = (name: string, text: string): void => {
    out.push(`${picocolors.bold(name.padEnd(11))} ${text}`);
  };
  const detail = (text: string): void => {
    out.push(...text.split('\n').map((line) => `            ${line}`));
  };
  step('outcome', outcomeText(explanation.outcome));
  step(
    'read as',
    decoded.kind === 'raw'
      ? `raw text of ${decoded.text.length} characters`
      : `JSA's JSON object with ${decoded.fields} fields`,
  );
  for (const problem of problems) detail(`counted as odd: ${problem}`);
  if (explanation.lostPayloads > 0) {
    detail(`${explanation.lostPayloads} further payloads were merged away before forwarding`);
  }
  step('scanner', scannerText(scanner));
  if (extraction !== undefined) {
    step('source', `${extraction.source} (${extraction.sourceReason})`);
    step('found', counted(extraction.found.length, 'value'));
    if (extraction.found.length > 0) {
      detail(
        formatTable(
          ['rule', 'kind', 'value', 'in'],
          extraction.found.map(({ observable, field, offset }) => [
            observable.rule,
            observable.kind,
            observable.value,
            `${field} at ${offset}`,
          ]),
        ),
      );
    }
    const values = Object.entries(explanation.values);
    if (values.length > 0) {
      step('values', 'first of each rule, for the messages');
      detail(formatTable(['rule', 'value'], values));
    }
    for (const { text, reason } of extraction.ignored) detail(`not taken: ${text} (${reason})`);
  }
  if (explanation.matches.length > 0) {
    step('matches', counted(explanation.matches.length, 'record'));
    detail(formatTable(['value', 'indicator', 'feed'], explanation.matches.map(matchRow)));
  } else if (extraction !== undefined && !extraction.isIgnored) {
    step('matches', counted(explanation.matches.length, 'record'));
  }
  for (const match of explanation.suppressed) {
    detail(`held back: ${matchRow(match).join('  ')} (covered by ${match.by})`);
  }
  if (explanation.droppedByLimit > 0) {
    detail(`${explanation.droppedByLimit} more over matching.perEventDetectionLimit`);
  }
  for (const held of explanation.held) detail(heldText(held, explanation.countOnly));
  messages.forEach((message, index) => {
    step(index === 0 ? 'messages' : '', message);
  });
  return `${out.join('\n')}\n`;
}

function heldText(
  { event, matchedIndicator, reason }: ExplainedHeld,
  countOnly: string | undefined,
): string {
  const what = `no message for ${event} ${matchedIndicator}`;
  switch (reason) {
    case 'count_only':
      return `${what}: counted only (storm.countOnly ${countOnly ?? ''})`;
    case 'window':
      return `${what}: it repeats one above, the summary at the end of the window counts it`;
    case 'rate':
      return `${what}: over storm.messagesPerSecond, a summary counts it`;
    case 'breaker':
      return `${what}: the circuit breaker holds its log source, a summary counts it`;
    default:
      return reason satisfies never;
  }
}

function matchRow({ value, indicator, feed }: ExplainedMatch): string[] {
  return [value, indicator, feed];
}

function outcomeText(outcome: Explanation['outcome']): string {
  switch (outcome) {
    case 'matched':
      return picocolors.red('matched: a feed knows a value of this event');
    case 'clean':
      return picocolors.green('clean: nothing to report');
    case 'looped':
      return picocolors.yellow('looped: our own message coming back, dropped');
    case 'ignored':
      return picocolors.yellow('ignored: an ignore rule of the source matches');
    default:
      return outcome satisfies never;
  }
}

function scannerText({ isAsked, reasons }: Explanation['scanner']): string {
  if (!isAsked) return "not asked: the source's own rules decide";
  return reasons.length === 0 ? 'surely nothing' : `perhaps something (${reasons.join(', ')})`;
}
