import {
  copyFile,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { loadConfig } from '../../../forwarder/config/index.js';
import { acceptShrink } from '../../../forwarder/service/indexing/accepted-shrinks.js';
import type { FeedOutcome } from '../../../forwarder/service/indexing/feed-outcome.js';
import { quarantinePath } from '../../../forwarder/service/indexing/quarantine.js';
import { pinIndex, unpin } from '../../../forwarder/service/indexing/saved-indexes.js';
import {
  FeedLoadError,
  loadThreatIndex,
  type LoadedIndex,
  type LoadOptions,
} from '../../../forwarder/service/indexing/threat-index.js';
import { observable } from '../../matching/feeds.js';
import { projectDirectory } from '../../support/service-process.js';

/** What becomes of feeds from one version to the next. */

const hourMs = 3_600_000;
let directory: string;
let opened: LoadedIndex[];
let feeds: readonly unknown[];
let allowLists: readonly unknown[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tf-feeds-'));
  opened = [];
  feeds = ['list.txt', 'other.txt'];
  allowLists = [];
  await put('list.txt', 'a.example', 'b.example', 'c.example');
  await put('other.txt', 'other.example');
});
afterEach(async () => {
  for (const index of opened) index.close();
  await rm(directory, { recursive: true });
});

const indexDirectory = (): string => join(directory, 'var/index');

async function put(name: string, ...lines: readonly string[]): Promise<void> {
  const path = join(directory, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, lines.map((line) => `${line}\n`).join(''));
}

async function load(options: LoadOptions = {}): Promise<LoadedIndex> {
  const file = join(directory, 'forwarder.json');
  await writeFile(file, JSON.stringify({ feeds, allowLists }));
  const places = { env: {}, cwd: directory, packageDirectory: projectDirectory };
  const loaded = await loadConfig({ file, set: [], ...places });
  const index = await loadThreatIndex(loaded, { keeps: true, ...options });
  opened.push(index);
  return index;
}

function detects({ compiled }: LoadedIndex, ...hosts: readonly string[]): boolean[] {
  return hosts.map((host) => compiled.index.find(observable(`domain:${host}`)).length > 0);
}

function outcome({ feeds: outcomes }: LoadedIndex, name: string): FeedOutcome | undefined {
  return outcomes.find((one) => one.name === name);
}

const all = ['a.example', 'b.example', 'c.example', 'other.example'] as const;

