import { expect, test } from '@jest/globals';

import { Canary, LoopAlarm } from '../../forwarder/detection/index.js';
import type { LoopSighting } from '../../forwarder/detection/index.js';

const sighting: LoopSighting = {
  layer: 'token',
  seen: 'a message of this service by its token',
  logSource: 'relay',
  peer: '192.0.2.9',
};

test('an alarm at once, then at most one a minute, with the number of sightings', () => {
  const alarm = new LoopAlarm();
  let asked = 0;
  const saw = (): LoopSighting => {
    asked += 1;
    return sighting;
  };
  const dues = Array.from({ length: 181 }, (_, second) => alarm.take(saw, second * 1000));
  expect(dues.flatMap((context, second) => (context === undefined ? [] : [second]))).toEqual([
    0, 60, 120, 180,
  ]);
  expect(asked).toBe(4);
  expect(dues[0]).toEqual([
    ['layer', 'token'],
    ['seen', 'a message of this service by its token'],
    ['log_source', 'relay'],
    ['peer', '192.0.2.9'],
    ['sightings', '1'],
    ['advice', 'take the log source relay out of the routing rule that forwards to us'],
  ]);
  expect(dues[60]).toContainEqual(['sightings', '60']);
});

test('a canary is known within a minute, once', () => {
  const canary = new Canary();
  const inText = (text: string) => (mark: string) => text.includes(mark);
  expect(canary.isIn(inText('probe=1234'), 0)).toBe(false);
  canary.send('1234', 0);
  expect(canary.isIn(inText('probe=5678'), 1000)).toBe(false);
  expect(canary.isIn(inText('probe=1234'), 60_000)).toBe(true);
  expect(canary.isIn(inText('probe=1234'), 60_000)).toBe(false);
  canary.send('1234', 0);
  expect(canary.isIn(inText('probe=1234'), 60_001)).toBe(false);
});
