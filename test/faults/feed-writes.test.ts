import { cp, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { writeSlowly } from './support/feed-damage.js';
import { FeedService, jsonFeed, otherHost, partnerHost } from './support/feed-service.js';

/** Feeds that change while they are read: one version or the other is in use, never a part of one. */

const slowMs = 60_000;
/** The service waits so long for a file to be left alone. */
const settleMs = 500;
const hosts = Array.from({ length: 200 }, (_, number) => `part-${number}.example`);
let feeds: FeedService;

beforeEach(async () => {
  feeds = await FeedService.start();
}, slowMs);

afterEach(async () => {
  const sent = await feeds.stopEvents();
  await feeds.settled();
  expect(feeds.log.count(partnerHost)).toBe(sent);
  expect(feeds.log.count(otherHost)).toBe(sent);
  expect(await feeds.readiness()).toBe(200);
  expect(await feeds.stop()).toBe(0);
}, slowMs);

/** How many records the updates of the feed had, in their order. */
function recordsOfUpdates(): readonly number[] {
  return feeds.log
    .about('partner', 'KL_ALERT_UpdatedFeed')
    .map(({ attributes }) => Number(attributes['records']));
}

test.each([
  ['short pauses: it is read when it is whole', settleMs / 5],
  ['long pauses: it is read in between too, and that is told', settleMs + 200],
])(
  'written where it stands with %s',
  async (_, pauseMs) => {
    const content = jsonFeed([partnerHost, ...hosts]);
    const writing = writeSlowly(feeds.partner, content, { parts: 10, pauseMs });
    await feeds.service.until(() => recordsOfUpdates().length > 0, 'update');
    await writing;
    expect(recordsOfUpdates()).toEqual([hosts.length + 1]);
    const failures = feeds.failures('partner');
    for (const failure of failures) expect(failure).toMatch(/ends (?:inside|after) record|changed/);
    if (pauseMs < settleMs) expect(failures).toHaveLength(0);
    else expect(failures.length).toBeGreaterThan(0);
    expect(feeds.failures('other')).toHaveLength(0);
  },
  slowMs,
);

test(
  'a list that is written for seconds without a pause is not read in between: none of it is missing',
  async () => {
    const lines = [...hosts, ...hosts.map((host) => `other-${host}`), partnerHost];
    await feeds.put('partner.feed', lines.join('\n'));
    await feeds.service.until(() => recordsOfUpdates().length === 1, 'list');
    const content = ['new.example', ...lines].join('\n');
    await writeSlowly(feeds.partner, content, { parts: 30, pauseMs: 150 });
    await feeds.service.until(() => recordsOfUpdates().length === 2, 'whole list');
    expect(recordsOfUpdates()).toEqual([lines.length, lines.length + 1]);
    expect(feeds.failures('partner')).toEqual([]);
  },
  slowMs,
);

test(
  'in a folder that was replaced by another one: it is watched on',
  async () => {
    const folder = join(feeds.directory, 'feeds');
    await cp(folder, `${folder}.new`, { recursive: true });
    await rename(folder, `${folder}.old`);
    await rename(`${folder}.new`, folder);
    await feeds.put('partner.feed', jsonFeed([partnerHost, ...hosts]));
    await feeds.service.until(() => recordsOfUpdates().length === 1, 'version in the new folder');
    await feeds.put('partner.feed', jsonFeed([partnerHost, ...hosts, 'new.example']));
    const sinceMs = Date.now();
    await feeds.service.until(() => recordsOfUpdates().length === 2, 'next version there');
    // By a sign of the folder, not by the look every half minute.
    expect(Date.now() - sinceMs).toBeLessThan(15_000);
  },
  slowMs,
);

test(
  'replaced while it is read',
  async () => {
    const many = Array.from({ length: 100_000 }, (_, number) => `many-${number}.example`);
    const versions = [many, [...many, 'last.example']];
    for (const version of versions) {
      await feeds.put('partner.feed', jsonFeed([partnerHost, ...version]));
      // Until it is being read.
      await sleep(settleMs + 100);
    }
    await feeds.service.until(() => recordsOfUpdates().at(-1) === 100_002, 'last version');
    for (const records of recordsOfUpdates()) expect([100_001, 100_002]).toContain(records);
    expect(feeds.failures('partner')).toEqual([]);
  },
  slowMs,
);

test(
  'overwritten while it is read: nothing of the mixture is used',
  async () => {
    const many = Array.from({ length: 50_000 }, (_, number) => `many-${number}.example`);
    const others = Array.from({ length: 50_001 }, (_, number) => `more-${number}.example`);
    await feeds.put('partner.feed', jsonFeed([partnerHost, ...many]));
    await sleep(settleMs + 100);
    const content = jsonFeed([partnerHost, ...others]);
    await writeSlowly(feeds.partner, content, { parts: 20, pauseMs: 5 });
    await feeds.service.until(() => recordsOfUpdates().at(-1) === 50_002, 'last version');
    for (const records of recordsOfUpdates()) expect([50_001, 50_002]).toContain(records);
  },
  slowMs,
);