describe('a feed that cannot be used keeps its records, and the others go on', () => {
  const damages: Record<string, () => Promise<unknown>> = {
    deleted: () => rm(join(directory, 'list.txt')),
    empty: () => truncate(join(directory, 'list.txt')),
    'a folder without feeds': async () => {
      await rm(join(directory, 'list.txt'));
      await mkdir(join(directory, 'list.txt'));
    },
    'no feed at all': () => put('list.txt', 'this is', 'just some text', 'and more of it'),
    'shrunk by more than half': () => put('list.txt', 'a.example'),
    'without records': () => put('list.txt', '# nothing today'),
    'cut short': () => writeFile(join(directory, 'list.txt'), '[{"mask":"a.example"},{"ma'),
    'a link out of its folder': async () => {
      await rm(join(directory, 'list.txt'));
      await symlink('/etc/hostname', join(directory, 'list.txt'));
    },
  };

  test.each(Object.keys(damages))('%s', async (damage) => {
    const before = await load();
    expect(detects(before, ...all)).toEqual([true, true, true, true]);
    await damages[damage]?.();
    await put('other.txt', 'other.example', 'new.example');
    const after = await load({ previous: before });
    expect(after.compiled).not.toBe(before.compiled);
    expect(detects(after, ...all, 'new.example')).toEqual([true, true, true, true, true]);
    const kept = outcome(after, 'list');
    expect(kept).toMatchObject({ state: 'kept', records: 3 });
    expect(kept?.failure?.message).toBeTruthy();
    expect(kept?.failure?.hint).toBeTruthy();
    expect(outcome(after, 'other')).toMatchObject({ state: 'loaded', records: 2 });
    // Once more: nothing has changed, so nothing is done; and a start uses what is kept.
    expect((await load({ previous: after })).compiled).toBe(after.compiled);
    expect(detects(await load(), ...all)).toEqual([true, true, true, true]);
    // And when it is whole again, it is read again.
    await rm(join(directory, 'list.txt'), { recursive: true, force: true });
    await put('list.txt', 'a.example', 'd.example');
    const mended = await load({ previous: after });
    expect(outcome(mended, 'list')).toMatchObject({ state: 'loaded', records: 2 });
    expect(detects(mended, 'a.example', 'b.example', 'd.example')).toEqual([true, false, true]);
  });

  test('a feed that is new and bad is left out while others are in use; at the first start it is an error', async () => {
    feeds = ['feeds'];
    await put('feeds/good.txt', 'good.example');
    const before = await load();
    await put('feeds/bad.json', '[{"mask":');
    const after = await load({ previous: before });
    expect(detects(after, 'good.example')).toEqual([true]);
    expect(outcome(after, 'bad')).toMatchObject({ state: 'skipped', records: 0 });
    await rm(indexDirectory(), { recursive: true });
    await expect(load()).rejects.toThrow(FeedLoadError);
    // Nothing is made for nothing.
    feeds = ['gone.txt'];
    await rm(indexDirectory(), { recursive: true, force: true });
    await expect(load()).rejects.toThrow('There is no file');
    await expect(stat(indexDirectory())).rejects.toThrow('ENOENT');
  });

  test('all files of a glob gone: all are kept; one of several gone: it was taken out', async () => {
    feeds = ['feeds/*.txt'];
    await put('feeds/one.txt', 'one.example');
    await put('feeds/two.txt', 'two.example');
    const both = await load();
    await rm(join(directory, 'feeds/one.txt'));
    const second = await load({ previous: both });
    expect(detects(second, 'one.example', 'two.example')).toEqual([false, true]);
    await rm(join(directory, 'feeds/two.txt'));
    const kept = await load({ previous: second });
    expect(detects(kept, 'one.example', 'two.example')).toEqual([false, true]);
    expect(outcome(kept, 'two')).toMatchObject({ state: 'kept' });
  });
});

describe('a folder of feeds', () => {
  const takenAway: Record<string, () => Promise<unknown>> = {
    'without its files': async () => {
      await rm(join(directory, 'feeds/one.txt'));
      await rm(join(directory, 'feeds/two.txt'));
    },
    'gone, as a volume that is not mounted': () =>
      rm(join(directory, 'feeds'), { recursive: true }),
    'with nothing in it but a file that is no feed': async () => {
      await rm(join(directory, 'feeds/one.txt'));
      await put('feeds/two.txt', '<!DOCTYPE html>');
    },
  };

  test.each(Object.keys(takenAway))('%s', async (damage) => {
    feeds = ['feeds', 'other.txt'];
    await put('feeds/one.txt', 'one.example');
    await put('feeds/two.txt', 'two.example');
    const before = await load();
    await takenAway[damage]?.();
    const after = await load({ previous: before });
    const isOneLeft = damage.startsWith('with nothing');
    expect(detects(after, 'one.example', 'two.example')).toEqual([!isOneLeft, true]);
    expect(outcome(after, 'two')).toMatchObject({ state: 'kept', records: 1 });
    expect(outcome(after, 'feeds')).toBeUndefined();
    await put('feeds/one.txt', 'one.example');
    await put('feeds/two.txt', 'three.example');
    const mended = await load({ previous: after });
    expect(detects(mended, 'one.example', 'two.example', 'three.example')).toEqual([
      true,
      false,
      true,
    ]);
  });
});

