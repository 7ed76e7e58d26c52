import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { describe, expect, test } from '@jest/globals';

import { CircuitBreaker } from '../../forwarder/detection/index.js';
import type { BreakerSettings, BreakerTrip } from '../../forwarder/detection/index.js';

const settings: BreakerSettings = {
  percent: 50,
  minDetections: 100,
  withinMs: 10_000,
  forMs: 60_000,
};

/** A breaker that is shown events: those with detections of some log source, and clean ones. */
function rig(changed: Partial<BreakerSettings> = {}) {
  const breaker = new CircuitBreaker({ ...settings, ...changed });
  const trips: BreakerTrip[] = [];
  let received = 0;
  let nowMs = 1_000_000;
  return {
    breaker,
    trips,
    pass: (ms: number) => (nowMs += ms),
    clean: (events: number) => {
      received += events;
      breaker.tick(received, nowMs);
    },
    matched: (logSource: string, events = 1, detections = 1) => {
      for (let event = 0; event < events; event += 1) {
        received += 1;
        const trip = breaker.note(logSource, detections, received, nowMs);
        if (trip !== undefined) trips.push(trip);
      }
    },
    isOpenFor: (logSource: string) => breaker.isOpenFor(logSource, nowMs),
  };
}

test('trips when most events of one log source have detections', () => {
  const { matched, trips, isOpenFor } = rig();
  matched('ours', 99);
  expect(trips).toEqual([]);
  matched('ours');
  expect(trips).toEqual([{ logSource: 'ours', detections: 100, events: 100 }]);
  expect([isOpenFor('ours'), isOpenFor('other')]).toEqual([true, false]);
});

describe('does not trip', () => {
  test('when most events are clean', () => {
    const { matched, clean, trips } = rig();
    for (let round = 0; round < 1000; round += 1) {
      matched('ours');
      clean(2);
    }
    expect(trips).toEqual([]);
  });

  test('when a tenth of the events is of others', () => {
    const { matched, trips } = rig();
    for (let round = 0; round < 100; round += 1) {
      matched('other');
      matched('ours', 9);
    }
    expect(trips).toEqual([]);
  });

  test('when it takes longer', () => {
    const { matched, pass, trips } = rig();
    for (let round = 0; round < 1000; round += 1) {
      matched('ours');
      pass(150);
    }
    expect(trips).toEqual([]);
  });
});

test('several detections of an event count each', () => {
  const { matched, clean, trips } = rig();
  clean(0);
  clean(60);
  matched('ours', 40, 3);
  expect(trips).toEqual([{ logSource: 'ours', detections: 102, events: 94 }]);
});

test('clean events from before the first detection count', () => {
  const { matched, clean, pass, trips } = rig();
  for (let second = 0; second < 9; second += 1) {
    clean(100);
    pass(1000);
  }
  matched('ours', 200);
  expect(trips).toEqual([]);
});

test('stays open for its time, and trips again when it goes on', () => {
  const { matched, pass, trips, isOpenFor } = rig();
  matched('ours', 100);
  pass(59_999);
  matched('ours', 500);
  expect(trips).toHaveLength(1);
  expect(isOpenFor('ours')).toBe(true);
  pass(1);
  expect(isOpenFor('ours')).toBe(false);
  matched('ours', 1);
  expect(trips).toHaveLength(2);
});

test('log sources do not keep their events in memory, however many and long they are', () => {
  const { matched, pass, isOpenFor } = rig({ minDetections: 1_000_000 });
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let source = 0; source < 4_000; source += 1) {
    // A part of the text of an event, as decoding gives it.
    const text = Buffer.alloc(65_536, `log source ${source} `).toString('latin1');
    matched(text.slice(0, source % 2 === 0 ? 20 : 5_000));
    if (source % 800 === 0) pass(1_000);
  }
  collect();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(20 * 2 ** 20);
  expect(isOpenFor('log source 1')).toBe(false);
});

test('a log source with a name of any length is told apart by its beginning', () => {
  const { matched, trips, isOpenFor } = rig();
  const long = `${'x'.repeat(254)}\u{1F600}${'x'.repeat(100_000)}`;
  matched(long, 100);
  expect(trips).toHaveLength(1);
  expect(isOpenFor(`${long} and more`)).toBe(true);
});
