import { ServiceError } from '../../../core/index.js';
import type { LoadedConfig } from '../../../config/index.js';
import { findFeeds, type FeedFile } from '../../../feeds/index.js';
import { remoteEntries, type RemoteEntry } from '../../../service/downloads/remote-entries.js';
import { feedRequest } from '../../../service/indexing/index-inputs.js';

export interface Wanted {
  readonly remote: readonly RemoteEntry[];
  readonly local: readonly FeedFile[];
}

/** The feeds that are meant. Throws ServiceError TF_USAGE for a name that no feed has. */
export async function wantedFeeds(loaded: LoadedConfig, names: readonly string[]): Promise<Wanted> {
  const remote = remoteEntries(loaded.config);
  if (names.length === 0) return { remote, local: [] };
  const { feeds, allowLists, baseDirectory } = feedRequest(loaded);
  const { files } = await findFeeds(feeds, allowLists, { baseDirectory });
  const local = files.filter(({ fetchedFrom }) => fetchedFrom === undefined);
  const isWanted = (name: string): boolean =>
    names.some((wanted) => wanted.toLowerCase() === name.toLowerCase());
  const known = [...remote.map(({ name }) => name), ...local.map(({ info }) => info.name)];
  const unknown = names.find(
    (name) => !known.some((one) => one.toLowerCase() === name.toLowerCase()),
  );
  if (unknown !== undefined) {
    throw new ServiceError('TF_USAGE', `there is no feed "${unknown}"`, {
      hint: `there are: ${known.join(', ') || 'none'}`,
    });
  }
  return {
    remote: remote.filter(({ name }) => isWanted(name)),
    local: local.filter(({ info }) => isWanted(info.name)),
  };
}