describe('a feed that shrinks', () => {
  test('is taken when its entry allows it, or when this version was accepted', async () => {
    const before = await load();
    await put('list.txt', 'a.example');
    feeds = [{ path: 'list.txt', allowShrink: true }, 'other.txt'];
    expect(outcome(await load({ previous: before }), 'list')).toMatchObject({ records: 1 });

    await put('other.txt', 'x.example', 'y.example', 'z.example');
    const grown = await load();
    await put('other.txt', 'x.example');
    const kept = await load({ previous: grown });
    expect(outcome(kept, 'other')).toMatchObject({ state: 'kept', records: 3 });
    const { size, mtimeMs } = await stat(join(directory, 'other.txt'));
    const version = { info: { name: 'other' }, sizeBytes: size, modifiedAtMs: mtimeMs };
    acceptShrink(indexDirectory(), version as Parameters<typeof acceptShrink>[1]);
    const accepted = await load({ previous: kept });
    expect(outcome(accepted, 'other')).toMatchObject({ state: 'loaded', records: 1 });
  });

  test('is not what a new filter makes of it', async () => {
    const before = await load();
    feeds = [{ path: 'list.txt', filters: { indicator: 'a.example' } }, 'other.txt'];
    const after = await load({ previous: before });
    expect(outcome(after, 'list')).toMatchObject({ state: 'loaded', records: 1, read: 3 });
  });
});

describe('lifetime', () => {
  const nowMs = Date.parse('2026-11-21T12:00:00Z');

  test('a record holds for so long after it was last in the feed, then leaves', async () => {
    feeds = [{ path: 'list.txt', lifetime: '10h' }, 'other.txt'];
    const first = await load({ nowMs });
    await put('list.txt', 'a.example', 'b.example');
    const second = await load({ previous: first, nowMs: nowMs + hourMs });
    expect(detects(second, ...all)).toEqual([true, true, true, true]);
    expect(outcome(second, 'list')).toMatchObject({ records: 3, retained: 1, read: 2 });
    await put('list.txt', 'a.example', 'd.example');
    const third = await load({ previous: second, nowMs: nowMs + 8 * hourMs });
    expect(detects(third, ...all, 'd.example')).toEqual([true, true, true, true, true]);
    expect(outcome(third, 'list')).toMatchObject({ records: 4, retained: 2 });
    // c left at 1 h and is over at 11 h; b left at 8 h.
    await put('list.txt', 'a.example', 'd.example', 'e.example');
    const fourth = await load({ previous: third, nowMs: nowMs + 12 * hourMs });
    expect(detects(fourth, ...all, 'e.example')).toEqual([true, true, false, true, true]);
    expect(outcome(fourth, 'list')?.leftOut).toMatchObject([{ why: 'expired', count: 1 }]);
    // One that comes back is as new.
    await put('list.txt', 'a.example', 'b.example', 'f.example');
    const fifth = await load({ previous: fourth, nowMs: nowMs + 30 * hourMs });
    expect(detects(fifth, 'b.example', 'd.example', 'e.example')).toEqual([true, true, true]);
    expect(outcome(fifth, 'list')).toMatchObject({ read: 3, retained: 2 });
  });

  test('without one a feed is what its file holds; so are Kaspersky’s, whatever is set', async () => {
    feeds = [{ path: 'list.txt', name: 'Demo_URL_Data_Feed', lifetime: '7d' }, 'other.txt'];
    await put('other.txt', 'other.example', 'another.example');
    const first = await load({ nowMs });
    await put('list.txt', 'a.example', 'b.example');
    await put('other.txt', 'another.example');
    const second = await load({ previous: first, nowMs: nowMs + 1 });
    expect(detects(second, ...all)).toEqual([true, true, false, false]);
  });

  test('what a new filter leaves out is not taken for gone', async () => {
    feeds = [{ path: 'list.txt', lifetime: '7d' }];
    const first = await load({ nowMs });
    feeds = [{ path: 'list.txt', lifetime: '7d', filters: { indicator: 'a.example' } }];
    const second = await load({ previous: first, nowMs: nowMs + 1 });
    expect(detects(second, ...all)).toEqual([true, false, false, false]);
  });
});

