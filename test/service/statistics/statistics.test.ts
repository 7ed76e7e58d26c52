import { chmod, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { afternoon, day, hour, ip, makeRig, url } from './rig.js';
import type { Rig } from './rig.js';

let rig: Rig;
beforeEach(async () => {
  rig = await makeRig();
});
afterEach(() => rig.remove());

const startOf = (atMs: number): number => atMs - (atMs % hour);

describe('counting', () => {
  test('by the hour, over the end of hours and days, UTC', async () => {
    const statistics = await rig.open();
    statistics.noteEvents(1000);
    statistics.noteDetection(ip);
    statistics.noteDetection({ ...ip });
    statistics.noteDetection(url);
    rig.nowMs = afternoon + hour;
    statistics.noteDetection(url);
    rig.nowMs = afternoon + day;
    statistics.noteEvents(1);
    statistics.noteEvents(6);
    await statistics.flush();
    expect(await rig.hours()).toEqual([
      {
        startMs: startOf(afternoon),
        events: 1000,
        detections: [
          { ...ip, count: 2 },
          { ...url, count: 1 },
        ],
      },
      { startMs: startOf(afternoon) + hour, events: 0, detections: [{ ...url, count: 1 }] },
      { startMs: startOf(afternoon) + day, events: 7, detections: [] },
    ]);
    expect((await readdir(rig.directory)).sort()).toEqual([
      '2026-11-21.json',
      '2026-11-22.json',
      'lock',
    ]);
  });

  test('what is flushed twice counts once', async () => {
    const statistics = await rig.open();
    statistics.noteDetection(ip);
    await Promise.all([statistics.flush(), statistics.flush()]);
    statistics.noteDetection(ip);
    await statistics.flush();
    await statistics.flush();
    expect((await rig.hours())[0]?.detections).toEqual([{ ...ip, count: 2 }]);
  });

  test('a clock that was set back counts in the hour it shows', async () => {
    const statistics = await rig.open();
    statistics.noteDetection(ip);
    await statistics.flush();
    rig.nowMs = afternoon - day;
    statistics.noteDetection(ip);
    await statistics.flush();
    rig.nowMs = afternoon;
    statistics.noteDetection(ip);
    await statistics.flush();
    const counts = (await rig.hours()).map(({ detections }) => detections[0]?.count);
    expect(counts).toEqual([1, 2]);
  });

  test('is written every flushSeconds, without being asked', async () => {
    const statistics = await rig.open({ flushSeconds: 0.02 });
    statistics.noteDetection(ip);
    while ((await rig.hours()).length === 0) await sleep(5);
    expect((await rig.hours())[0]?.detections).toEqual([{ ...ip, count: 1 }]);
  }, 30_000);

  test('the file explains itself', async () => {
    const statistics = await rig.open();
    statistics.noteEvents(1000);
    statistics.noteDetection(ip);
    statistics.noteDetection(url);
    await statistics.close();
    const text = await readFile(join(rig.directory, '2026-11-21.json'), 'utf8');
    expect(text).toBe(`{
"format": "threat-forwarder statistics",
"version": 1,
"day": "2026-11-21",
"timeZone": "UTC",
"hours": [
  {"hour": "2026-11-21T16:00:00Z", "events": 1000, "detections": [
    {"category":"KL_IP_Reputation","feed":"Demo_IP","source":"default","count":1},
    {"category":"KL_BotnetCnC_URL","feed":"Demo_Botnet","source":"proxy","count":1}
  ]}
]
}
`);
  });
});

describe('restarts', () => {
  test('in the same hour the counts go on', async () => {
    const first = await rig.open();
    first.noteEvents(5);
    first.noteDetection(ip);
    await first.close();
    const second = await rig.open();
    second.noteEvents(7);
    second.noteDetection(ip);
    second.noteDetection(url);
    await second.close();
    expect(await rig.hours()).toEqual([
      {
        startMs: startOf(afternoon),
        events: 12,
        detections: [
          { ...ip, count: 2 },
          { ...url, count: 1 },
        ],
      },
    ]);
    expect(rig.log).toEqual([]);
  });

  test('a crash costs what was not flushed, and leaves nothing behind', async () => {
    const crashed = await rig.open();
    crashed.noteDetection(ip);
    await crashed.flush();
    crashed.noteDetection(ip);
    // As a process that was killed leaves it: its lock names one that is no more, a write is half done.
    const lock = join(rig.directory, 'lock');
    const text = await readFile(lock, 'utf8');
    await rm(lock);
    await writeFile(lock, text.replace(/^pid \d+ started \d+/, 'pid 4194999 started 17'));
    await writeFile(join(rig.directory, '.2026-11-21.json.0123456789ab.tmp'), '{"for');
    const next = await rig.open();
    next.noteDetection(ip);
    await next.close();
    expect((await rig.hours())[0]?.detections).toEqual([{ ...ip, count: 2 }]);
    expect(await readdir(rig.directory)).toEqual(['2026-11-21.json']);
  });

  test('after close nothing is written any more', async () => {
    const statistics = await rig.open();
    statistics.noteDetection(ip);
    await statistics.close();
    statistics.noteDetection(ip);
    await statistics.flush();
    await statistics.close();
    expect((await rig.hours())[0]?.detections).toEqual([{ ...ip, count: 1 }]);
  });
});

describe('two services on one folder', () => {
  test('the second one counts in memory, says so once, and writes when the first has gone', async () => {
    const first = await rig.open();
    first.noteDetection(ip);
    await first.flush();
    const second = await rig.open();
    second.noteDetection(ip);
    second.noteEvents(3);
    await second.flush();
    expect(rig.log).toEqual(['statistics.not_written']);
    expect(rig.metrics.total('tf_statistics_write_failures_total')).toBe(2);
    expect((await rig.hours())[0]?.detections).toEqual([{ ...ip, count: 1 }]);
    first.noteDetection(ip);
    await first.close();
    await second.flush();
    expect(rig.log).toEqual(['statistics.not_written', 'statistics.written_again']);
    expect(await rig.hours()).toMatchObject([{ events: 3, detections: [{ ...ip, count: 3 }] }]);
  });

  test('a start does not wait to find out who has the folder', async () => {
    await mkdir(rig.directory);
    // As a service in another container leaves it when it is killed: perhaps it lives.
    await writeFile(join(rig.directory, 'lock'), 'pid 17 started 1 at elsewhere\n');
    const statistics = await rig.open({ startWaitMs: 0 });
    statistics.noteDetection(ip);
    expect(await rig.hours()).toEqual([]);
    await statistics.flush();
    expect((await rig.hours())[0]?.detections).toEqual([{ ...ip, count: 1 }]);
    expect(rig.log).toEqual([]);
  }, 30_000);

  test('one whose lock was taken away takes it again, and counts nothing twice', async () => {
    const statistics = await rig.open();
    statistics.noteDetection(ip);
    await statistics.flush();
    await rm(join(rig.directory, 'lock'));
    const other = await rig.open();
    other.noteDetection(ip);
    await other.flush();
    statistics.noteDetection(ip);
    await statistics.flush();
    await other.close();
    await statistics.flush();
    expect((await rig.hours())[0]?.detections).toEqual([{ ...ip, count: 3 }]);
  });
});

describe('trouble with files', () => {
  const today = (): string => join(rig.directory, '2026-11-21.json');
  const damages: Readonly<Record<string, string>> = {
    'cut off': '{"format": "threat-forwarder stat',
    empty: '',
    'of another program': '[1, 2]',
    'of a later version': '{"format": "threat-forwarder statistics", "version": 2}',
    'of another day':
      '{"format": "threat-forwarder statistics", "version": 1, "day": "2026-11-20", "hours": []}',
    'with a count that is none':
      '{"format": "threat-forwarder statistics", "version": 1, "day": "2026-11-21", "hours": [{"hour": "2026-11-21T16:00:00Z", "events": -1, "detections": []}]}',
    'with an hour of another day':
      '{"format": "threat-forwarder statistics", "version": 1, "day": "2026-11-21", "hours": [{"hour": "2026-11-22T16:00:00Z", "events": 1, "detections": []}]}',
    'with a detection without feed':
      '{"format": "threat-forwarder statistics", "version": 1, "day": "2026-11-21", "hours": [{"hour": "2026-11-21T16:00:00Z", "events": 1, "detections": [{"category": "a", "source": "b", "count": 1}]}]}',
  };

  test.each(Object.keys(damages))('a file that is %s is put aside', async (what) => {
    await mkdir(rig.directory);
    await writeFile(today(), damages[what] ?? '');
    const statistics = await rig.open();
    expect(rig.log).toEqual(['statistics.damaged']);
    expect(rig.metrics.total('tf_statistics_damaged_files_total')).toBe(1);
    statistics.noteDetection(ip);
    await statistics.close();
    expect((await rig.hours())[0]?.detections).toEqual([{ ...ip, count: 1 }]);
    expect(await readFile(`${today()}.bad`, 'utf8')).toBe(damages[what]);
  });

  test('a folder that cannot be made: counts wait in memory, and are written later', async () => {
    await writeFile(rig.directory, 'a file in its place');
    const statistics = await rig.open();
    statistics.noteDetection(ip);
    await statistics.flush();
    rig.nowMs += hour / 2;
    await statistics.flush();
    expect(rig.log).toEqual(['statistics.not_written']);
    rig.nowMs += hour;
    statistics.noteEvents(9);
    await statistics.flush();
    expect(rig.log).toEqual(['statistics.not_written', 'statistics.not_written']);
    expect(rig.metrics.total('tf_statistics_write_failures_total')).toBe(4);
    await rm(rig.directory);
    await statistics.flush();
    expect(rig.log.at(-1)).toBe('statistics.written_again');
    expect(await rig.hours()).toEqual([
      { startMs: startOf(afternoon), events: 0, detections: [{ ...ip, count: 1 }] },
      { startMs: startOf(afternoon) + hour, events: 9, detections: [] },
    ]);
  });

  test('what cannot be written until the end is said to be lost', async () => {
    await writeFile(rig.directory, 'a file in its place');
    const statistics = await rig.open();
    statistics.noteDetection(ip);
    await statistics.close();
    expect(rig.log).toEqual(['statistics.not_written', 'statistics.lost']);
  });

  test('a day that cannot be written does not keep another from being written', async () => {
    const statistics = await rig.open();
    // The temporary file can be written, and not take the place of a folder with something in it;
    // nor can that be put aside.
    await mkdir(join(rig.directory, '2026-11-21.json/full'), { recursive: true });
    await mkdir(join(rig.directory, '2026-11-21.json.bad/full'), { recursive: true });
    rig.nowMs += day;
    statistics.noteDetection(url);
    await statistics.flush();
    rig.nowMs -= day;
    statistics.noteDetection(ip);
    rig.nowMs += day;
    statistics.noteDetection(url);
    await statistics.flush();
    expect(rig.metrics.total('tf_statistics_write_failures_total')).toBeGreaterThan(0);
    await rm(join(rig.directory, '2026-11-21.json'), { recursive: true });
    expect(await rig.hours()).toMatchObject([{ detections: [{ ...url, count: 2 }] }]);
    await statistics.flush();
    expect(await rig.hours()).toMatchObject([
      { detections: [{ ...ip, count: 1 }] },
      { detections: [{ ...url, count: 2 }] },
    ]);
    await rm(join(rig.directory, '2026-11-21.json.bad'), { recursive: true });
  });

  test('a folder that cannot be written any more, and then can be again', async () => {
    const statistics = await rig.open();
    statistics.noteDetection(ip);
    await statistics.flush();
    statistics.noteDetection(ip);
    // Root may write to any folder: for it, a file takes the folder's place.
    const isRoot = process.getuid?.() === 0;
    const aside = `${rig.directory}.aside`;
    if (isRoot) {
      await rename(rig.directory, aside);
      await writeFile(rig.directory, '');
    } else {
      await chmod(rig.directory, 0o500);
    }
    await statistics.flush();
    expect(rig.log).toEqual(['statistics.not_written']);
    if (isRoot) {
      await rm(rig.directory);
      await rename(aside, rig.directory);
    } else {
      await chmod(rig.directory, 0o700);
    }
    statistics.noteDetection(ip);
    await statistics.flush();
    expect((await rig.hours())[0]?.detections).toEqual([{ ...ip, count: 3 }]);
  });
});

describe('the limit of different detections an hour', () => {
  const keyOf = (number: number): typeof ip => ({ ...ip, feed: `feed ${number}` });
  const sumOf = (counts: readonly { readonly count: number }[] | undefined): number =>
    (counts ?? []).reduce((sum, { count }) => sum + count, 0);

  test('what exceeds it is counted under (other), over flushes and restarts', async () => {
    let statistics = await rig.open();
    for (let number = 0; number < 9000; number += 1) statistics.noteDetection(keyOf(number));
    await statistics.close();
    statistics = await rig.open();
    for (let number = 8000; number < 12_000; number += 1) statistics.noteDetection(keyOf(number));
    await statistics.flush();
    for (let number = 8000; number < 12_000; number += 1) statistics.noteDetection(keyOf(number));
    await statistics.close();
    const counts = (await rig.hours())[0]?.detections;
    expect(counts).toHaveLength(10_001);
    expect(sumOf(counts)).toBe(17_000);
    const other = { category: '(other)', feed: '(other)', source: '(other)', count: 4000 };
    expect(counts?.at(-1)).toEqual(other);
    expect(rig.metrics.total('tf_statistics_over_limit_total')).toBe(4000);
  });

  test('while nothing can be written memory is bounded over all hours, and the sum stays', async () => {
    await writeFile(rig.directory, 'a file in its place');
    const statistics = await rig.open();
    for (let at = 0; at < 12; at += 1) {
      rig.nowMs = afternoon + at * hour;
      for (let number = 0; number < 10_000; number += 1) statistics.noteDetection(keyOf(number));
    }
    await statistics.flush();
    await rm(rig.directory);
    await statistics.flush();
    const hours = await rig.hours();
    expect(hours.map(({ detections }) => detections.length)).toEqual([
      ...Array<number>(10).fill(10_000),
      1,
      1,
    ]);
    expect(sumOf(hours.flatMap(({ detections }) => detections))).toBe(120_000);
  });

  test('long texts are cut, never within a character', async () => {
    const statistics = await rig.open();
    const long = 'x'.repeat(199);
    statistics.noteDetection({ ...ip, category: `${long}\u{1f600}`, feed: `${long}ab` });
    statistics.noteDetection({ ...ip, category: `${long}\u{1f601}`, feed: `${long}ac` });
    await statistics.close();
    expect((await rig.hours())[0]?.detections).toEqual([
      { category: long, feed: `${long}a`, source: 'default', count: 2 },
    ]);
  });
});

describe('old files', () => {
  test('are deleted by the day, and nothing else is', async () => {
    await mkdir(rig.directory);
    const names = [
      '2026-11-18.json',
      '2026-11-17.json.bad',
      '2026-11-19.json',
      '2026-13-45.json',
      '2020-01-01.json.txt',
      'notes.json',
      '2019-11-18',
    ];
    for (const name of names) await writeFile(join(rig.directory, name), 'x');
    const statistics = await rig.open({ keepDays: 2 });
    const kept = ['2019-11-18', '2020-01-01.json.txt', '2026-11-19.json', '2026-13-45.json'];
    expect(await readdir(rig.directory)).toEqual(
      expect.arrayContaining([...kept, 'notes.json', 'lock']),
    );
    expect(await readdir(rig.directory)).toHaveLength(6);
    rig.nowMs += day;
    statistics.noteDetection(ip);
    await statistics.close();
    expect((await readdir(rig.directory)).sort()).toEqual(
      [
        ...kept.filter((name) => name !== '2026-11-19.json'),
        '2026-11-22.json',
        'notes.json',
      ].sort(),
    );
  });
});
