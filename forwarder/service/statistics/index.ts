export type { DetectionCount, DetectionKey } from './hour-counts.js';
export { readStatistics, statisticsDays } from './read-statistics.js';
export type { StatisticsHour } from './read-statistics.js';
export { openStatistics, statisticsDirectory } from './statistics.js';
export type { Statistics, StatisticsOptions } from './statistics.js';