describe('lifetime of a fetched feed', () => {
  const nowMs = Date.parse('2026-11-21T12:00:00Z');
  const dayMs = 24 * hourMs;

  /** The feed as it stands after it was fetched, or confirmed. */
  async function fetched(
    lines: readonly string[],
    confirmedAtMs: number,
    confirmedBeforeMs?: number,
  ): Promise<void> {
    await put('var/feeds/partner.feed', ...lines);
    const state = { url: 'x', bytes: 1, fetchedAtMs: 1, confirmedAtMs, confirmedBeforeMs };
    await writeFile(join(directory, 'var/feeds/partner.state.json'), JSON.stringify(state));
  }

  beforeEach(() => {
    feeds = ['https://feeds.example/partner.txt'];
  });

  test('a week after its source confirmed it, it is over; a record that left counts from then', async () => {
    await fetched(['a.example', 'b.example'], nowMs);
    const first = await load({ nowMs });
    expect(detects(first, 'a.example', 'b.example')).toEqual([true, true]);
    // The source was away for five days: b was last seen in it at the first fetch.
    await fetched(['a.example', 'c.example'], nowMs + 5 * dayMs, nowMs);
    const second = await load({ previous: first, nowMs: nowMs + 5 * dayMs });
    expect(detects(second, 'a.example', 'b.example', 'c.example')).toEqual([true, true, true]);
    await fetched(['a.example', 'd.example'], nowMs + 8 * dayMs, nowMs + 7 * dayMs);
    const third = await load({ previous: second, nowMs: nowMs + 8 * dayMs });
    expect(detects(third, ...['a', 'b', 'c', 'd'].map((name) => `${name}.example`))).toEqual([
      true,
      false,
      true,
      true,
    ]);
    // Nothing more comes: at the next compile after a week all of it is over.
    feeds = [...feeds, 'list.txt'];
    const fourth = await load({ previous: third, nowMs: nowMs + 16 * dayMs });
    expect(detects(fourth, 'a.example', 'd.example')).toEqual([true, false]);
    expect(outcome(fourth, 'partner')).toMatchObject({ records: 0 });
    expect(outcome(fourth, 'partner')?.leftOut).toMatchObject([{ why: 'expired' }]);
  });

  test('one that was not fetched yet is awaited, and nothing fails', async () => {
    const index = await load();
    expect(outcome(index, 'partner')).toMatchObject({ state: 'awaited', records: 0 });
  });

  test('with Kaspersky’s shape it is what its file holds, however old', async () => {
    await fetched([JSON.stringify([{ mask: 'a.example' }])], nowMs);
    const first = await load({ nowMs });
    await fetched([JSON.stringify([{ mask: 'b.example' }])], nowMs + 1, nowMs);
    const second = await load({ previous: first, nowMs: nowMs + 30 * dayMs });
    expect(detects(second, 'a.example', 'b.example')).toEqual([false, true]);
  });
});

