import { resolve } from 'node:path';
import { ServiceError, type FeedRole, type IndicatorKind } from '../core/index.js';
import { categoriesFor, confidenceFor, roleFor } from './categories.js';
import { feedFile, type FeedFile } from './feed-file.js';
import { checkedName, nameOfFile } from './feed-name.js';
import { findFeedFiles, nothingFound, type FoundFile } from './find-feed-files.js';
import type { FieldRule } from './formats/format.js';
import type { FeedRules } from './rules/feed-rules.js';
import { formatNamed, recogniseFormat } from './recognise-format.js';

/**
 * One entry of `feeds` or `allowLists`, as far as its files go: no secret is in it, and it can go to
 * another thread.
 */
export interface FeedOptions {
  /** A file, a folder or a glob; relative to the base directory. */
  readonly path: string;
  /** Where a fetched file came from: what people call it by. Absent for local files. */
  readonly fetchedFrom?: string | undefined;
  /** Default: the file's name without its extension. */
  readonly name?: string | undefined;
  /** Name of the format; default: recognised by the file's content. */
  readonly format?: string | undefined;
  /** Which fields hold indicators; default: those usual in the format. */
  readonly fields?: readonly FieldRule[] | undefined;
  readonly rootElement?: string | undefined;
  readonly delimiter?: string | undefined;
  /** A glob of files with differences to the one of `path`. */
  readonly differences?: string | undefined;
  /** 1 to 100; default 100 for `…_Data_Feed`, else 50. */
  readonly confidence?: number | undefined;
  /** How long a record holds after it was last in the feed, in minutes; 0 = as long as it is in it. */
  readonly lifetime?: number | undefined;
  /** Age of the file from which the feed counts as outdated, in hours; default 0 = never. */
  readonly outdatedAfterHours?: number | undefined;
  /** Categories that replace those the name gives. */
  readonly categories?: Partial<Readonly<Record<IndicatorKind, string>>> | undefined;
  /** What the feed's records must be, and what of them goes out; default: every record, all of it. */
  readonly rules?: Partial<FeedRules> | undefined;
  /** Whether a version with less than half of the records may replace the one before. */
  readonly allowShrink?: boolean | undefined;
  readonly usedInMatching?: boolean | undefined;
  readonly sentToSiem?: boolean | undefined;
  /** Default true; false leaves the entry out, and a file it names also out of other entries' globs. */
  readonly enabled?: boolean | undefined;
}

export interface OpenFeedsContext {
  /** Absolute path of the folder that relative paths start from. */
  readonly baseDirectory: string;
}

interface Entry {
  readonly options: FeedOptions;
  /** Its place in the configuration: `feeds[2]`. */
  readonly where: string;
  /** What it says about its files' role; undefined = by name. */
  readonly role: FeedRole | undefined;
  readonly files: readonly FoundFile[];
}

/**
 * Finds the files of all entries, names them and recognises their formats; reads no more than
 * their first bytes. Feeds come first, allow-lists (role `suppress`) after them, each in the order
 * of the configuration, the files of a glob by name.
 *
 * An entry that names a file is the one that counts for it: globs of other entries pass it over, so
 * that `feeds/*.json` can stand beside an entry with settings of its own for one of the files.
 *
 * Throws ServiceError TF_FEED for an entry that stands for no file, two files of the same name, a
 * file that cannot be read and a format that is not known; TF_CONFIG for illegal categories.
 */
export async function openFeeds(
  feeds: readonly FeedOptions[],
  allowLists: readonly FeedOptions[],
  context: OpenFeedsContext,
): Promise<readonly FeedFile[]> {
  const entries = [
    ...(await findAll(feeds, 'feeds', undefined, context)),
    ...(await findAll(allowLists, 'allowLists', 'suppress', context)),
  ];
  const named = new Set(
    [...feeds, ...allowLists].map(({ path }) => resolve(context.baseDirectory, path)),
  );
  const opened: FeedFile[] = [];
  const takenBy = new Map<string, string>();
  for (const entry of entries) {
    for (const file of entry.files) {
      if (!file.isNamed && named.has(file.path)) continue;
      const feed = await openFeed(entry, file);
      claimName(feed, `${entry.where} (${file.path})`, takenBy);
      opened.push(feed);
    }
  }
  return opened;
}

async function findAll(
  list: readonly FeedOptions[],
  listName: string,
  role: FeedRole | undefined,
  { baseDirectory }: OpenFeedsContext,
): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (const [index, options] of list.entries()) {
    if (options.enabled === false) continue;
    const where = `${listName}[${index}]`;
    const files = await findFeedFiles(options.path, baseDirectory, where);
    if (files.length === 0) throw nothingFound(options.path, baseDirectory, where);
    entries.push({ options, where, role, files });
  }
  return entries;
}

async function openFeed({ options, where, role }: Entry, file: FoundFile): Promise<FeedFile> {
  const name =
    options.name === undefined ? nameOfFile(file.path) : checkedName(options.name, where);
  const reader =
    options.format === undefined
      ? await recogniseFormat(file.path)
      : formatNamed(options.format, where);
  return feedFile({
    info: {
      name,
      origin: file.path,
      role: role ?? roleFor(name),
      confidence: options.confidence ?? confidenceFor(name),
      categories: categoriesFor(name, options.categories),
      usedInMatching: options.usedInMatching,
      sentToSiem: options.sentToSiem,
    },
    path: file.path,
    reader,
    modifiedAtMs: file.stats.mtimeMs,
    sizeBytes: file.stats.size,
    outdatedAfterHours: options.outdatedAfterHours ?? 0,
    lifetimeMinutes: options.lifetime,
  });
}

/** Feeds are told apart by their names, letter case ignored. */
function claimName(feed: FeedFile, where: string, takenBy: Map<string, string>): void {
  const { name } = feed.info;
  const other = takenBy.get(name.toLowerCase());
  if (other !== undefined) {
    throw new ServiceError('TF_FEED', `Two feeds have the name ${name}.`, {
      where: `${other} and ${where}`,
      hint: 'Give one of them another name, or name each file in one entry only.',
    });
  }
  takenBy.set(name.toLowerCase(), where);
}
