import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';

import { messageOf, ServiceError } from '../../../core/index.js';
import { csvHeading } from './csv-rows.js';
import { reportName } from './own-files.js';
import type { SavedScan } from './resume-file.js';
import type { ScanOptions } from './scan-options.js';
import { FileSink, OutputSink } from './text-sink.js';
import type { TextSink } from './text-sink.js';

/** What a scan writes to. */
export interface ScanOutputs {
  readonly report: FileSink | undefined;
  readonly csv: TextSink | undefined;
  /** `csv`, where that is a file. */
  readonly csvFile: FileSink | undefined;
  readonly shown: TextSink | undefined;
  close(): Promise<void>;
}

type Wanted = Pick<ScanOptions, 'outputDirectory' | 'writesReport' | 'csv' | 'showsFound'>;

/**
 * Opens the report, the CSV file and standard output, those that are wanted; with `saved` the files of
 * the interrupted scan, at the place it had come to. Throws ServiceError TF_USAGE.
 */
export async function openOutputs(
  wanted: Wanted,
  saved: SavedScan | undefined,
  output: Writable,
  onGone: () => void,
): Promise<ScanOutputs> {
  const { outputDirectory, writesReport, csv, showsFound } = wanted;
  const opened: TextSink[] = [];
  const keep = <Sink extends TextSink>(sink: Sink): Sink => {
    opened.push(sink);
    return sink;
  };
  const close = async (): Promise<void> => {
    for (const sink of opened) await sink.close();
  };
  try {
    const report = writesReport
      ? keep(await openReport(outputDirectory, saved?.report))
      : undefined;
    const csvFile =
      csv === undefined || csv === '-' ? undefined : keep(await openCsv(csv, saved?.csv));
    const csvOutput = csv === '-' ? keep(new OutputSink(output, onGone)) : undefined;
    if (csvFile?.bytes === 0) csvFile.write(csvHeading);
    if (saved === undefined) csvOutput?.write(csvHeading);
    const shown = showsFound ? keep(new OutputSink(output, onGone)) : undefined;
    return { report, csv: csvFile ?? csvOutput, csvFile, shown, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openReport(directory: string, saved: SavedScan['report']): Promise<FileSink> {
  if (saved !== undefined) return FileSink.goOn(saved.path, saved.bytes);
  try {
    await mkdir(directory, { recursive: true });
  } catch (error) {
    throw new ServiceError('TF_USAGE', `cannot make the folder: ${messageOf(error)}`, {
      where: directory,
      hint: 'name a folder you may write to: --output-dir, or OutputDir of the configuration',
      cause: error,
    });
  }
  const now = new Date();
  for (let attempt = 1; ; attempt += 1) {
    const report = await FileSink.create(join(directory, reportName(now, attempt)));
    if (report !== undefined) return report;
  }
}

function openCsv(path: string, saved: SavedScan['csv']): Promise<FileSink> {
  return saved === undefined ? FileSink.replace(path) : FileSink.goOn(path, saved.bytes);
}
