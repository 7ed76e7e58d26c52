/**
 * Feeds: files of records that say what to look for. openFeeds() finds, names and recognises them;
 * a FeedFile then reads itself record by record:
 *
 *     const [feed] = await openFeeds([{ path: 'feeds/*.json' }], [], { baseDirectory });
 *     for await (const result of feed.read()) {
 *       if (result.ok) index(result.value);   // { indicators, context }
 *       else report(result.problem);          // { record: 7, reason: '…' }
 *     }
 */
export { categoriesFor, confidenceFor, roleFor } from './categories.js';
export { fetchTimesOf } from './fetch-times.js';
export { isOutdated, type FeedFile, type FeedReading, type ReadProgress } from './feed-file.js';
export type { FeedOptions } from './feed-options.js';
export type { UnpackingLimits } from './opening/unpacking-limits.js';
export {
  longestRow,
  passedKinds,
  type FeedReader,
  type FieldRule,
  type Passed,
  type ReaderOptions,
} from './formats/format.js';
export { feedFormats } from './formats/index.js';
export {
  findFeeds,
  openFeeds,
  type FeedFault,
  type FoundFeeds,
  type OpenFeedsContext,
} from './open-feeds.js';
export {
  noRules,
  type ActionableField,
  type FeedRules,
  type FieldFilter,
} from './rules/feed-rules.js';
export {
  fetchedPath,
  fetchStatePath,
  nameOfSource,
  type RemotePlace,
} from './sources/fetched-file.js';
export {
  createRules,
  hasNoRules,
  type Judgement,
  type LeftOutReason as LeftOutByRule,
  type RuleSet,
} from './rules/rule-set.js';
export { overBroad } from './hygiene/over-broad.js';
export { createSchedule, type Schedule } from './sources/schedule.js';
export { feedSources, type SourceName } from './sources/feed-sources.js';
export type { FetchState } from './sources/source.js';
export { readFetchState } from './sources/state-file.js';
export { updateFeed, type RemoteFeed, type UpdateResult } from './sources/update-feed.js';
export { createLiveLookups, type LiveLookups } from './live/index.js';
export { isSystemError } from './opening/cannot-read.js';
