import { lstat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { countByStatus, importCybertrace, type ImportResult } from '../../../config/index.js';
import { exitCodes, messageOf, ServiceError } from '../../../core/index.js';
import { printJson } from '../table.js';
import { reportJson, reportText, summaryText } from './report-text.js';
import { writeImported } from './write-imported.js';

/** Imports CyberTrace's files, writes forwarder.yaml and tells of every setting; resolves to the exit code. */
export async function importConfig(
  options: Readonly<Record<string, unknown>>,
  files: readonly string[],
): Promise<number> {
  const output = resolve(options['output'] as string);
  const isForced = options['force'] === true;
  if (!isForced) await refuseExisting(output);
  const result = await importCybertrace({
    files,
    cwd: process.cwd(),
    outputDirectory: dirname(output),
    feedsDirectory: options['feedsDirectory'] as string | undefined,
    tenant: options['tenant'] as string | undefined,
  });
  const written = result.config && (await writeImported(output, result.config));
  const place = result.config && { output, backup: written?.backup };
  await writeReport(options['report'] as string | undefined, result, isForced);
  if (options['json'] === true) {
    printJson(reportJson(result, place));
  } else {
    process.stdout.write(`${reportText(result)}\n\n${summaryText(result, place)}\n`);
  }
  const lost = countByStatus(result.items)['not supported'];
  return lost > 0 ? exitCodes.fellShort : exitCodes.done;
}

async function refuseExisting(output: string): Promise<void> {
  const isThere = await lstat(output).then(
    () => true,
    () => false,
  );
  if (!isThere) return;
  throw new ServiceError('TF_USAGE', 'the file is there already', {
    where: output,
    hint: 'name another one with --output FILE, or write over it with --force',
  });
}

async function writeReport(
  file: string | undefined,
  result: ImportResult,
  isForced: boolean,
): Promise<void> {
  if (file === undefined) return;
  const isJson = /\.json$/i.test(file);
  const text = isJson
    ? JSON.stringify(reportJson(result, undefined), undefined, 2)
    : reportText(result, (heading) => heading);
  try {
    await writeFile(file, `${text}\n`, { flag: isForced ? 'w' : 'wx' });
  } catch (error) {
    throw new ServiceError('TF_USAGE', `cannot write the report: ${messageOf(error)}`, {
      where: file,
      hint: 'name another file with --report FILE, or write over it with --force',
      cause: error,
    });
  }
}
