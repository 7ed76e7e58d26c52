import { describeEvent, eventCatalogue } from '../../../../dsm/index.js';
import type { EventDescription } from '../../../../dsm/index.js';
import type { LoadedConfig } from '../../../config/index.js';
import type { FeedInfo } from '../../../core/index.js';
import { categoriesFor, findFeeds, nameOfSource } from '../../../feeds/index.js';
import { feedRequest } from '../../../service/indexing/index-inputs.js';

/**
 * Every event that JSA may get from this site: the catalogue, then the events of the configured feeds
 * that it lacks, by name. Feeds that cannot be read now, or were not fetched yet, count too; those that
 * only say what is harmless give no events. Opens the feed files, reads no more than their first bytes.
 * Throws ServiceError TF_CONFIG or TF_FEED for what the configuration itself says wrongly.
 */
export async function siteEvents(loaded: LoadedConfig): Promise<readonly EventDescription[]> {
  const known = new Set(eventCatalogue.map(({ id }) => id));
  const own = new Set<string>();
  for (const categories of [...(await ofFiles(loaded)), ...ofLiveLookups(loaded)]) {
    for (const id of Object.values(categories)) if (!known.has(id)) own.add(id);
  }
  return [...eventCatalogue, ...[...own].sort(byCode).map(describeEvent)];
}

type Categories = FeedInfo['categories'];

async function ofFiles(loaded: LoadedConfig): Promise<readonly Categories[]> {
  const { feeds, allowLists, baseDirectory } = feedRequest(loaded);
  const { files, faults } = await findFeeds(feeds, allowLists, { baseDirectory });
  const infos = [
    ...files.map(({ info }) => info),
    ...faults.flatMap(({ name, entry, infoOf }) =>
      name !== undefined && isFeedName(name) ? [infoOf(name, entry)] : [],
    ),
  ];
  return infos.filter(({ role }) => role !== 'suppress').map(({ categories }) => categories);
}

/** Of a glob that matches nothing there is no name; of a second file of one name there is its path. */
function isFeedName(name: string): boolean {
  return /^[A-Za-z0-9_-]+$/.test(name);
}

/** Servers that are asked live have no file. */
function ofLiveLookups({ config }: LoadedConfig): readonly Categories[] {
  return config.feeds
    .filter(({ enabled, live }) => enabled && live)
    .map((feed) => categoriesFor(nameOfSource(feed), feed.categories));
}

/** The same order in every language of the machine. */
function byCode(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
