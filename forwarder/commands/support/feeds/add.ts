import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { exitCodes, ServiceError } from '../../../core/index.js';
import type { LoadedConfig } from '../../../config/index.js';
import { fetchedPath, findFeeds, updateFeed, type FeedOptions } from '../../../feeds/index.js';
import {
  remoteEntries,
  remoteFeedOf,
  type RemoteEntry,
} from '../../../service/downloads/remote-entries.js';
import { checkFeedFile } from '../../../service/indexing/check-feed-file.js';
import { allowListOptionsOf, feedOptionsOf } from '../../../service/indexing/feed-options.js';
import { appending, openToEdit, writeChange, type ListName } from './config-file.js';
import { entryOf } from './entry.js';
import {
  inspectEntry,
  inspectedJson,
  inspectedText,
  isUsable,
  type InspectedFeed,
} from './inspect.js';
import { refusePickle } from './pickle.js';
import { createProgressBar } from '../progress.js';
import { printJson } from '../table.js';

/** An entry that was added, as the service will see it. */
interface Added {
  readonly options: FeedOptions;
  readonly remote: RemoteEntry | undefined;
  readonly names: readonly string[];
}

const shownRecords = 5;

/**
 * Adds a feed to the configuration file, once it was read (or fetched) and found good; resolves to the
 * exit code.
 */
export async function addFeed(
  options: Readonly<Record<string, unknown>>,
  place: string | undefined,
): Promise<number> {
  const file = await openToEdit(options);
  const { directory } = file;
  const entry = entryOf(options, place, { cwd: process.cwd(), directory });
  const list: ListName = options['allowList'] === true ? 'allowLists' : 'feeds';
  const isChecked = options['check'] !== false;
  let inspected: readonly InspectedFeed[] = [];
  let names: readonly string[] = [];
  const backup = await writeChange(file, appending(file, list, entry), {
    isLenient: !isChecked,
    async check(loaded) {
      const added = await lookAt(loaded, list);
      names = added.names;
      if (isChecked) inspected = await inspectAdded(added, loaded, list);
    },
  });
  if (options['json'] === true) {
    printJson({ file: file.file, backup, list, entry, names, feeds: inspected.map(inspectedJson) });
    return exitCodes.done;
  }
  if (inspected.length > 0) process.stdout.write(`${inspected.map(inspectedText).join('\n')}\n`);
  process.stdout.write(
    `Added to ${list} of ${file.file} (the old file: ${backup ?? 'none'}).\n` +
      'A running service takes it at its next reload: send it SIGHUP.\n',
  );
  return exitCodes.done;
}

/** The last entry of a list, its name being its own. Throws ServiceError TF_USAGE, TF_FEED. */
async function lookAt(loaded: LoadedConfig, list: ListName): Promise<Added> {
  const { config, baseDirectory } = loaded;
  const [feeds, allowLists] = [feedOptionsOf(config), allowListOptionsOf(config)];
  const options = (list === 'feeds' ? feeds : allowLists).at(-1);
  if (options === undefined) throw new Error('the entry was not added');
  const { files, faults } = await findFeeds(feeds, allowLists, { baseDirectory });
  const all = [
    ...files.map(({ info, entry }) => ({ name: info.name, entry })),
    ...faults.map(({ name, entry }) => ({ name: name ?? entry, entry })),
  ];
  const isOwn = ({ entry }: { readonly entry: string }): boolean => entry === options.path;
  const names = all.filter(isOwn).map(({ name }) => name);
  for (const name of names) {
    const same = all.filter((one) => one.name.toLowerCase() === name.toLowerCase());
    if (same.length < 2) continue;
    const other = same.find((one) => !isOwn(one)) ?? same[0];
    throw new ServiceError('TF_USAGE', `there is a feed ${name} already (${other?.entry ?? ''})`, {
      hint: 'give this one another name with --name, or change the entry that is there',
    });
  }
  const remote = remoteEntries(config).find(({ options: one }) => one.path === options.path);
  return { options, remote: options.fetchedFrom === undefined ? undefined : remote, names };
}

/** Reads it, fetched beforehand where it has an address. Throws ServiceError when it cannot be used. */
async function inspectAdded(
  { options, remote }: Added,
  { baseDirectory }: LoadedConfig,
  list: ListName,
): Promise<readonly InspectedFeed[]> {
  const role = list === 'allowLists' ? 'suppress' : undefined;
  if (remote !== undefined) return inspectFetched(remote, role);
  await refusePickle(join(baseDirectory, options.path));
  return usable(await inspectEntry(options, baseDirectory, shownRecords, role));
}

async function inspectFetched(
  remote: RemoteEntry,
  role: 'suppress' | undefined,
): Promise<readonly InspectedFeed[]> {
  const directory = await mkdtemp(join(tmpdir(), 'threat-forwarder-'));
  const bar = createProgressBar({ stream: process.stderr, nowMs: Date.now });
  try {
    const result = await updateFeed(remoteFeedOf(remote), {
      directory,
      clock: Date.now,
      check: (path) => checkFeedFile(remote.options, path, directory),
      onProgress(bytes, total) {
        bar.update(bytes, total, `fetching ${remote.name}`);
      },
    });
    bar.clear();
    if (result.kind === 'failed') throw withoutCheckHint(result.error);
    const path = fetchedPath(directory, remote.name);
    const entry = { ...remote.options, path, fetchedFrom: undefined };
    return usable(await inspectEntry(entry, directory, shownRecords, role));
  } finally {
    bar.clear();
    await rm(directory, { recursive: true, force: true });
  }
}

function withoutCheckHint(error: ServiceError): ServiceError {
  const { code, message, where, hint, retryable } = error;
  return new ServiceError(code, message, {
    ...(where === undefined ? {} : { where }),
    hint: `${hint === undefined ? '' : `${hint}; `}--no-check adds it all the same`,
    retryable,
    cause: error,
  });
}

/** Throws what keeps the first one from being of use. */
function usable(inspected: readonly InspectedFeed[]): readonly InspectedFeed[] {
  for (const { error } of inspected) if (error !== undefined) throw withoutCheckHint(error);
  if (inspected.some(isUsable)) return inspected;
  throw new ServiceError('TF_FEED', 'nothing of it would be used', {
    where: inspected[0]?.path ?? 'the feed',
    hint: 'threat-forwarder feeds check FILE says why; --no-check adds it all the same',
  });
}
