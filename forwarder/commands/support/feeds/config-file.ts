import { dirname } from 'node:path';

import {
  ConfigError,
  editConfigText,
  loadConfig,
  readRawConfig,
  writeConfigFile,
  type ConfigEdit,
  type LoadedConfig,
} from '../../../config/index.js';
import { ServiceError } from '../../../core/index.js';
import { configOf } from '../config-options.js';
import { packageDirectory } from '../package.js';

/** A configuration file that is to be changed. */
export interface EditedFile {
  readonly file: string;
  readonly directory: string;
  readonly text: string;
  /** Its content as it is written, secrets as references. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** The two lists of the configuration that feeds stand in. */
export type ListName = 'feeds' | 'allowLists';

/** Opens the file for changes. Throws ServiceError TF_CONFIG, TF_USAGE when there is no file. */
export async function openToEdit(options: Readonly<Record<string, unknown>>): Promise<EditedFile> {
  const { origin: file } = await configOf(options);
  const raw = file === 'built-in' ? undefined : await readRawConfig(file);
  if (raw === undefined) {
    throw new ServiceError('TF_USAGE', 'there is no configuration file to change', {
      hint: 'make one with threat-forwarder init, or name it with --config FILE',
    });
  }
  const content = raw.value;
  const isMapping = typeof content === 'object' && content !== null && !Array.isArray(content);
  return {
    file,
    directory: dirname(file),
    text: raw.text,
    raw: isMapping ? (content as EditedFile['raw']) : {},
  };
}

/** The change that puts an entry behind the others of a list. */
export function appending({ raw }: EditedFile, list: ListName, entry: unknown): ConfigEdit {
  const old = raw[list];
  if (Array.isArray(old) && old.length > 0) return { path: [list, old.length], value: entry };
  const before = old === undefined || old === null || Array.isArray(old) ? [] : [old];
  return { path: [list], value: [...before, entry] };
}

/** The change that takes an entry away. */
export function removing({ raw }: EditedFile, list: ListName, index: number): ConfigEdit {
  const old = raw[list];
  return Array.isArray(old) && old.length > 1
    ? { path: [list, index], value: undefined }
    : { path: [list], value: [] };
}

/**
 * Writes the file with a change; `check` sees the configuration as it will be, and what it throws
 * leaves all as it was. Gives the path of the copy of the old file. Throws ServiceError TF_CONFIG when
 * the service would not load it. `isLenient`: secrets need not be there.
 */
export async function writeChange(
  { file, text }: EditedFile,
  edit: ConfigEdit,
  options: {
    readonly isLenient: boolean;
    readonly check: (loaded: LoadedConfig) => Promise<void>;
  },
): Promise<string | undefined> {
  const changed = await editConfigText(text, [edit], '');
  const { backup } = await writeConfigFile(file, changed, async (temporary) => {
    await options.check(await loadAs(file, temporary, options.isLenient ? changed : ''));
  });
  return backup;
}

/** Loads a file as the service would; faults name it by the path it will have. */
async function loadAs(file: string, temporary: string, lenientText: string): Promise<LoadedConfig> {
  try {
    return await loadConfig({
      file: temporary,
      env: { ...process.env, ...standIns(lenientText) },
      set: [],
      cwd: process.cwd(),
      packageDirectory: packageDirectory(),
    });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(
      error.problems.map((problem) =>
        problem.place.kind === 'file' ? { ...problem, place: { ...problem.place, file } } : problem,
      ),
    );
  }
}

/** Variables that the file refers to need not be set where it is changed. */
function standIns(text: string): Readonly<Record<string, string>> {
  const names = [...text.matchAll(/env:([A-Za-z_][A-Za-z0-9_]*)/g)].map(([, name = '']) => name);
  return Object.fromEntries(
    names.filter((name) => !process.env[name]).map((name) => [name, 'not-set-here']),
  );
}
