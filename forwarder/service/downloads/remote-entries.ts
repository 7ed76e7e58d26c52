import type { Config } from '../../config/index.js';
import {
  feedSources,
  nameOfSource,
  type FeedOptions,
  type RemoteFeed,
  type SourceName,
} from '../../feeds/index.js';
import type { Access } from '../../net/index.js';
import { allowListOptionsOf, feedOptionsOf } from '../indexing/feed-options.js';

/** A feed or an allow-list that is fetched. It can go to another thread; secrets are in it. */
export interface RemoteEntry {
  readonly name: string;
  readonly source: SourceName;
  readonly address: string;
  readonly access: Access;
  readonly query: unknown;
  readonly allowShrink: boolean;
  /** How often it is fetched; 0 = only by hand. */
  readonly everyMs: number;
  /** How its file is read. */
  readonly options: FeedOptions;
}

const minuteMs = 60_000;

/** All entries that are fetched, in the order of the configuration; those asked live are not. */
export function remoteEntries(config: Config): readonly RemoteEntry[] {
  const feedOptions = feedOptionsOf(config);
  const listOptions = allowListOptionsOf(config);
  const feeds = config.feeds.map((feed, index) => ({ feed, options: feedOptions[index] }));
  const lists = config.allowLists.map((feed, index) => ({
    feed: { ...feed, enabled: true, live: false, allowShrink: false },
    options: listOptions[index],
  }));
  return [...feeds, ...lists].flatMap(({ feed, options }): readonly RemoteEntry[] => {
    const place = placeOf(feed);
    if (place === undefined || !feed.enabled || feed.live || options === undefined) return [];
    return [
      {
        ...place,
        name: nameOfSource(feed),
        access: accessOf(feed, config.downloads),
        query: feed.query,
        allowShrink: feed.allowShrink,
        everyMs: (feed.every ?? config.downloads.every) * minuteMs,
        options,
      },
    ];
  });
}

/** The entry as updateFeed() takes it. */
export function remoteFeedOf(entry: RemoteEntry): RemoteFeed {
  const { name, address, access, query, allowShrink } = entry;
  return { name, source: feedSources[entry.source], address, access, query, allowShrink };
}

type Fetched = Pick<
  Config['feeds'][number],
  'url' | 'taxii' | 'misp' | 'auth' | 'tls' | 'proxy' | 'maxBytes'
>;

function placeOf({
  url,
  taxii,
  misp,
}: Fetched): Pick<RemoteEntry, 'source' | 'address'> | undefined {
  if (url !== undefined) return { source: 'url', address: url };
  if (taxii !== undefined) return { source: 'taxii', address: taxii };
  return misp === undefined ? undefined : { source: 'misp', address: misp };
}

/** How its server is reached. */
export function accessOf(
  { auth, tls, proxy, maxBytes }: Fetched,
  downloads: Config['downloads'],
): Access {
  return {
    auth: authOf(auth),
    tls,
    proxy: proxy ?? downloads.proxy,
    timeoutMs: downloads.timeoutSeconds * 1000,
    maxBytes: maxBytes ?? downloads.maxBytes,
  };
}

function authOf(auth: Fetched['auth']): Access['auth'] {
  if (auth?.token !== undefined) return { token: auth.token };
  const { username, password } = auth ?? {};
  return username === undefined || password === undefined ? undefined : { username, password };
}
