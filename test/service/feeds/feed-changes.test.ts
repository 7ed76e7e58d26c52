import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { loadConfig } from '../../../forwarder/config/index.js';
import type { FeedOutcome } from '../../../forwarder/service/indexing/feed-outcome.js';
import {
  loadThreatIndex,
  type LoadedIndex,
  type LoadOptions,
} from '../../../forwarder/service/indexing/threat-index.js';
import { observable } from '../../matching/feeds.js';
import { projectDirectory } from '../../support/service-process.js';

/** What of an index before may go on in the next one, and for how long. */

const nowMs = Date.parse('2026-11-21T12:00:00Z');
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
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

async function put(name: string, ...lines: readonly string[]): Promise<void> {
  const path = join(directory, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, lines.map((line) => `${line}\n`).join(''));
}

/** The feed `partner` as it stands after it was fetched, or confirmed. */
async function confirm(confirmedAtMs: number): Promise<void> {
  const state = { url: 'x', bytes: 1, fetchedAtMs: 1, confirmedAtMs };
  await put('var/feeds/partner.state.json', JSON.stringify(state));
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

function found({ compiled }: LoadedIndex, host: string): number {
  return compiled.index.find(observable(`domain:${host}`)).length;
}

function outcome({ feeds: outcomes }: LoadedIndex, name: string): FeedOutcome | undefined {
  return outcomes.find((one) => one.name === name);
}

describe('records with several indicators', () => {
  const rows = 'rows.json';
  const putRows = (...records: readonly Readonly<Record<string, string>>[]) =>
    put(rows, JSON.stringify(records));
  const fields = { host: 'domain', other: 'domain' };

  beforeEach(() => {
    feeds = [{ path: rows, lifetime: '7d', fields, format: 'json' }];
  });

  test('one that lost an over-broad indicator is still in the feed', async () => {
    await putRows({ host: 'a.example', other: 'com' }, { host: 'b.example' });
    const first = await load({ nowMs });
    await putRows(
      { host: 'a.example', other: 'com' },
      { host: 'b.example' },
      { host: 'c.example' },
    );
    const second = await load({ previous: first, nowMs: nowMs + hourMs });
    expect(outcome(second, 'rows')).toMatchObject({ read: 3, records: 3, retained: 0 });
    expect(found(second, 'a.example')).toBe(1);
  });

  test('what left a record that is still there holds on by itself', async () => {
    await putRows({ host: 'a.example', other: 'x.example' }, { host: 'b.example' });
    const first = await load({ nowMs });
    await putRows({ host: 'a.example', other: 'y.example' }, { host: 'b.example' });
    const second = await load({ previous: first, nowMs: nowMs + hourMs });
    expect(['a', 'b', 'x', 'y'].map((name) => found(second, `${name}.example`))).toEqual([
      1, 1, 1, 1,
    ]);
    const third = await load({ previous: second, nowMs: nowMs + 2 * hourMs });
    expect(found(third, 'a.example')).toBe(1);
    await putRows({ other: 'y.example', host: 'a.example' }, { host: 'b.example' });
    const fourth = await load({ previous: third, nowMs: nowMs + 3 * hourMs });
    expect(found(fourth, 'a.example')).toBe(1);
    expect(found(fourth, 'x.example')).toBe(1);
  });
});

describe('a fetched feed', () => {
  beforeEach(() => {
    feeds = ['https://feeds.example/partner.txt', 'other.txt'];
  });

  test('that was over comes back when its source confirms it, unchanged', async () => {
    await put('var/feeds/partner.feed', 'a.example', 'b.example');
    await confirm(nowMs);
    const first = await load({ nowMs });
    await put('other.txt', 'other.example', 'new.example');
    const over = await load({ previous: first, nowMs: nowMs + 8 * dayMs });
    expect(found(over, 'a.example')).toBe(0);
    expect((await load({ previous: over, nowMs: nowMs + 8 * dayMs })).compiled).toBe(over.compiled);
    await confirm(nowMs + 9 * dayMs);
    const back = await load({ previous: over, nowMs: nowMs + 9 * dayMs });
    expect(found(back, 'a.example')).toBe(1);
    // At a start too.
    await confirm(nowMs + 10 * dayMs);
    expect((await load({ nowMs: nowMs + 10 * dayMs })).isNew).toBe(false);
  });

  test('that was over comes back at a start, too', async () => {
    await put('var/feeds/partner.feed', 'a.example');
    await confirm(nowMs - 8 * dayMs);
    expect(found(await load({ nowMs }), 'a.example')).toBe(0);
    await confirm(nowMs);
    expect(found(await load({ nowMs }), 'a.example')).toBe(1);
  });

  test('whose file is gone holds for its lifetime, not for ever', async () => {
    await put('var/feeds/partner.feed', 'a.example');
    await confirm(nowMs);
    const first = await load({ nowMs });
    await rm(join(directory, 'var/feeds/partner.feed'));
    const kept = await load({ previous: first, nowMs: nowMs + dayMs });
    expect(found(kept, 'a.example')).toBe(1);
    await put('other.txt', 'other.example', 'new.example');
    const over = await load({ previous: kept, nowMs: nowMs + 8 * dayMs });
    expect(found(over, 'a.example')).toBe(0);
    expect(outcome(over, 'partner')).toMatchObject({ records: 0, retained: 0 });
  });

  test('whose address is another one begins anew', async () => {
    feeds = [{ url: 'https://feeds.example/one.txt', name: 'partner' }];
    await put('var/feeds/partner.feed', 'a.example', 'b.example');
    await confirm(nowMs);
    const first = await load({ nowMs });
    feeds = [{ url: 'https://others.example/two.txt', name: 'partner' }];
    await put('var/feeds/partner.feed', 'b.example', 'c.example');
    await confirm(nowMs + hourMs);
    const second = await load({ previous: first, nowMs: nowMs + hourMs });
    expect(['a', 'b', 'c'].map((name) => found(second, `${name}.example`))).toEqual([0, 1, 1]);
  });
});

describe('the settings of a feed that is kept', () => {
  test('are those of the configuration as it is now', async () => {
    const first = await load();
    await writeFile(join(directory, 'list.txt'), '');
    feeds = [{ path: 'list.txt', confidence: 7, sentToSiem: false }, 'other.txt'];
    const kept = await load({ previous: first });
    expect(outcome(kept, 'list')).toMatchObject({ state: 'kept', records: 3, confidence: 7 });
    const [match] = kept.compiled.index.find(observable('domain:a.example'));
    expect(match?.feed).toMatchObject({ name: 'list', confidence: 7, sentToSiem: false });
  });

  test('also whether it is an allow-list by now', async () => {
    const first = await load();
    await rm(join(directory, 'list.txt'));
    feeds = ['other.txt'];
    allowLists = ['list.txt'];
    const kept = await load({ previous: first });
    const [match] = kept.compiled.index.find(observable('domain:a.example'));
    expect(match?.feed.role).toBe('suppress');
  });
});

test('a file that is readable again is read again, also where its format is given', async () => {
  feeds = [{ path: 'list.txt', format: 'list' }, 'other.txt'];
  const list = join(directory, 'list.txt');
  const first = await load();
  await put('list.txt', 'a.example', 'b.example', 'd.example');
  await chmod(list, 0o000);
  const isRoot = process.getuid?.() === 0;
  const kept = await load({ previous: first });
  expect(outcome(kept, 'list')?.state).toBe(isRoot ? 'loaded' : 'kept');
  await chmod(list, 0o644);
  const mended = await load({ previous: kept });
  expect(outcome(mended, 'list')?.state).toBe('loaded');
  expect(found(mended, 'd.example')).toBe(1);
});

test('an index in the folder of its feeds is none of them', async () => {
  feeds = [{ path: 'var/index', format: 'list' }];
  await put('var/index/list.txt', 'a.example');
  const first = await load();
  const second = await load({ previous: first });
  const third = await load({ previous: second });
  expect(third.compiled).toBe(second.compiled);
  expect(found(third, 'a.example')).toBe(1);
});
