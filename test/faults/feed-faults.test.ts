import { chmod, rename } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';

import {
  damages,
  longLines,
  unpackedBytes,
  writeLongLine,
  type Damage,
} from './support/feed-damage.js';
import { FeedService, otherHost, partnerHost } from './support/feed-service.js';

/**
 * What happens to a feed's file while the service runs. Whatever it is: what was in use is detected
 * on, without a gap; the other feed goes on to be updated; the fault is named, once; a good version
 * is taken in again.
 */

const slowMs = 60_000;
let feeds: FeedService;

beforeAll(async () => {
  feeds = await FeedService.start([`unpacking.maxBytes=${unpackedBytes}`]);
}, slowMs);

afterEach(async () => {
  await chmod(feeds.partner, 0o644).catch(() => undefined);
});

afterAll(async () => {
  const sent = await feeds.stopEvents();
  await feeds.settled();
  // One detection for each event and feed: none is missing, and none came twice.
  expect(feeds.log.count(partnerHost)).toBe(sent);
  expect(feeds.log.count(otherHost)).toBe(sent);
  expect(feeds.log.count('outside.example')).toBe(0);
  expect(await feeds.stop()).toBe(0);
}, slowMs);

async function keepsWhatWas({ act, says }: Damage): Promise<void> {
  const before = feeds.failures('partner').length;
  const updates = feeds.updates('partner');
  await act(feeds);
  await feeds.service.until(() => feeds.failures('partner').length > before, 'word of the fault');
  expect(feeds.failures('partner')[before]).toMatch(says);
  expect(await feeds.readiness()).toBe(200);
  await feeds.settled();
  await feeds.updateOther();
  // Another load, and the fault is the same: nothing new is said.
  expect(feeds.failures('partner')).toHaveLength(before + 1);
  expect(feeds.failures('other')).toHaveLength(0);
  expect(feeds.updates('partner')).toBe(updates);
  await chmod(feeds.partner, 0o644).catch(() => undefined);
  await feeds.mend();
  await feeds.settled();
  expect(feeds.failures('partner')).toHaveLength(before + 1);
  expect(await feeds.readiness()).toBe(200);
}

describe('a feed that cannot be used any more', () => {
  const byName = new Map(damages.map((damage) => [damage.name, damage]));
  test.each([...byName.keys()])(
    '%s',
    async (name) => {
      await keepsWhatWas(byName.get(name) as Damage);
    },
    slowMs,
  );
});

describe('a feed of 256 MiB that is one line', () => {
  const byName = new Map(longLines.map((damage) => [damage.name, damage]));
  test.each([...byName.keys()])(
    '%s',
    async (name) => {
      await keepsWhatWas(byName.get(name) as Damage);
    },
    slowMs,
  );

  test(
    'in a list with others: they are taken, it is left out',
    async () => {
      const { partner } = feeds;
      const updates = feeds.updates('partner');
      const beside = join(feeds.directory, 'long.tmp');
      const head = `${partnerHost}\nbefore.example\n`;
      await writeLongLine(beside, { head, bytes: 268_435_456, tail: '\nafter.example\n' });
      await rename(beside, partner);
      await feeds.service.until(() => feeds.updates('partner') > updates, 'update of the list');
      const [update] = feeds.log.about('partner', 'KL_ALERT_UpdatedFeed').slice(-1);
      expect(update?.attributes['records']).toBe('3');
      await feeds.settled();
      await feeds.mend();
    },
    slowMs,
  );
});
