import { mispSource } from './misp.js';
import type { FeedSource } from './source.js';
import { taxiiSource } from './taxii-source.js';
import { urlSource } from './url-source.js';

export type SourceName = FeedSource['name'];

/** Every way to fetch a feed, by the key of its entry in the configuration. */
export const feedSources: Readonly<Record<SourceName, FeedSource>> = {
  url: urlSource,
  taxii: taxiiSource,
  misp: mispSource,
};
