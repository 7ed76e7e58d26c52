import { describe, expect, test } from '@jest/globals';

import { bar, showsBlocks } from '../../forwarder/commands/support/stats/bar.js';
import {
  localDay,
  localIso,
  localText,
  parseTime,
  startOfLocalDay,
} from '../../forwarder/commands/support/stats/local-time.js';
import { periodOf } from '../../forwarder/commands/support/stats/period.js';
import { statsCsv, statsJson } from '../../forwarder/commands/support/stats/stats-data.js';
import { statsText } from '../../forwarder/commands/support/stats/stats-text.js';
import { summarise } from '../../forwarder/commands/support/stats/summary.js';
import type { Grouping, StatsSummary } from '../../forwarder/commands/support/stats/summary.js';
import type { StatisticsHour } from '../../forwarder/service/statistics/index.js';

const hour = 3_600_000;
/** Noon, local: whatever the zone, the day does not change within some hours. */
const noon = new Date(2026, 10, 21, 12).getTime();
const now = noon + 5 * 60_000;

const plain = { usesBlocks: false, bold: (text: string): string => text };
const detection = (category: string, feed: string, count: number): StatisticsHour['detections'] => [
  { category, feed, source: 'default', count },
];
const hours: readonly StatisticsHour[] = [
  { startMs: noon - 2 * hour, events: 100_000, detections: detection('KL_A', 'one', 3) },
  { startMs: noon - hour, events: 50_000, detections: [] },
  {
    startMs: noon,
    events: 5,
    detections: [...detection('KL_A', 'two', 1), ...detection('__proto__', 'one', 40)],
  },
];

async function* given(): AsyncGenerator<StatisticsHour> {
  for (const one of hours) yield await Promise.resolve(one);
}
const summaryBy = (by: Grouping, top?: number): Promise<StatsSummary> =>
  summarise(given(), by, top);

describe('the period', () => {
  test('is the last 24 hours without options, in whole hours', () => {
    const fromMs = Math.floor((now - 24 * hour) / hour) * hour;
    const toMs = Math.ceil(now / hour) * hour;
    expect(periodOf(undefined, undefined, now)).toEqual({ fromMs, toMs, isOpen: true });
  });

  test('a day as --to is included; days are local', () => {
    const { fromMs, toMs, isOpen } = periodOf('2026-11-19', '2026-11-20', now);
    expect(isOpen).toBe(false);
    // Where midnight is not at a full hour UTC, the hours around it are taken whole.
    expect(new Date(2026, 10, 19).getTime() - fromMs).toBeLessThan(hour);
    expect(toMs - new Date(2026, 10, 21).getTime()).toBeLessThan(hour);
    expect(toMs - fromMs).toBeGreaterThanOrEqual(48 * hour);
  });

  test('times are local, or with Z or an offset', () => {
    expect(parseTime('2026-11-20T14:30Z')).toBe(Date.UTC(2026, 10, 20, 14, 30));
    expect(parseTime('2026-11-20T14:30:59+02:00')).toBe(Date.UTC(2026, 10, 20, 12, 30));
    expect(parseTime('2026-11-20 14:30')).toBe(new Date(2026, 10, 20, 14, 30).getTime());
  });

  test.each(['2026-02-30', '2026-13-01', '26-01-01', '2026-11-20T25:00', '7w', 'now', '', '-24h'])(
    'refuses %j',
    (text) => {
      expect(() => periodOf(text, undefined, now)).toThrow('--from must be a time');
      expect(() => periodOf('24h', text, now)).toThrow('--to must be a time');
    },
  );

  test('refuses one that ends before it begins', () => {
    expect(() => periodOf('2026-11-20', '2026-11-19', now)).toThrow('ends before it begins');
    expect(() => periodOf('2026-12-20', undefined, now)).toThrow('ends before it begins');
  });
});

describe('local time', () => {
  test('is shown with its offset, and what is shown reads back', () => {
    expect(localDay(noon)).toBe('2026-11-21');
    expect(localText(noon)).toMatch(/^2026-11-21 12:00 [+-]\d\d:\d\d$/);
    expect(Date.parse(localIso(noon))).toBe(noon);
    expect(startOfLocalDay('2026-11-21', 1)).toBe(new Date(2026, 10, 22).getTime());
  });
});

