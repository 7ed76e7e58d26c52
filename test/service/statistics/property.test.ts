import { rm } from 'node:fs/promises';

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { DetectionKey } from '../../../forwarder/service/statistics/index.js';
import { parseDay, renderDay, renderHour } from '../../../forwarder/service/statistics/day-file.js';
import { HourCounts } from '../../../forwarder/service/statistics/hour-counts.js';
import { afternoon, hour, makeRig } from './rig.js';

/** Few names, so that they come again; some that objects would take for something else. */
const name = fc.constantFrom(
  'a',
  '__proto__',
  'constructor',
  'toString',
  '',
  'ü"\\',
  '\ud800',
  'b',
);
const key: fc.Arbitrary<DetectionKey> = fc.record({ category: name, feed: name, source: name });

type Step =
  | { readonly kind: 'detection'; readonly key: DetectionKey }
  | { readonly kind: 'events'; readonly count: number }
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'flush' }
  | { readonly kind: 'restart' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('detection' as const), key }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('events' as const), count: fc.nat(1000) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('time' as const),
      ms: fc.integer({ min: -hour, max: 30 * hour }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'flush' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
);

const textOf = (atMs: number, { category, feed, source }: DetectionKey): string =>
  JSON.stringify([Math.floor(atMs / hour), category, feed, source]);

describe('statistics, by properties', () => {
  test('what is read is what was noted, whatever the order of steps', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const rig = await makeRig();
        try {
          let statistics = await rig.open();
          const noted = new Map<string, number>();
          let events = 0;
          for (const one of steps) {
            switch (one.kind) {
              case 'detection': {
                statistics.noteDetection(one.key);
                const text = textOf(rig.nowMs, one.key);
                noted.set(text, (noted.get(text) ?? 0) + 1);
                break;
              }
              case 'events':
                statistics.noteEvents(one.count);
                events += one.count;
                break;
              case 'time':
                rig.nowMs += one.ms;
                break;
              case 'flush':
                await statistics.flush();
                break;
              case 'restart':
                await statistics.close();
                statistics = await rig.open();
                break;
              default:
                one satisfies never;
            }
          }
          await statistics.close();
          const hours = await rig.hours();
          const read = hours.flatMap(({ startMs, detections }) =>
            detections.map((one) => [textOf(startMs, one), one.count] as const),
          );
          expect(new Map(read)).toEqual(noted);
          expect(read).toHaveLength(noted.size);
          expect(hours.reduce((sum, one) => sum + one.events, 0)).toBe(events);
          expect(rig.log).toEqual([]);
        } finally {
          await rig.remove();
        }
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  test('a file with any texts reads back as it was', () => {
    const counted = fc.tuple(
      fc.record({
        category: fc.oneof(fc.string(), fc.constantFrom('\ud800', '\u{1f600}', '\u2028', '\0')),
        feed: fc.string({ maxLength: 60 }),
        source: fc.string({ maxLength: 40 }),
      }),
      fc.nat(),
    );
    fc.assert(
      fc.property(fc.array(counted, { maxLength: 8 }), fc.nat(), (detections, events) => {
        const counts = new HourCounts();
        counts.events = events;
        for (const [one, count] of detections) counts.add(one, count);
        const number = Math.floor(afternoon / hour);
        const text = renderDay('2026-11-21', [renderHour(number, counts)]);
        const read = parseDay(text, '2026-11-21');
        if (!read.ok) throw new Error(read.problem);
        expect(read.value.get(number)?.events).toBe(events);
        expect(read.value.get(number)?.detections()).toEqual(counts.detections());
      }),
    );
  });

  test('no text of a file makes reading throw', () => {
    const text = fc.oneof(fc.json(), fc.string());
    fc.assert(
      fc.property(text, (some) => {
        expect(typeof parseDay(some, '2026-11-21').ok).toBe('boolean');
      }),
    );
    const like = fc.record({
      format: fc.constant('threat-forwarder statistics'),
      version: fc.constant(1),
      day: fc.constant('2026-11-21'),
      hours: fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue())),
    });
    fc.assert(
      fc.property(like, (some) => {
        const read = parseDay(JSON.stringify(some), '2026-11-21');
        expect(read.ok).toBe(Array.isArray(some.hours) && some.hours.length === 0);
      }),
    );
  });

  test('keys that are names of objects leave objects as they are', async () => {
    const rig = await makeRig();
    const statistics = await rig.open();
    const odd = { category: '__proto__', feed: '__proto__', source: 'constructor' };
    statistics.noteDetection(odd);
    await statistics.close();
    expect((await rig.hours())[0]?.detections).toEqual([{ ...odd, count: 1 }]);
    expect(Object.keys(Object.prototype)).toEqual([]);
    await rm(rig.directory, { recursive: true });
    await rig.remove();
  });
});
