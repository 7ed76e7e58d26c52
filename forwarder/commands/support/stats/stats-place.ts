import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';

import type { LoadedConfig } from '../../../config/index.js';
import { messageOf, ServiceError } from '../../../core/index.js';
import { statisticsDays, statisticsDirectory } from '../../../service/statistics/index.js';
import { configOf } from '../config-options.js';
import type { Period } from './period.js';

/** Where statistics are looked for. */
export interface StatsPlace {
  readonly directory: string;
  /** Absent where the folder was named. */
  readonly loaded?: LoadedConfig;
}

/** The folder --directory names, else that of the configuration. Throws ServiceError. */
export async function placeOf(options: Readonly<Record<string, unknown>>): Promise<StatsPlace> {
  const given = options['directory'] as string | undefined;
  if (given === undefined) {
    const loaded = await configOf(options);
    return { directory: statisticsDirectory(loaded.config), loaded };
  }
  const directory = resolve(given);
  const found = await stat(directory).catch(() => undefined);
  if (found?.isDirectory() === true) return { directory };
  throw new ServiceError('TF_USAGE', `there is no folder ${directory}`, {
    where: '--directory',
    hint: 'name the folder of the daily files: statistics in state.directory',
  });
}

/** The days of which there are files. Throws ServiceError TF_CONFIG when the folder cannot be read. */
export async function daysIn({ directory }: StatsPlace): Promise<readonly string[]> {
  try {
    return await statisticsDays(directory);
  } catch (error) {
    throw new ServiceError('TF_CONFIG', `cannot read ${directory}: ${messageOf(error)}`, {
      where: 'state.directory',
      hint: 'run this as the user of the service, or as root',
      cause: error,
    });
  }
}

/** Why there are no counts in a period: one or two sentences. */
export function whyEmpty(
  { directory, loaded }: StatsPlace,
  days: readonly string[],
  { fromMs }: Period,
): string {
  const [first, last] = [days[0], days.at(-1)];
  if (first !== undefined && last !== undefined) {
    const earlier = Date.parse(`${last}T24:00:00Z`) <= fromMs ? `; try --from ${first}` : '';
    return `Nothing was counted in that time. There are counts of ${first} to ${last} (UTC) in ${directory}${earlier}.`;
  }
  const nothing = `There are no statistics in ${directory}.`;
  if (loaded === undefined) {
    return `${nothing} The daily files are in the folder statistics of the service's state.directory.`;
  }
  if (loaded.config.statistics === false) {
    return `${nothing} They are switched off: statistics is false in ${loaded.origin}.`;
  }
  if (loaded.origin === 'built-in') {
    return `${nothing} A service without a configuration file keeps none; name the one it has: --config FILE.`;
  }
  const { flushSeconds } = loaded.config.statistics;
  return `${nothing} No service with this configuration has run there, or it has checked no events yet; it writes every ${flushSeconds} s.`;
}
