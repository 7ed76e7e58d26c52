import type { Logger } from '../core/index.js';
import type { LoadedIndex } from './threat-index.js';

/** Tells the operator what came into use: one line for all, details of each feed at level debug. */
export function logLoadedIndex(logger: Logger, { feeds, compiled }: LoadedIndex): void {
  const { indicatorCount, version } = compiled.index;
  const records = feeds.reduce((sum, feed) => sum + feed.records, 0);
  logger.info(
    'index.loaded',
    `${feeds.length} feeds, ${records} records, ${indicatorCount} indicators in use`,
    { version },
  );
  const { unfilterableMasks } = compiled.filter;
  if (unfilterableMasks > 0) {
    logger.warn(
      'index.slow_masks',
      `${unfilterableMasks} masks have no host or word to look for: every event is now matched in full`,
      { masks: unfilterableMasks },
    );
  }
  for (const { file, records: count, problemCount, problems } of feeds) {
    const feed = file.info.name;
    logger.debug('feed.loaded', `feed ${feed}: ${count} records`, { feed, records: count });
    if (problemCount === 0) continue;
    logger.warn('feed.problems', `feed ${feed}: ${problemCount} records left out`, {
      feed,
      first: problems.slice(0, 3).map(({ record, reason }) => `record ${record}: ${reason}`),
    });
  }
}
