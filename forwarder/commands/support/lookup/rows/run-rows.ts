import { realpath } from 'node:fs/promises';
import type { Readable } from 'node:stream';

import { exitCodes } from '../../../../core/index.js';
import type { Portal } from '../../../../lookup/portal.js';
import { createProgressBar } from '../../progress.js';
import type { Interrupt } from '../../interrupt.js';
import { errorOf } from '../failure-exit.js';
import { columnNames } from '../field-names.js';
import { allFunctions, functionsFor } from '../functions-for.js';
import { lookUp } from '../look-up.js';
import { usage } from '../lookup-options.js';
import type { LookupWanted, RowsWanted } from '../lookup-options.js';
import { addFields } from './add-fields.js';
import { openFormat } from './open-format.js';
import { RowAnswers } from './row-answers.js';
import { openRowInput } from './row-input.js';
import { continueRows, replaceRows, streamRows } from './row-output.js';
import type { RowOutput } from './row-output.js';
import { noRows, RowState } from './row-state.js';
import type { RowPlace } from './row-state.js';
import { countRows, rowsJson, rowsText } from './rows-text.js';

export interface RunRows {
  readonly wanted: LookupWanted;
  readonly rows: RowsWanted;
  readonly portal: Portal;
  /** Lookups that are out at a time. */
  readonly maxConcurrent: number;
  readonly interrupt: Interrupt;
  /** Default: that of the process. */
  readonly standardInput?: Readable | undefined;
}

const noScreen = { write: () => undefined, isTTY: false };

/** Adds fields to rows; resolves to the exit code. Throws ServiceError. */
export async function runRows({
  wanted,
  rows,
  portal,
  maxConcurrent,
  interrupt,
  standardInput = process.stdin,
}: RunRows): Promise<number> {
  const reading = new AbortController();
  const stop = (): void => {
    reading.abort();
  };
  interrupt.signal.addEventListener('abort', stop, { once: true });
  await refuseSameFile(rows);
  const columns = columnNames(allFunctions(wanted), wanted.fields);
  const input = await openRowInput(rows.input, standardInput, reading.signal);
  const stream = wanted.isQuiet ? noScreen : process.stderr;
  const bar = createProgressBar({ stream, nowMs: Date.now });
  let output: RowOutput | undefined;
  try {
    const state =
      input.totalBytes === undefined ? undefined : stateOf(rows, wanted, columns, portal.name);
    if (rows.resumes && state === undefined) throw cannotResume(rows);
    await state?.look();
    const saved = rows.resumes ? await state?.read() : undefined;
    const opened = await openFormat(input, rows.format, columns, saved?.position).catch(
      (error: unknown) => {
        // Who waits for a heading and is interrupted has not named the wrong column.
        if (!reading.signal.aborted) throw error;
      },
    );
    if (opened === undefined) return interrupt.exitCode ?? exitCodes.done;
    const from: RowPlace = saved ?? { position: opened.begin, written: 0, counts: noRows() };
    // Should it be killed right now, there is a begin to go on from.
    state?.save({ ...from, ...(saved === undefined ? { position: 0 } : {}) });
    try {
      output = await openOutput(rows, saved, stop);
    } catch (error) {
      if (saved === undefined) await state?.remove();
      throw error;
    }
    if (from.written === 0) output.write(opened.heading);
    const answers = new RowAnswers({
      kind: wanted.kind,
      maxInFlight: maxConcurrent,
      addition: (fields) => opened.format.addition(fields),
      lookUp: (object) => {
        const functions = functionsFor(object.kind, wanted);
        return lookUp(portal, object, functions, wanted.fields, reading.signal);
      },
    });
    const added = await addFields({
      ...{ records: opened.records, format: opened.format, answers, output, from, state, bar },
      totalBytes: input.totalBytes,
      signal: reading.signal,
      monotonic: () => performance.now(),
    });
    bar.clear();
    const { counts } = added.place;
    const again = goesOn(rows);
    if (added.stop === 'interrupted') {
      if (interrupt.exitCode !== undefined && !wanted.isQuiet) {
        const text = `interrupted: ${countRows(counts)} rows are done${again}`;
        process.stderr.write(`threat-forwarder: ${text}\n`);
      }
      return interrupt.exitCode ?? exitCodes.done;
    }
    if (added.stop !== undefined) {
      throw errorOf(added.stop, `; ${countRows(counts)} rows are done`, again);
    }
    await state?.remove();
    const summary = { counts, lookups: answers.lookups, quota: portal.quota };
    if (wanted.isJson) process.stdout.write(rowsJson(summary));
    else if (!wanted.isQuiet) process.stderr.write(rowsText(summary));
    const isShort = counts.refused + counts.notRecognised > 0;
    return isShort ? exitCodes.fellShort : exitCodes.done;
  } finally {
    bar.clear();
    interrupt.signal.removeEventListener('abort', stop);
    await output?.close();
    await input.close();
  }
}

function goesOn({ input, output }: RowsWanted): string {
  if (input === '-') return '; what comes by standard input cannot be gone on with';
  if (output === undefined) return '; with --output FILE --resume could go on there';
  return '; the same options and --resume go on there';
}

function stateOf(
  { input, output, format }: RowsWanted,
  { kind, functions }: LookupWanted,
  columns: readonly string[],
  portal: Portal['name'],
): RowState | undefined {
  if (output === undefined || input === '-') return undefined;
  const names = functions.map(({ name }) => name);
  return new RowState(output, input, { format, kind, names, columns, portal });
}

async function openOutput(
  { output }: RowsWanted,
  saved: RowPlace | undefined,
  onGone: () => void,
): Promise<RowOutput> {
  if (output === undefined) return streamRows(process.stdout, onGone);
  return saved === undefined ? replaceRows(output) : continueRows(output, saved.written);
}

function cannotResume({ input }: RowsWanted): Error {
  return usage('--resume', `${input} is no file that can be gone back in`, 'leave --resume out');
}

/** Rows written over those that are read would be lost. */
async function refuseSameFile({ input, output }: RowsWanted): Promise<void> {
  if (output === undefined || input === '-') return;
  const [from, to] = await Promise.all([input, output].map(realPathOf));
  if (from !== undefined && from === to) {
    throw usage('--output', 'it is the file that is read', 'name another');
  }
}

async function realPathOf(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch {
    return undefined;
  }
}
