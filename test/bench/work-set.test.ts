import { createHash } from 'node:crypto';

import { describe, expect, test } from '@jest/globals';

import { createEvents, expectedHits, timesSent } from '../../bench/work-set.js';
import type { EventSet, WorkSet } from '../../bench/work-set.js';

const defaults: WorkSet = {
  seed: 1,
  events: 2000,
  bytes: 634,
  candidates: 11,
  indicators: 100_000,
  maskShare: 0.25,
  hitRate: 0.01,
  family: 'proxy',
};

function linesOf(set: EventSet): string[] {
  return set.bytes.toString('utf8').split('\n').slice(0, -1);
}

function checksum(set: EventSet): string {
  return createHash('sha256').update(set.bytes).digest('hex').slice(0, 16);
}

describe('the events of a work set', () => {
  test('are the same bytes on every machine', () => {
    // Another golden value makes every figure published before incomparable.
    expect(checksum(createEvents(defaults))).toBe('b7830d88009bbf18');
    expect(checksum(createEvents({ ...defaults, family: 'mixed' }))).toBe('2f5d002fb6bb44a0');
  });

  test('depend on the seed', () => {
    const other = createEvents({ ...defaults, seed: 2 });
    expect(checksum(other)).not.toBe(checksum(createEvents(defaults)));
  });

  test('of the family proxy are JSON objects of exactly the size asked for', () => {
    const lines = linesOf(createEvents(defaults));
    expect(lines).toHaveLength(2000);
    expect([...new Set(lines.map((line) => Buffer.byteLength(line)))]).toEqual([634]);
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('payload');
  });

  test('of all families have the mean size asked for, where what they hold fits', () => {
    const { bytes, events } = createEvents({ ...defaults, family: 'mixed', bytes: 1600 });
    expect(bytes.length / events - 1).toBeGreaterThan(1590);
    expect(bytes.length / events - 1).toBeLessThan(1610);
  });

  test.each([7, 11, 16])('of the family proxy hold %d candidates', (candidates) => {
    const lines = linesOf(createEvents({ ...defaults, candidates, bytes: 1600, hitRate: 0 }));
    // An address, a hash, a URL, a host of its own; URLs first, for they hold a host.
    const shapes =
      /https:\/\/\S+|\b(?:\d{1,3}\.){3}\d{1,3}\b|\b[0-9a-f]{32}\b|\b[\w.]+\.ok\.example/g;
    for (const line of lines) expect(line.match(shapes)).toHaveLength(candidates);
  });

  test('lie one after the other, each named by its number', () => {
    for (const family of ['proxy', 'mixed'] as const) {
      const set = createEvents({ ...defaults, family });
      expect(set.offsets[set.events]).toBe(set.bytes.length);
      for (let number = 0; number < set.events; number += 1) {
        const event = set.bytes.toString('utf8', set.offsets[number], set.offsets[number + 1]);
        expect(event.indexOf('\n')).toBe(event.length - 1);
        expect(event).toContain(`bench${String(number).padStart(8, '0')}`);
      }
    }
  });

  test('escape in each of the ways that JSON allows', () => {
    const text = createEvents({ ...defaults, family: 'mixed' }).bytes.toString('utf8');
    for (const escape of ['\\t', '\\/', '\\"', '\\\\', '\\u003d', '\\u0026', '\\u0418']) {
      expect(text).toContain(escape);
    }
  });

  test('hold indicators in their share, masks in theirs', () => {
    const set = createEvents({ ...defaults, events: 20_000, hitRate: 0.1 });
    const { md5, host, ip, mask } = expectedHits(set, set.events);
    const sum = md5 + host + ip + mask;
    expect(sum / set.events).toBeCloseTo(0.1, 2);
    expect(mask / sum).toBeCloseTo(0.25, 1);
    const without = createEvents({ ...defaults, maskShare: 0, hitRate: 0.1 });
    expect(expectedHits(without, without.events).mask).toBe(0);
  });
});

describe('a set sent more than once', () => {
  test('counts every event as often as it is sent', () => {
    const set = createEvents({ ...defaults, events: 10, hitRate: 1 });
    expect([0, 4, 5, 9].map((number) => timesSent(set, 25, number))).toEqual([3, 3, 2, 2]);
    const { md5, host, ip, mask } = expectedHits(set, 25);
    expect(md5 + host + ip + mask).toBe(25);
  });
});
