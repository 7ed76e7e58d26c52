import { exitCodes, ServiceError } from '../../../core/index.js';
import type { LoadedConfig } from '../../../config/index.js';
import { findFeeds, type FeedOptions } from '../../../feeds/index.js';
import { allowListOptionsOf, feedOptionsOf } from '../../../service/indexing/feed-options.js';
import { configOf } from '../config-options.js';
import { openToEdit, removing, writeChange, type ListName } from './config-file.js';
import { printJson } from '../table.js';

interface Entry {
  readonly list: ListName;
  readonly index: number;
  readonly options: FeedOptions;
  readonly names: readonly string[];
}

/** Takes the entry of a feed out of the configuration file; resolves to the exit code. */
export async function removeFeed(
  options: Readonly<Record<string, unknown>>,
  name: string,
): Promise<number> {
  const file = await openToEdit(options);
  const loaded = await configOf({ ...options, set: [] });
  const entries = await entriesOf(loaded);
  const isIt = (one: string): boolean => one.toLowerCase() === name.toLowerCase();
  const entry = entries.find(({ names }) => names.some(isIt));
  if (entry === undefined) {
    const known = entries.flatMap(({ names }) => names).join(', ');
    throw new ServiceError('TF_USAGE', `there is no feed "${name}"`, {
      hint: `there are: ${known || 'none'}`,
    });
  }
  const { list, index, names } = entry;
  if (names.length > 1) {
    throw new ServiceError('TF_USAGE', `${name} is one of ${names.length} feeds of one entry`, {
      where: `${list}[${index}]`,
      hint: 'move its file away, or add an entry for that file with enabled: false',
    });
  }
  const backup = await writeChange(file, removing(file, list, index), {
    isLenient: true,
    check: () => Promise.resolve(),
  });
  const { fetchedFrom, path } = entry.options;
  const left = fetchedFrom === undefined ? undefined : path;
  if (options['json'] === true) {
    printJson({ file: file.file, backup, list, index, name, fetchedFile: left ?? null });
    return exitCodes.done;
  }
  process.stdout.write(
    `Removed from ${list} of ${file.file} (the old file: ${backup ?? 'none'}).\n` +
      (left === undefined ? '' : `What was fetched stays in ${left}; remove it if you like.\n`) +
      'A running service leaves it out at its next reload: send it SIGHUP.\n',
  );
  return exitCodes.done;
}

/** Each entry with the names of its feeds. */
async function entriesOf({ config, baseDirectory }: LoadedConfig): Promise<readonly Entry[]> {
  const all = [
    ...feedOptionsOf(config).map((options, index) => ({ list: 'feeds' as const, index, options })),
    ...allowListOptionsOf(config).map((options, index) => ({
      list: 'allowLists' as const,
      index,
      options,
    })),
  ];
  return Promise.all(
    all.map(async (entry) => {
      const one = { ...entry.options, enabled: true };
      const { files, faults } = await findFeeds([one], [], { baseDirectory });
      const names = [
        ...files.map(({ info }) => info.name),
        ...faults.flatMap(({ name }) => (name === undefined ? [] : [name])),
      ];
      return { ...entry, names };
    }),
  );
}
