import { describe, expect, test } from '@jest/globals';

import { FeedWatch } from '../../../forwarder/service/feeds/feed-watch.js';
import type { FeedOutcome } from '../../../forwarder/service/indexing/feed-outcome.js';

const hourMs = 3_600_000;

function feed(name: string, details: Partial<FeedOutcome> = {}): FeedOutcome {
  return {
    name,
    entry: `${name}.json`,
    state: 'loaded',
    path: `/feeds/${name}.json`,
    format: 'list',
    role: 'detect',
    confidence: 50,
    sizeBytes: 10,
    modifiedAtMs: 0,
    outdatedAfterHours: 0,
    read: 1,
    records: 1,
    retained: 0,
    indicators: {},
    passed: {},
    leftOut: [],
    problemCount: 0,
    problems: [],
    groups: [],
    ...details,
  };
}

const failure = (message: string): Partial<FeedOutcome> => ({
  state: 'kept',
  failure: { message },
});

describe('feed watch', () => {
  test('a feed is updated when it is new, or its file or its records changed', () => {
    const watch = new FeedWatch();
    const before = [feed('same'), feed('touched'), feed('longer'), feed('gone')];
    const after = [
      feed('same'),
      feed('touched', { modifiedAtMs: 1 }),
      feed('longer', { records: 2 }),
      feed('new'),
    ];
    const names = watch.updatedFeeds(before, after).map(({ name }) => name);
    expect(names).toEqual(['touched', 'longer', 'new']);
  });

  test('a feed that is kept is no update, and each failure is told once', () => {
    const watch = new FeedWatch();
    const fine = [feed('a'), feed('b')];
    const bad = [feed('a', { ...failure('cut short'), modifiedAtMs: 1 }), feed('b')];
    expect(watch.updatedFeeds(fine, bad)).toEqual([]);
    const told = (before: FeedOutcome[], after: FeedOutcome[]): string[] =>
      watch
        .failedFeeds(before, after)
        .map(({ name, failure: { message } }) => `${name} ${message}`);
    expect(told(fine, bad)).toEqual(['a cut short']);
    expect(told(bad, bad)).toEqual([]);
    expect(told(bad, [feed('a', failure('is empty'))])).toEqual(['a is empty']);
    expect(told(fine, [feed('c', { state: 'awaited', failure: { message: 'not yet' } })])).toEqual(
      [],
    );
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
