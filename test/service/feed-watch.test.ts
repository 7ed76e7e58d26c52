import { describe, expect, test } from '@jest/globals';

import type { FeedFile } from '../../forwarder/feeds/index.js';
import { FeedWatch } from '../../forwarder/service/feed-watch.js';
import type { LoadedFeed } from '../../forwarder/service/threat-index.js';

const hourMs = 3_600_000;

function feed(name: string, details: Partial<FeedFile> = {}, records = 1): LoadedFeed {
  const file = {
    info: { name },
    path: `/feeds/${name}.json`,
    modifiedAtMs: 0,
    sizeBytes: 10,
    outdatedAfterHours: 0,
    ...details,
  } as FeedFile;
  return { file, records, problemCount: 0, problems: [] };
}

describe('feed watch', () => {
  test('a feed is updated when it is new, or its file or its records changed', () => {
    const watch = new FeedWatch();
    const before = [feed('same'), feed('touched'), feed('longer'), feed('gone')];
    const after = [
      feed('same'),
      feed('touched', { modifiedAtMs: 1 }),
      feed('longer', {}, 2),
      feed('new'),
    ];
    const names = watch.updatedFeeds(before, after).map(({ file }) => file.info.name);
    expect(names).toEqual(['touched', 'longer', 'new']);
  });

  test('an outdated feed is reported once, and again after it was fresh in between', () => {
    const watch = new FeedWatch();
    const old = [feed('old', { outdatedAfterHours: 2 }), feed('never')];
    const fresh = [feed('old', { outdatedAfterHours: 2, modifiedAtMs: 9 * hourMs })];
    expect(watch.newlyOutdated(old, hourMs)).toEqual([]);
    expect(watch.newlyOutdated(old, 3 * hourMs)).toEqual(['old']);
    expect(watch.newlyOutdated(old, 4 * hourMs)).toEqual([]);
    expect(watch.newlyOutdated(fresh, 10 * hourMs)).toEqual([]);
    expect(watch.newlyOutdated(fresh, 12 * hourMs)).toEqual(['old']);
  });
});
