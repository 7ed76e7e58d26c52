import type { AskedThing } from '../../net/index.js';

/** How faults of a server speak of a feed. */
export const askedFeed: AskedThing = {
  noun: 'feed',
  code: 'TF_FEED',
  remedies: {
    noHttp: 'for a file name its path, without file://',
    silent: 'raise downloads.timeoutSeconds',
    tooLarge: 'raise maxBytes of the feed (or downloads.maxBytes) if it may be that large',
    tooOften: 'fetch the feed less often: raise every',
  },
};
