import { resolve } from 'node:path';
import { ServiceError, type FeedInfo, type FeedRole } from '../core/index.js';
import { shownAddress } from '../net/index.js';
import { categoriesFor, confidenceFor, roleFor } from './categories.js';
import { feedFile, type FeedFile } from './feed-file.js';
import { checkedName, nameOfFile } from './feed-name.js';
import type { FeedOptions } from './feed-options.js';
import { findFeedFiles, nothingFound, type FoundFeed } from './find-feed-files.js';
import { noRules } from './rules/feed-rules.js';
import { createRules } from './rules/rule-set.js';
import { formatNamed, recogniseFormat } from './recognise-format.js';

export interface OpenFeedsContext {
  /** Absolute path of the folder that relative paths start from. */
  readonly baseDirectory: string;
}

/** A feed that is configured and cannot be opened. */
export interface FeedFault {
  /** Undefined where no file says it: a glob that matches nothing. */
  readonly name: string | undefined;
  /** `path` of its entry. */
  readonly entry: string;
  readonly error: ServiceError;
  /** A feed to be fetched that was not fetched yet: nobody's fault. */
  readonly isAwaited: boolean;
  /** Nothing at all of its entry was found, of a folder's or glob's files none. */
  readonly isOfWholeEntry?: boolean;
  /** What the configuration says of a feed of its entry; throws ServiceError TF_CONFIG as findFeeds(). */
  readonly infoOf: (name: string, origin: string) => FeedInfo;
}

export interface FoundFeeds {
  readonly files: readonly FeedFile[];
  readonly faults: readonly FeedFault[];
}

interface Entry {
  readonly options: FeedOptions;
  /** Its place in the configuration: `feeds[2]`. */
  readonly where: string;
  /** What it says about its files' role; undefined = by name. */
  readonly role: FeedRole | undefined;
}

/**
 * Finds the files of all entries, names them and recognises their formats; reads no more than
 * their first bytes. Feeds come first, allow-lists (role `suppress`) after them, each in the order
 * of the configuration, the files of a glob or a folder by name. A feed that cannot be opened is a
 * fault beside the others.
 *
 * An entry that names a file is the one that counts for it: globs of other entries pass it over, so
 * that `feeds/*.json` can stand beside an entry with settings of its own for one of the files.
 *
 * Throws ServiceError TF_FEED for two feeds of the same name and for formats and names that the
 * configuration gives and that are none; TF_CONFIG for illegal categories.
 */
export async function findFeeds(
  feeds: readonly FeedOptions[],
  allowLists: readonly FeedOptions[],
  context: OpenFeedsContext,
): Promise<FoundFeeds> {
  const entries = [...entriesOf(feeds, 'feeds'), ...entriesOf(allowLists, 'allowLists')];
  const named = new Set(
    [...feeds, ...allowLists].map(({ path }) => resolve(context.baseDirectory, path)),
  );
  const files: FeedFile[] = [];
  const faults: FeedFault[] = [];
  const takenBy = new Map<string, string>();
  for (const entry of entries) {
    const found = await filesOf(entry, context, faults);
    for (const one of found) {
      if (!one.isNamed && named.has(one.path)) continue;
      const name = nameFor(entry, one);
      const taken = claimName(name, `${entry.where} (${one.path})`, takenBy);
      if (taken !== undefined) {
        // One file too many in a folder must not stop the others.
        if (one.isNamed) throw taken;
        const fault = { name: one.path, entry: one.path, error: taken, isAwaited: false };
        faults.push({ ...fault, infoOf: (of, origin) => infoFor(entry, of, origin) });
        continue;
      }
      const file = await openOne(entry, one, name, faults);
      if (file !== undefined) files.push(file);
    }
  }
  return { files, faults };
}

/** As findFeeds(), but throws the first fault; feeds that are still to be fetched are left out. */
export async function openFeeds(
  feeds: readonly FeedOptions[],
  allowLists: readonly FeedOptions[],
  context: OpenFeedsContext,
): Promise<readonly FeedFile[]> {
  const { files, faults } = await findFeeds(feeds, allowLists, context);
  const fault = faults.find(({ isAwaited }) => !isAwaited);
  if (fault !== undefined) throw fault.error;
  return files;
}

function entriesOf(list: readonly FeedOptions[], listName: 'feeds' | 'allowLists'): Entry[] {
  return list.flatMap((options, index) =>
    options.enabled === false
      ? []
      : [
          {
            options,
            where: `${listName}[${index}]`,
            role: listName === 'feeds' ? undefined : ('suppress' as const),
          },
        ],
  );
}

