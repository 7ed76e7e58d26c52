/**
 * Feeds that are fetched. A source says how; updateFeed() fetches one beside its old file, has it
 * checked, and puts it in place; createSchedule() says when:
 *
 *     const result = await updateFeed(feed, { directory, clock, check });
 *     // { kind: 'updated' | 'unchanged' | 'failed', … }; the old file stays on any failure
 */
export { fetchedPath, fetchStatePath, nameOfSource, type RemotePlace } from './fetched-file.js';
export { kasperskyService, listAvailableFeeds, type AvailableFeed } from './kaspersky-list.js';
export { mispSource } from './misp.js';
export { nextFetchMs } from './next-fetch.js';
export {
  createSchedule,
  type Schedule,
  type ScheduledFeed,
  type ScheduleOptions,
} from './schedule.js';
export type { FeedSource, FetchOutcome, FetchRequest, FetchState } from './source.js';
export { readFetchState } from './state-file.js';
export { taxiiSource } from './taxii-source.js';
export {
  updateFeed,
  type RemoteFeed,
  type UpdateContext,
  type UpdateResult,
} from './update-feed.js';
export { urlSource } from './url-source.js';
