import { exitCodeOf, exitCodes, messageOf, ServiceError } from '../../core/index.js';
import type { LoadedConfig } from '../../config/index.js';
import { findFeeds, updateFeed, type FeedFile, type RemoteFeed } from '../../feeds/index.js';
import {
  remoteEntries,
  remoteFeedOf,
  type RemoteEntry,
} from '../../service/downloads/remote-entries.js';
import { acceptShrink } from '../../service/indexing/accepted-shrinks.js';
import { checkFeedFile } from '../../service/indexing/check-feed-file.js';
import { feedRequest } from '../../service/indexing/index-inputs.js';
import { configOf } from './config-options.js';
import { createProgressBar } from './progress.js';
import { formatServiceError } from './report-error.js';
import { printJson, printTable, sizeText, statusMark } from './table.js';

/** What came of one feed. `accepted`: the version of a local file that lost records is taken. */
interface Updated {
  readonly name: string;
  readonly result: 'updated' | 'unchanged' | 'failed' | 'accepted' | 'watched';
  readonly records?: number | undefined;
  readonly bytes?: number | undefined;
  readonly seconds?: number | undefined;
  readonly error?: ServiceError | undefined;
}

interface Wanted {
  readonly remote: readonly RemoteEntry[];
  readonly local: readonly FeedFile[];
}

/**
 * Fetches feeds now, all or those named, one after the other; resolves to the exit code, the gravest of
 * all feeds. A running service takes the new files in by itself.
 */
export async function updateFeeds(
  options: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Promise<number> {
  const loaded = await configOf(options);
  const wanted = await wantedFeeds(loaded, names);
  const isSmallerFine = options['allowShrink'] === true;
  const results: Updated[] = [];
  for (const [index, entry] of wanted.remote.entries()) {
    const place = `${entry.name} (${index + 1} of ${wanted.remote.length})`;
    results.push(
      await fetchOne(entry, loaded, { place, isSmallerFine, force: options['force'] === true }),
    );
  }
  for (const file of wanted.local) results.push(localOne(file, loaded, isSmallerFine));
  const exitCode = Math.max(
    exitCodes.done,
    ...results.map(({ error }) => (error === undefined ? exitCodes.done : exitCodeOf(error))),
  );
  if (options['json'] === true) printJson({ exitCode, feeds: results.map(updatedJson) });
  else printUpdated(results);
  return exitCode;
}

/** The feeds that are meant. Throws ServiceError TF_USAGE for a name that no feed has. */
async function wantedFeeds(loaded: LoadedConfig, names: readonly string[]): Promise<Wanted> {
  const remote = remoteEntries(loaded.config);
  if (names.length === 0) return { remote, local: [] };
  const { feeds, allowLists, baseDirectory } = feedRequest(loaded);
  const { files } = await findFeeds(feeds, allowLists, { baseDirectory });
  const local = files.filter(({ fetchedFrom }) => fetchedFrom === undefined);
  const isWanted = (name: string): boolean =>
    names.some((wanted) => wanted.toLowerCase() === name.toLowerCase());
  const known = [...remote.map(({ name }) => name), ...local.map(({ info }) => info.name)];
  const unknown = names.find(
    (name) => !known.some((one) => one.toLowerCase() === name.toLowerCase()),
  );
  if (unknown !== undefined) {
    throw new ServiceError('TF_USAGE', `there is no feed "${unknown}"`, {
      hint: `there are: ${known.join(', ') || 'none'}`,
    });
  }
  return {
    remote: remote.filter(({ name }) => isWanted(name)),
    local: local.filter(({ info }) => isWanted(info.name)),
  };
}

async function fetchOne(
  entry: RemoteEntry,
  { config, baseDirectory }: LoadedConfig,
  how: { readonly place: string; readonly isSmallerFine: boolean; readonly force: boolean },
): Promise<Updated> {
  const { name } = entry;
  const bar = createProgressBar({ stream: process.stderr, nowMs: Date.now });
  const feed = remoteFeedOf(entry);
  try {
    const result = await updateFeed(
      {
        ...(how.force ? withoutMemory(feed) : feed),
        allowShrink: feed.allowShrink === true || how.isSmallerFine,
      },
      {
        directory: config.downloads.directory,
        clock: Date.now,
        check: (path) => checkFeedFile(entry.options, path, baseDirectory),
        onProgress(bytes, total) {
          bar.update(bytes, total, `fetching ${how.place}`);
        },
      },
    );
    switch (result.kind) {
      case 'updated': {
        const { records, bytes, seconds } = result;
        return { name, result: 'updated', records, bytes, seconds };
      }
      case 'unchanged': {
        const { records, bytes } = result.state;
        return { name, result: 'unchanged', records, bytes };
      }
      case 'failed':
        return { name, result: 'failed', error: result.error };
      default:
        return result satisfies never;
    }
  } finally {
    bar.clear();
  }
}

/** The feed asked for as if nothing of it were known; what is there stays until the new file is good. */
function withoutMemory(feed: RemoteFeed): RemoteFeed {
  const { source } = feed;
  return {
    ...feed,
    source: {
      name: source.name,
      fetch: ({ previous: _previous, previousFile: _file, ...request }) => source.fetch(request),
    },
  };
}

/** A local file is watched; all there is to do is to take a version that lost most of its records. */
function localOne(file: FeedFile, { config }: LoadedConfig, isSmallerFine: boolean): Updated {
  const { name } = file.info;
  const bytes = file.sizeBytes;
  if (!isSmallerFine) return { name, result: 'watched', bytes };
  try {
    acceptShrink(config.index.directory, file);
    return { name, result: 'accepted', bytes };
  } catch (cause) {
    const error = new ServiceError(
      'TF_INDEX',
      `cannot note that it is accepted: ${messageOf(cause)}`,
      {
        where: config.index.directory,
        hint: 'run this as the user of the service; index.directory must be writable',
        cause,
      },
    );
    return { name, result: 'failed', bytes, error };
  }
}

const resultTexts: Readonly<Record<Updated['result'], string>> = {
  updated: 'updated',
  unchanged: 'unchanged',
  failed: 'failed: the old file stays',
  accepted: 'accepted as it is now',
  watched: 'a local file: a change is taken in by itself',
};

function printUpdated(results: readonly Updated[]): void {
  if (results.length === 0) {
    process.stdout.write('no feed is fetched: none has url, taxii or misp in its entry\n');
    return;
  }
  printTable(
    ['', 'feed', 'result', 'records', 'size', 'seconds'],
    results.map(({ name, result, records, bytes, seconds, error }) => [
      statusMark(error === undefined ? 'ok' : 'failed'),
      name,
      resultTexts[result],
      records === undefined ? '-' : String(records),
      bytes === undefined ? '-' : sizeText(bytes),
      seconds === undefined ? '-' : seconds.toFixed(1),
    ]),
  );
  for (const { name, error } of results) {
    if (error === undefined) continue;
    process.stderr.write(formatServiceError(error).replace('threat-forwarder: ', `${name}: `));
  }
}

function updatedJson({ error, ...rest }: Updated): unknown {
  if (error === undefined) return rest;
  const { code, message, where, hint } = error;
  return { ...rest, error: { code, message, where, hint } };
}