/** What an entry stands for; nothing, or what cannot be found, is a fault. */
async function filesOf(
  configured: Entry,
  { baseDirectory }: OpenFeedsContext,
  faults: FeedFault[],
): Promise<readonly FoundFeed[]> {
  const { options, where } = configured;
  const { path: entry, differences, fetchedFrom } = options;
  const infoOf = (of: string, origin: string): FeedInfo => infoFor(configured, of, origin);
  const isFetched = fetchedFrom !== undefined;
  const isOfWholeEntry = true;
  const name = options.name === undefined ? undefined : checkedName(options.name, where);
  try {
    const found = await findFeedFiles(entry, baseDirectory, where, { isFetched, differences });
    if (found.length > 0) return found;
    const error = isFetched
      ? notFetched(fetchedFrom, where)
      : nothingFound(entry, baseDirectory, where);
    const isAwaited = isFetched;
    faults.push({
      ...{ name: name ?? nameByPath(entry), entry, error, isAwaited, isOfWholeEntry },
      infoOf,
    });
  } catch (error) {
    if (!isFeedError(error)) throw error;
    faults.push({
      name: name ?? nameByPath(entry),
      entry,
      error,
      isAwaited: false,
      isOfWholeEntry,
      infoOf,
    });
  }
  return [];
}

function isFeedError(error: unknown): error is ServiceError {
  return error instanceof ServiceError && error.code === 'TF_FEED';
}

function notFetched(address: string, where: string): ServiceError {
  return new ServiceError('TF_FEED', `The feed was not fetched yet: ${shownAddress(address)}.`, {
    where,
    hint: 'The service fetches it by itself; `threat-forwarder feeds update` does so at once.',
    retryable: true,
  });
}

/** The name that the feed of a path would have; undefined for a glob and for odd paths. */
function nameByPath(path: string): string | undefined {
  try {
    return /[*?{[]/.test(path) ? undefined : nameOfFile(path);
  } catch {
    return undefined;
  }
}

function nameFor({ options, where }: Entry, { path }: FoundFeed): string {
  return options.name === undefined ? nameOfFile(path) : checkedName(options.name, where);
}

function infoFor({ options, role }: Entry, name: string, origin: string): FeedInfo {
  return {
    name,
    origin,
    role: role ?? roleFor(name),
    confidence: options.confidence ?? confidenceFor(name),
    categories: categoriesFor(name, options.categories),
    usedInMatching: options.usedInMatching,
    sentToSiem: options.sentToSiem,
  };
}

async function openOne(
  configured: Entry,
  found: FoundFeed,
  name: string,
  faults: FeedFault[],
): Promise<FeedFile | undefined> {
  const { options, where } = configured;
  // What the configuration says is looked at first: its faults are never those of a file.
  const info = infoFor(configured, name, found.path);
  createRules({ ...noRules, ...options.rules }, Date.now(), where);
  const fixed = options.format === undefined ? undefined : formatNamed(options.format, where);
  try {
    const reader =
      fixed ??
      (await recogniseFormat(found.parts[0] ?? found.path, {
        member: name,
        unpacking: options.unpacking,
      }));
    if (reader.name === 'warninglist' && info.role !== 'suppress')
      throw notToBeDetected(found.path);
    return feedFile({ info, found, reader, options });
  } catch (error) {
    if (!isFeedError(error)) throw error;
    faults.push({
      ...{ name, entry: options.path, error, isAwaited: false },
      infoOf: () => info,
    });
    return undefined;
  }
}

/** A warning list names what is known to be good. */
function notToBeDetected(path: string): ServiceError {
  return new ServiceError(
    'TF_FEED',
    'The file is a MISP warning list: it says what is no threat.',
    {
      where: path,
      hint: 'Put it under allowLists, not under feeds.',
    },
  );
}

/** Feeds are told apart by their names, letter case ignored. */
function claimName(
  name: string,
  where: string,
  takenBy: Map<string, string>,
): ServiceError | undefined {
  const other = takenBy.get(name.toLowerCase());
  if (other !== undefined) {
    return new ServiceError('TF_FEED', `Two feeds have the name ${name}.`, {
      where: `${other} and ${where}`,
      hint: 'Give one of them another name, or name each file in one entry only.',
    });
  }
  takenBy.set(name.toLowerCase(), where);
  return undefined;
}