describe('the sums', () => {
  test('by category, most first; the totals are over all', async () => {
    expect(await summaryBy('category')).toEqual({
      by: 'category',
      events: 150_005,
      detections: 44,
      hours: 3,
      rows: [
        { name: '__proto__', detections: 40 },
        { name: 'KL_A', detections: 4 },
      ],
      others: { rows: 0, detections: 0 },
    });
  });

  test('by hour in order of time, by day', async () => {
    expect((await summaryBy('hour')).rows).toEqual([
      { name: '', startMs: noon - 2 * hour, events: 100_000, detections: 3 },
      { name: '', startMs: noon - hour, events: 50_000, detections: 0 },
      { name: '', startMs: noon, events: 5, detections: 41 },
    ]);
    expect((await summaryBy('day')).rows).toEqual([
      { name: '2026-11-21', events: 150_005, detections: 44 },
    ]);
  });

  test('--top takes those with most, and tells what it left out', async () => {
    const { rows, others } = await summaryBy('hour', 2);
    expect(rows.map(({ startMs }) => startMs)).toEqual([noon, noon - 2 * hour]);
    expect(others).toEqual({ rows: 1, detections: 0 });
    expect(await summaryBy('feed', 1)).toMatchObject({
      rows: [{ name: 'one', detections: 43 }],
      others: { rows: 1, detections: 1 },
    });
  });
});

describe('what is printed', () => {
  const period = { fromMs: noon - 24 * hour, toMs: noon + hour, isOpen: true };

  test('a table with totals, numbers to the right, and bars', async () => {
    const lines = statsText(await summaryBy('category'), period, plain).split('\n');
    expect(lines[0]).toMatch(
      /^Detections by category since 2026-11-20 12:00 [+-]\d\d:\d\d \(\S+\)$/,
    );
    expect(lines.slice(1)).toEqual([
      '150,005 events checked, 44 detections (0.029 % of the events)',
      '',
      'category   detections   share',
      '__proto__          40  90.9 %  ####################',
      'KL_A                4   9.1 %  ##',
    ]);
  });

  test('by time the events are there too; rows left out are told', async () => {
    const lines = statsText(await summaryBy('hour', 2), { ...period, isOpen: false }, plain);
    expect(lines).toMatch(/ from 2026-11-20 12:00 \S+ to 2026-11-21 13:00 \S+ \(/);
    expect(lines).toMatch(/\nhour +events +detections\n2026-11-21 12:00 \S+ +5 +41 +#{20}\n/);
    expect(lines).toMatch(/\n… and 1 more row with 0 detections$/);
  });

  test('a name that would be taken for a command by a terminal is not sent to it', async () => {
    const summary = { ...(await summaryBy('feed')), rows: [{ name: '\x1b[2J', detections: 1 }] };
    expect(statsText(summary, period, plain)).toContain('\\u001b[2J');
  });

  test('without detections only the totals', async () => {
    const none: StatsSummary = { ...(await summaryBy('feed')), detections: 0, rows: [] };
    expect(statsText(none, period, plain).split('\n')).toHaveLength(2);
  });

  test('CSV: names with commas, quotes and lines in quotes', async () => {
    const rows = [
      { name: 'a,b', detections: 2 },
      { name: 'say "x"\n', detections: 1 },
    ];
    expect(statsCsv({ ...(await summaryBy('feed')), rows })).toBe(
      'feed,detections\n"a,b",2\n"say ""x""\n",1\n',
    );
    const byDay = statsCsv(await summaryBy('day'));
    expect(byDay).toBe('day,events,detections\n2026-11-21,150005,44\n');
  });

  test('JSON: everything, times with their offset', async () => {
    const more = { directory: '/x', problems: [], why: undefined };
    const json = statsJson(await summaryBy('hour', 1), period, more);
    expect(json).toMatchObject({
      directory: '/x',
      by: 'hour',
      events: 150_005,
      detections: 44,
      rows: [{ hour: localIso(noon), events: 5, detections: 41 }],
      others: { rows: 2, detections: 3 },
      why: null,
    });
  });
});

describe('bars', () => {
  test('are of blocks to an eighth of a cell, or of # signs', () => {
    expect(bar(1, true)).toBe('█'.repeat(20));
    expect(bar(0.5 + 3 / 160, true)).toBe(`${'█'.repeat(10)}▍`);
    expect(bar(0.0001, true)).toBe('▏');
    expect(bar(0, true)).toBe('');
    expect(bar(0.5, false)).toBe('##########');
    expect(bar(0.0001, false)).toBe('#');
  });

  test('have blocks only on a terminal of UTF-8', () => {
    expect(showsBlocks(true, { LANG: 'de_DE.UTF-8' })).toBe(true);
    expect(showsBlocks(true, { LC_ALL: 'C', LANG: 'de_DE.UTF-8' })).toBe(false);
    expect(showsBlocks(true, { LC_ALL: '', LANG: 'C.utf8' })).toBe(true);
    expect(showsBlocks(true, {})).toBe(false);
    expect(showsBlocks(false, { LANG: 'de_DE.UTF-8' })).toBe(false);
  });
});
