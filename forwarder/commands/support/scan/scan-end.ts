import { exitCodes } from '../../../core/index.js';
import { printJson } from '../table.js';
import type { Interrupt } from '../interrupt.js';
import type { ResumeFile } from './resume-file.js';
import type { ScanInput } from './scan-inputs.js';
import type { ScanOptions } from './scan-options.js';
import type { ScanRecord } from './scan-record.js';
import type { FileSink } from './text-sink.js';
import { summaryText, totalsText } from './totals.js';
import type { ScanTotals } from './totals.js';

/** What the end of a scan needs to know. */
export interface EndOfScan {
  readonly options: ScanOptions;
  readonly inputs: readonly ScanInput[];
  readonly record: ScanRecord;
  readonly resume: ResumeFile;
  readonly report: FileSink | undefined;
  readonly notice: (text: string) => void;
}

/** Everything is done: ends the report, says what was found; gives the exit code. */
export async function finished(end: EndOfScan): Promise<number> {
  const { options, inputs, record, resume, report } = end;
  const totals = { ...record.totals, files: inputs.length };
  report?.write(totalsText(totals));
  await record.flush();
  await resume.remove();
  if (options.isJson) {
    printJson({
      ...totals,
      categories: record.tally.counts(),
      ...(record.tally.isFull ? { isLeastIndicators: true } : {}),
      ...(report === undefined ? {} : { report: report.path }),
    });
  }
  if (!options.isQuiet) showSummary(end, totals);
  if (totals.unreadable > 0) return exitCodes.usage;
  return options.failsOnDetect && totals.detections > 0 ? exitCodes.fellShort : exitCodes.done;
}

function showSummary({ options, record, report }: EndOfScan, totals: ScanTotals): void {
  // Where detections, CSV or JSON go nothing else does.
  const isTaken = options.isJson || options.csv === '-' || options.showsFound;
  const stream = isTaken ? process.stderr : process.stdout;
  const { target } = options;
  const isUnanswered =
    target.kind === 'collector' || (target.kind === 'service' && !target.wantsReplies);
  const summary = isUnanswered
    ? sentText(totals)
    : summaryText(totals, record.tally.counts(), record.tally.isFull);
  stream.write(`${summary}${report === undefined ? '' : `report: ${report.path}\n`}`);
}

function sentText({ events, elapsedMs, longLines }: ScanTotals): string {
  const left = longLines === 0 ? '' : `; ${longLines} were too long and left out`;
  return `${events} events sent in ${(elapsedMs / 1000).toFixed(1)} s${left}\n`;
}

/** A signal came: says where the scan stands, and keeps it; gives the exit code. */
export async function stopped(end: EndOfScan, interrupt: Interrupt): Promise<number> {
  await keepPlace(end, 'interrupted');
  return interrupt.exitCode ?? exitCodes.internal;
}

/** Something failed: what is done is kept all the same. */
export async function broken(end: EndOfScan): Promise<void> {
  if (end.record.totals.events > 0) await keepPlace(end, 'stopped');
  // Nothing is done that the next scan would have to do again.
  else await end.report?.discard();
}

async function keepPlace(end: EndOfScan, word: string): Promise<void> {
  const { inputs, record, resume, notice } = end;
  const { position, totals } = record;
  const name = inputs[position.input]?.name ?? '';
  const place = `${name}, line ${position.line}, byte ${position.offset}`;
  const what = `${word} after ${totals.events} events, ${totals.detections} detections: ${place}`;
  if (!resume.isPossible) {
    // There is no other part that would end the report.
    end.report?.write(totalsText(totals));
    await record.flush();
    notice(`${what}; what comes by a pipe cannot be gone on with`);
    return;
  }
  await record.note();
  notice(`${what}; the same options and --resume go on there (${resume.path})`);
}
