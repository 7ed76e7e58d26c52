import { ServiceError } from '../../../core/index.js';
import { createProgressBar } from '../progress.js';
import { reportError } from '../report-error.js';
import { findInputs } from './scan-inputs.js';
import { watchInterrupt } from '../interrupt.js';
import { scanBegin, totalBytesOf } from './line-blocks.js';
import { ResumeFile } from './resume-file.js';
import { broken, finished, stopped } from './scan-end.js';
import type { EndOfScan } from './scan-end.js';
import { scanHere } from './scan-here.js';
import { readScanOptions } from './scan-options.js';
import { openOutputs } from './scan-outputs.js';
import { ScanRecord } from './scan-record.js';
import type { ScanWork } from './scan-work.js';
import { sendEvents } from './send-events.js';

const maxLineBytes = 16 * 1_048_576;
const noScreen = { write: () => undefined, isTTY: false };

/** Does what `scan` is asked for; resolves to the exit code. */
export async function runScan(
  given: Readonly<Record<string, unknown>>,
  args: readonly string[],
): Promise<number> {
  const notice = (text: string): void => {
    if (given['quiet'] !== true) process.stderr.write(`threat-forwarder: ${text}\n`);
  };
  const options = await readScanOptions(given, args, process.cwd(), notice);
  const inputs = await findInputs(options.paths, options.events, notice);
  const resume = new ResumeFile(options.outputDirectory, inputs, options.target.kind);
  if (options.resumes && !resume.isPossible) {
    throw new ServiceError('TF_USAGE', 'what comes by a pipe cannot be gone on with', {
      where: '--resume',
      hint: 'scan files to be able to go on, or leave --resume out',
    });
  }
  const saved = options.resumes ? await resume.read() : undefined;
  const interrupt = watchInterrupt();
  const reading = new AbortController();
  const stop = (): void => {
    reading.abort();
  };
  interrupt.signal.addEventListener('abort', stop, { once: true });
  const stream = options.isQuiet ? noScreen : process.stderr;
  const bar = createProgressBar({ stream, nowMs: Date.now });
  try {
    const outputs = await openOutputs(options, saved, process.stdout, stop);
    try {
      const from = saved?.position ?? scanBegin;
      const record = new ScanRecord({
        ...outputs,
        resume: resume.isPossible ? resume : undefined,
        saved,
        start: from,
        bar,
        totalBytes: totalBytesOf(inputs),
        monotonic: () => performance.now(),
      });
      const onFault = (error: ServiceError): void => {
        bar.clear();
        reportError(error, false);
      };
      const work = { options, given, inputs, record, from, reading, maxLineBytes, notice, onFault };
      const end = { options, inputs, record, resume, report: outputs.report, notice };
      return await scan(work, end);
    } finally {
      await outputs.close();
    }
  } finally {
    bar.clear();
    interrupt.close();
  }

  async function scan(work: ScanWork, end: EndOfScan): Promise<number> {
    try {
      await (options.target.kind === 'local' ? scanHere(work) : sendEvents(work, options.target));
    } catch (error) {
      bar.clear();
      if (interrupt.exitCode === undefined) {
        await broken(end);
        throw error;
      }
      // Perhaps what was on its way when the signal came could not be finished.
      if (error !== reading.signal.reason) reportError(error, options.isJson);
      return stopped(end, interrupt);
    }
    bar.clear();
    const isStopped = interrupt.exitCode !== undefined && !end.record.isAllRead;
    return isStopped ? stopped(end, interrupt) : finished(end);
  }
}