describe('hygiene', () => {
  test('what is over-broad or no indicator is left out, counted and kept in the quarantine file', async () => {
    await put(
      'list.txt',
      '# a comment',
      'a.example',
      'co.uk',
      '10.0.0.0/8',
      '10.1.2.3',
      'no indicator',
      '*.com',
      '',
      'b.example',
    );
    const index = await load();
    const list = outcome(index, 'list');
    expect(list).toMatchObject({
      records: 3,
      indicators: { domain: 2, ip: 1 },
      passed: { comment: 1, blank: 1 },
      problemCount: 4,
    });
    expect(list?.leftOut).toMatchObject([
      { why: 'over-broad', count: 3, first: [3, 4, 7] },
      { why: 'bad-indicator', count: 1, first: [6] },
    ]);
    const rows = (await readFile(quarantinePath(indexDirectory(), 'list'), 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { fault: string; row: string });
    expect(rows.map(({ fault }) => fault)).toEqual([
      'over-broad',
      'over-broad',
      'bad-indicator',
      'over-broad',
    ]);
    expect(rows[2]?.row).toBe('no indicator');
    // Gone with the faults.
    await put('list.txt', 'a.example', 'b.example', 'c.example', 'd.example', 'e.example');
    await load({ previous: index });
    await expect(readFile(quarantinePath(indexDirectory(), 'list'))).rejects.toThrow('ENOENT');
  });

  test('an entry can allow them', async () => {
    feeds = [{ path: 'list.txt', overBroad: 'allow' }];
    await put('list.txt', 'co.uk', '10.0.0.0/8');
    expect(detects(await load(), 'bbc.co.uk')).toEqual([true]);
  });

  test('limits: of one feed, and of all together', async () => {
    feeds = [{ path: 'list.txt', maxRecords: 2 }, 'other.txt'];
    expect(outcome(await load(), 'list')).toMatchObject({
      records: 2,
      leftOut: [{ why: 'record-limit', count: 1 }],
    });
  });
});

describe('a pinned index', () => {
  test('is used instead of the feeds, whatever they are, until it is released', async () => {
    const before = await load();
    const path = join(directory, 'good.index');
    await copyFile(join(indexDirectory(), 'threats.index'), path);
    const { version } = before.compiled.index;
    const warnings: string[] = [];
    const onWarning = (message: string): void => void warnings.push(message);
    pinIndex(indexDirectory(), { path, name: undefined, version, loadedAtMs: 1 });
    await put('list.txt', 'x.example', 'y.example');
    const pinned = await load({ previous: before, onWarning });
    expect(detects(pinned, ...all, 'x.example')).toEqual([true, true, true, true, false]);
    expect(pinned.pin).toMatchObject({ path });
    expect(warnings).toEqual([expect.stringContaining('--release')]);
    // Told once; and a start finds it too.
    expect((await load({ previous: pinned, onWarning })).compiled).toBe(pinned.compiled);
    expect(warnings).toHaveLength(1);
    expect(detects(await load(), ...all)).toEqual([true, true, true, true]);
    expect(unpin(indexDirectory())).toBe(true);
    const released = await load({ previous: pinned });
    expect(detects(released, 'a.example', 'x.example')).toEqual([false, true]);
    expect(released.pin).toBeUndefined();
  });

  test('that is gone or another one is an error: nobody decides otherwise', async () => {
    await load();
    const path = join(directory, 'good.index');
    pinIndex(indexDirectory(), { path, name: undefined, version: 'other', loadedAtMs: 1 });
    await expect(load()).rejects.toThrow('cannot be read');
    await copyFile(join(indexDirectory(), 'threats.index'), path);
    await expect(load()).rejects.toThrow('another one');
  });
});

test('a version that was refused is not read again until it, or how it is read, changes', async () => {
  const before = await load();
  await put('list.txt', 'nothing', 'to be', 'found here');
  const read: string[] = [];
  const onProgress: LoadOptions['onProgress'] = ({ feed }) => void read.push(feed);
  const kept = await load({ previous: before, onProgress });
  expect(outcome(kept, 'list')).toMatchObject({ state: 'kept' });
  expect(read).toContain('list');
  read.length = 0;
  await put('other.txt', 'other.example', 'more.example');
  const again = await load({ previous: kept, onProgress });
  expect(outcome(again, 'list')).toMatchObject({ state: 'kept', records: 3 });
  expect(outcome(again, 'list')?.failure).toEqual(outcome(kept, 'list')?.failure);
  // Told once for what is kept, and read not at all: nothing but its place in the new index.
  expect(read.filter((feed) => feed === 'list')).toHaveLength(1);
  feeds = [{ path: 'list.txt', format: 'list', overBroad: 'allow' }, 'other.txt'];
  read.length = 0;
  await load({ previous: again, onProgress });
  expect(read.filter((feed) => feed === 'list').length).toBeGreaterThan(1);
});

test('what an index keeps of a fetched feed’s address holds no secret', async () => {
  feeds = ['https://soc:sesame@feeds.example/partner.txt?key=sesame', 'list.txt'];
  await put('var/feeds/partner.feed', 'a.example');
  const index = await load();
  expect(outcome(index, 'partner')?.fetchedFrom).toContain('feeds.example');
  expect((await readFile(join(indexDirectory(), 'threats.index'))).includes('sesame')).toBe(false);
});

test('a second file of the same name in a folder is told, and stops nobody', async () => {
  feeds = ['feeds'];
  await put('feeds/one.txt', 'one.example');
  await put('feeds/two.txt', 'two.example');
  const before = await load();
  await put('feeds/one.csv', 'url;x', 'http://other.example/;1');
  await put('feeds/two.txt', 'two.example', 'three.example');
  const after = await load({ previous: before });
  expect(detects(after, 'two.example', 'three.example')).toEqual([true, true]);
  const told = after.feeds.filter(({ state }) => state === 'skipped');
  expect(told.map(({ failure }) => failure?.message)).toEqual(['Two feeds have the name one.']);
});
