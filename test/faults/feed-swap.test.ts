import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { FeedService, jsonFeed, otherHost, partnerHost } from './support/feed-service.js';

/** Good versions of a feed that follow one another under events. */

const slowMs = 60_000;
const versions = 15;
const everyMs = 1000;
let feeds: FeedService;

beforeEach(async () => {
  feeds = await FeedService.start([], 2);
}, slowMs);

afterEach(async () => {
  const sent = await feeds.stopEvents();
  await feeds.settled();
  expect(feeds.log.count(partnerHost)).toBe(sent);
  expect(feeds.log.count(otherHost)).toBe(sent);
  expect(await feeds.readiness()).toBe(200);
  expect(feeds.failures('partner')).toEqual([]);
  expect(await feeds.stop()).toBe(0);
}, slowMs);

function recordsOfUpdates(): readonly number[] {
  return feeds.log
    .about('partner', 'KL_ALERT_UpdatedFeed')
    .map(({ attributes }) => Number(attributes['records']));
}

test(
  'every event is detected that holds what is in all versions, once, while they come and go',
  async () => {
    const hostsOf = (version: number): readonly string[] => [
      ...Array.from({ length: 1000 + version }, (_, host) => `v${version}-${host}.example`),
      partnerHost,
    ];
    for (let version = 1; version <= versions; version += 1) {
      await feeds.put('partner.feed', jsonFeed(hostsOf(version)));
      await sleep(everyMs);
    }
    await feeds.service.until(
      () => recordsOfUpdates().at(-1) === 1001 + versions,
      'last version of the feed',
    );
    // Each had its second: most of them were in use.
    expect(recordsOfUpdates().length).toBeGreaterThan(versions / 2);
    expect(await feeds.stopEvents()).toBeGreaterThan(versions * 50);
  },
  slowMs,
);

test(
  'a newer version takes the place of one that is still being compiled',
  async () => {
    const lines = Array.from({ length: 1_000_000 }, (_, number) => `n${number}.example`);
    const first = [partnerHost, ...lines, ''].join('\n');
    await feeds.put('partner.feed', first);
    await untilCompiling();
    await feeds.put('partner.feed', `${first}newer.example\n`);
    await feeds.service.until(() => recordsOfUpdates().length > 0, 'update');
    // The first one never came into use: its compiling was given up.
    expect(recordsOfUpdates()).toEqual([lines.length + 2]);
  },
  slowMs,
);

/** Until a new index is being written beside the one in use. */
async function untilCompiling(): Promise<void> {
  const folder = join(feeds.directory, 'var/index');
  for (let waitedMs = 0; waitedMs < 10_000; waitedMs += 10) {
    if ((await readdir(folder)).some((name) => name.endsWith('.tmp'))) return;
    await sleep(10);
  }
  throw new Error('nothing is compiled');
}
