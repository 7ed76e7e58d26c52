import { resolve } from 'node:path';

import { buildBundle } from '../../../../dsm/content/index.js';
import type { BundleFile } from '../../../../dsm/content/index.js';
import { catalogueVersion } from '../../../../dsm/events/version.js';
import { exitCodes, messageOf, ServiceError } from '../../../core/index.js';
import { configOf } from '../config-options.js';
import { formatTable, printable, printJson, sizeText } from '../table.js';
import { compareBundle, writeBundle } from './build-files.js';
import type { ComparedFile } from './build-files.js';
import { siteSettings } from './build-settings.js';

/** Writes the files for the console, or compares those that are there; resolves to the exit code. */
export async function buildDsm(options: Readonly<Record<string, unknown>>): Promise<number> {
  const directory = resolve(options['output'] as string);
  const isCheck = options['check'] === true;
  const { settings, notes } = await siteSettings(await configOf(options));
  const files = buildBundle(settings);
  const compared = await withFolderErrors(directory, async () => {
    const before = await compareBundle(directory, files);
    if (!isCheck) await writeBundle(directory, files);
    return before;
  });
  const passed = !isCheck || compared.every(({ state }) => state === 'same');
  if (options['json'] === true) {
    printJson({ directory, catalogueVersion, check: isCheck, passed, files: compared, notes });
  } else {
    process.stdout.write(
      isCheck ? checkedText(directory, compared) : writtenText(directory, files, compared),
    );
    for (const note of notes) process.stdout.write(`note: ${printable(note, 500)}\n`);
  }
  return passed ? exitCodes.done : exitCodes.fellShort;
}

function writtenText(
  directory: string,
  files: readonly BundleFile[],
  compared: readonly ComparedFile[],
): string {
  const rows = files.map(({ path, content }) => {
    const state = compared.find((one) => one.path === path)?.state;
    const size = sizeText(Buffer.byteLength(content));
    return [path, size, state === 'same' ? 'as it was' : 'written'];
  });
  const left = compared.filter(({ state }) => state === 'left over');
  return [
    formatTable(['file', 'size', ''], rows),
    ...left.map(({ path }) => `left over from an earlier build, not needed any more: ${path}`),
    `Catalogue ${catalogueVersion} in ${printable(directory)}; begin with README.md there.`,
    '',
  ].join('\n');
}

function checkedText(directory: string, compared: readonly ComparedFile[]): string {
  const differing = compared.filter(({ state }) => state !== 'same');
  if (differing.length === 0) return `${printable(directory)} is as it would be written.\n`;
  const rows = differing.map(({ path, state }) => [path, state]);
  return [
    formatTable(['file', 'state'], rows),
    'Write it anew with the same command without --check; what is left over may be deleted.',
    '',
  ].join('\n');
}

async function withFolderErrors<Value>(
  directory: string,
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw new ServiceError('TF_USAGE', 'The files cannot be written or read.', {
      where: directory,
      hint: `name a folder this user may write to with --output (${messageOf(error)})`,
      cause: error,
    });
  }
}
