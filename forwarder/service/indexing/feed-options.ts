import type { Config, FeedConfig } from '../../config/index.js';
import { fetchedPath, nameOfSource, type FeedOptions, type FeedRules } from '../../feeds/index.js';
import { shownAddress } from '../../net/index.js';

type Located = Pick<FeedConfig, 'path' | 'url' | 'taxii' | 'misp' | 'name'>;

/** Third-party feeds that are fetched: a record holds for a week after it was last in the feed. */
const fetchedLifetimeMinutes = 10_080;

/** The entries of `feeds` as the reading of files needs them; no secret is left in them. */
export function feedOptionsOf({ feeds, downloads, unpacking }: Config): readonly FeedOptions[] {
  return feeds.map((feed) => ({
    ...placeOf(feed, downloads.directory),
    ...readingOf(feed),
    format: feed.format ?? formatOf(feed),
    unpacking,
    confidence: feed.confidence,
    lifetime: feed.lifetime,
    defaultLifetime: feed.path === undefined ? fetchedLifetimeMinutes : 0,
    outdatedAfterHours: feed.outdatedAfterHours,
    categories: feed.categories,
    rules: rulesOf(feed),
    allowShrink: feed.allowShrink,
    usedInMatching: feed.usedInMatching,
    sentToSiem: feed.sentToSiem,
    // What is asked live has no file.
    enabled: feed.enabled && !feed.live,
  }));
}

/** The entries of `allowLists`, likewise. */
export function allowListOptionsOf({
  allowLists,
  downloads,
  unpacking,
}: Config): readonly FeedOptions[] {
  return allowLists.map((entry) => ({
    ...placeOf(entry, downloads.directory),
    ...readingOf(entry),
    format: entry.format ?? formatOf(entry),
    unpacking,
  }));
}

/** Where the file is: a fetched one under the name of its feed. */
function placeOf(
  entry: Located,
  directory: string,
): Pick<FeedOptions, 'path' | 'name' | 'fetchedFrom'> {
  if (entry.path !== undefined) return { path: entry.path, name: entry.name };
  const name = nameOfSource(entry);
  const address = entry.url ?? entry.taxii ?? entry.misp ?? '';
  return { path: fetchedPath(directory, name), name, fetchedFrom: shownAddress(address) };
}

/** What a server gives is known before it is read. */
function formatOf({ misp, taxii }: Located): string | undefined {
  if (misp !== undefined) return 'misp';
  return taxii === undefined ? undefined : 'stix2';
}

function readingOf(
  entry: Pick<FeedConfig, 'format' | 'fields' | 'rootElement' | 'delimiter' | 'differences'>,
): Pick<FeedOptions, 'format' | 'fields' | 'rootElement' | 'delimiter' | 'differences'> {
  const { format, fields, rootElement, delimiter, differences } = entry;
  return {
    format,
    fields: fields && Object.entries(fields).map(([path, kind]) => ({ path, kind })),
    rootElement,
    delimiter,
    differences,
  };
}

function rulesOf(feed: FeedConfig): FeedRules {
  return {
    filters: Object.entries(feed.filters).map(([path, criterion]) => ({ path, criterion })),
    requiredFields: feed.requiredFields,
    actionableFields: Object.entries(feed.actionableFields).map(([path, name]) => ({ path, name })),
    minConfidence: feed.minConfidence,
    maxRecords: feed.maxRecords,
    allowsOverBroad: feed.overBroad === 'allow',
  };
}
