import { feedFaults, type Logger } from '../../core/index.js';
import type { FeedOutcome } from './feed-outcome.js';
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
  for (const feed of feeds) logFeed(logger, feed);
}

/** One line for each kind of fault of a feed, with the first records (lines) of it. */
function logFeed(
  logger: Logger,
  { name: feed, state, records, leftOut, failure }: FeedOutcome,
): void {
  logger.debug('feed.loaded', `feed ${feed}: ${records} records`, { feed, records, state });
  for (const { why, count, first, example } of leftOut) {
    const fields = { feed, why, count, first, example };
    const message = `feed ${feed}: ${count} left out: ${why}, e.g. ${example}`;
    if (feedFaults.some((fault) => fault === why)) logger.warn('feed.problems', message, fields);
    else logger.info('feed.left_out', message, fields);
  }
  if (failure === undefined) return;
  const { message, where, hint } = failure;
  const rest = { feed, where, hint, records };
  switch (state) {
    case 'loaded':
      return;
    case 'kept':
      logger.error('feed.kept', `feed ${feed} keeps its ${records} records: ${message}`, rest);
      return;
    case 'skipped':
      logger.error('feed.skipped', `feed ${feed} is left out: ${message}`, rest);
      return;
    case 'awaited':
      logger.info('feed.awaited', message, rest);
      return;
    default:
      state satisfies never;
  }
}
