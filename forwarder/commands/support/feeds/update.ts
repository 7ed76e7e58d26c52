import { join } from 'node:path';

import { exitCodeOf, exitCodes, messageOf, ServiceError } from '../../../core/index.js';
import type { LoadedConfig } from '../../../config/index.js';
import {
  fetchedPath,
  fetchStatePath,
  updateFeed,
  type FeedFile,
  type RemoteFeed,
} from '../../../feeds/index.js';
import { remoteFeedOf, type RemoteEntry } from '../../../service/downloads/remote-entries.js';
import { acceptShrink } from '../../../service/indexing/accepted-shrinks.js';
import { checkFeedFile } from '../../../service/indexing/check-feed-file.js';
import { configOf } from '../config-options.js';
import { giveToService, makeServiceFolder } from './owner.js';
import { createProgressBar } from '../progress.js';
import { wantedFeeds } from './update-wanted.js';
import { printUpdated, updatedJson, type Updated } from './update-text.js';
import { printJson } from '../table.js';

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
  const { downloads, index: kept } = loaded.config;
  if (wanted.remote.length > 0) await makeServiceFolder(downloads.directory);
  if (wanted.local.length > 0) await makeServiceFolder(kept.directory);
  for (const [index, entry] of wanted.remote.entries()) {
    const place = `${entry.name} (${index + 1} of ${wanted.remote.length})`;
    results.push(
      await fetchOne(entry, loaded, { place, isSmallerFine, force: options['force'] === true }),
    );
  }
  for (const file of wanted.local) results.push(localOne(file, loaded, isSmallerFine));
  const written = wanted.remote.flatMap(({ name }) => [
    fetchedPath(downloads.directory, name),
    fetchStatePath(downloads.directory, name),
  ]);
  await giveToService(downloads.directory, written);
  await giveToService(kept.directory, [join(kept.directory, 'accepted.json')]);
  const exitCode = Math.max(
    exitCodes.done,
    ...results.map(({ error }) => (error === undefined ? exitCodes.done : exitCodeOf(error))),
  );
  if (options['json'] === true) printJson({ exitCode, feeds: results.map(updatedJson) });
  else printUpdated(results);
  return exitCode;
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
