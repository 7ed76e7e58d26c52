import { openFeeds } from '../../../../feeds/index.js';
import { feedRequest } from '../../../../service/indexing/index-inputs.js';
import type { LoadedConfig } from '../../../../config/index.js';
import { ServiceError } from '../../../../core/index.js';

/**
 * The feeds of --feeds; else undefined: then the service says which it has loaded, and where it does not
 * answer, `configuredFeeds` does.
 */
export function namedFeeds(
  options: Readonly<Record<string, unknown>>,
): readonly string[] | undefined {
  const names = options['feeds'] as string | undefined;
  return names?.split(',').map((name) => name.trim());
}

/**
 * The feeds of a configuration file. Undefined where there is no file (the demo feeds of the built-in
 * default say nothing about a service elsewhere), or the feeds cannot be read here.
 */
export async function configuredFeeds(
  loaded: LoadedConfig,
): Promise<readonly string[] | undefined> {
  if (loaded.origin === 'built-in') return undefined;
  try {
    const { feeds, allowLists, baseDirectory } = feedRequest(loaded);
    const files = await openFeeds(feeds, allowLists, { baseDirectory });
    return files.filter(({ info }) => info.role !== 'suppress').map(({ info }) => info.name);
  } catch (error) {
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}
