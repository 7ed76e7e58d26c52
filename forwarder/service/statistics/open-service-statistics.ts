import type { LoadedConfig } from '../../config/index.js';
import type { Clock, CounterSource, Logger } from '../../core/index.js';
import type { DetectionCounts } from '../evaluator.js';
import { openStatistics, statisticsDirectory } from './index.js';
import type { Statistics } from './index.js';

/** The statistics of a running service; undefined where they are off. */
export type ServiceStatistics = (DetectionCounts & Pick<Statistics, 'close'>) | undefined;

/**
 * The statistics as configured. Without a configuration file there are none: that is a trial, which
 * leaves nothing behind.
 */
export async function openServiceStatistics(
  { config, origin }: LoadedConfig,
  tools: { readonly counters: CounterSource; readonly logger: Logger; readonly clock: Clock },
): Promise<ServiceStatistics> {
  if (config.statistics === false || origin === 'built-in') return undefined;
  return openStatistics({ ...config.statistics, directory: statisticsDirectory(config), ...tools });
}
