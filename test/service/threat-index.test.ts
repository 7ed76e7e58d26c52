import { execFileSync } from 'node:child_process';
import { readdirSync, unlinkSync } from 'node:fs';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { loadConfig, type LoadedConfig } from '../../forwarder/config/index.js';
import type { ServiceError } from '../../forwarder/core/index.js';
import {
  FeedLoadError,
  loadThreatIndex,
  type LoadedIndex,
  type LoadOptions,
  type LoadProgress,
} from '../../forwarder/service/indexing/threat-index.js';
import { observable } from '../matching/feeds.js';
import { projectDirectory } from '../support/service-process.js';

let directory: string;
let opened: LoadedIndex[];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tf-index-'));
  opened = [];
  await writeFeed('bad.example', 'worse.example');
});
afterEach(async () => {
  for (const index of opened) index.close();
  await rm(directory, { recursive: true });
});

const indexDirectory = (): string => join(directory, 'var/index');
const indexFile = (): string => join(indexDirectory(), 'threats.index');

async function writeFeed(...hosts: readonly string[]): Promise<void> {
  const records = hosts.map((mask, id) => ({ id, mask }));
  await writeFile(join(directory, 'List.json'), JSON.stringify([...records, { id: 'none' }]));
}

async function configWith(...set: readonly string[]): Promise<LoadedConfig> {
  const file = join(directory, 'forwarder.json');
  await writeFile(file, JSON.stringify({ feeds: ['List.json'] }));
  const places = { env: {}, cwd: directory, packageDirectory: projectDirectory };
  return loadConfig({ file, set, ...places });
}

async function load(options: LoadOptions = {}, ...set: readonly string[]): Promise<LoadedIndex> {
  const index = await loadThreatIndex(await configWith(...set), { keeps: true, ...options });
  opened.push(index);
  return index;
}

const hits = ({ compiled }: LoadedIndex, host: string): number =>
  compiled.index.find(observable(`url:http://${host}/x`)).length;

/** What is in the index's folder, but the rows that were left out. */
async function indexFiles(): Promise<string[]> {
  return (await readdir(indexDirectory())).filter((name) => name !== 'quarantine');
}

describe('loading the index', () => {
  test('compiles at first, and reads what is kept while nothing changes', async () => {
    const first = await load();
    expect(first.isNew).toBe(true);
    const second = await load();
    expect(second.isNew).toBe(false);
    for (const index of [first, second]) {
      expect(hits(index, 'bad.example')).toBe(1);
      expect(hits(index, 'good.example')).toBe(0);
      expect(index.feeds).toMatchObject([{ name: 'List', records: 2, problemCount: 1 }]);
      expect(index.feeds[0]?.problems[0]?.record).toBe(3);
    }
    expect(second.compiled.index.version).toBe(first.compiled.index.version);
    expect((await stat(indexFile())).mode & 0o777).toBe(0o600);
    expect((await stat(indexDirectory())).mode & 0o777).toBe(0o700);
    expect(await indexFiles()).toEqual(['threats.index']);
  });

  test('gives the one in use back when nothing has changed', async () => {
    const first = await load();
    const again = await load({ previous: first });
    expect(again.compiled).toBe(first.compiled);
    expect(hits(again, 'bad.example')).toBe(1);
  });

  test('compiles anew when a feed or its settings change', async () => {
    const first = await load();
    await writeFeed('other.example');
    const second = await load({ previous: first });
    expect(second.isNew).toBe(true);
    expect([hits(second, 'bad.example'), hits(second, 'other.example')]).toEqual([0, 1]);
    const third = await load({ previous: second }, 'feeds.0.confidence=7');
    expect(third.isNew).toBe(true);
    expect(third.compiled.index.find(observable('domain:other.example'))[0]?.feed.confidence).toBe(
      7,
    );
    // Each goes on by itself until it is closed.
    expect(hits(first, 'worse.example')).toBe(1);
    first.close();
    expect(hits(second, 'other.example')).toBe(1);
    second.close();
    expect(hits(third, 'other.example')).toBe(1);
  });

  test('leaves nothing behind unless told to keep it', async () => {
    const index = await load({ keeps: false });
    expect(hits(index, 'bad.example')).toBe(1);
    expect(await readdir(directory)).toEqual(['List.json', 'forwarder.json']);
  });

  test('goes on without a directory it can write, and says so', async () => {
    await writeFile(join(directory, 'var'), 'not a directory');
    const warnings: string[] = [];
    const index = await load({ onWarning: (message) => warnings.push(message) });
    expect(hits(index, 'bad.example')).toBe(1);
    expect(warnings).toEqual([expect.stringContaining('index.directory')]);
  });

  test('processes that share a directory do not break each other', async () => {
    const together = await Promise.all([load(), load(), load({ compilesIn: 'thread' })]);
    for (const index of together) expect(hits(index, 'worse.example')).toBe(1);
    expect(await indexFiles()).toEqual(['threats.index']);
  }, 60_000);
});

describe('files of other processes', () => {
  const hourMs = 3_600_000;
  async function unfinished(pid: number, ageMs: number): Promise<string> {
    await mkdir(indexDirectory(), { recursive: true });
    const name = `threats.index.${pid}-0a0b0c.tmp`;
    const seconds = (Date.now() - ageMs) / 1000;
    await writeFile(join(indexDirectory(), name), 'not whole');
    await utimes(join(indexDirectory(), name), seconds, seconds);
    return name;
  }

  test('an old one is removed, even when its process id is in use here', async () => {
    await unfinished(999_999_999, 2 * hourMs);
    await unfinished(1, 2 * hourMs);
    await load();
    expect(await indexFiles()).toEqual(['threats.index']);
  });

  test('a new one stays, even when its process id is not in use here', async () => {
    const other = await unfinished(999_999_999, hourMs / 2);
    await load();
    expect(await indexFiles()).toEqual(['threats.index', other]);
  });

  test('one with our process id is removed when it is not ours', async () => {
    await unfinished(process.pid, 0);
    await load();
    expect(await indexFiles()).toEqual(['threats.index']);
  });

  /** Loads, and has the new index removed before it is put in place. */
  function robbed(options: LoadOptions): Promise<LoadedIndex> {
    return load({
      compilesIn: 'here',
      ...options,
      onProgress() {
        for (const name of readdirSync(indexDirectory())) {
          if (name.endsWith('.tmp')) unlinkSync(join(indexDirectory(), name));
        }
      },
    });
  }

  test('when one removes ours: a reload may be tried again, a start goes on', async () => {
    const warnings: string[] = [];
    const first = await robbed({ onWarning: (message) => warnings.push(message) });
    expect(warnings).toEqual([expect.stringContaining('was removed before')]);
    expect(hits(first, 'bad.example')).toBe(1);
    await writeFeed('other.example');
    await expect(robbed({ previous: first })).rejects.toMatchObject({
      code: 'TF_INDEX',
      retryable: true,
    });
    expect(hits(first, 'bad.example')).toBe(1);
  });
});

describe('a place that cannot hold the index', () => {
  async function warnedOnce(fault: string, ...set: readonly string[]): Promise<string> {
    const warnings: string[] = [];
    const index = await load({ onWarning: (message) => warnings.push(message) }, ...set);
    expect(hits(index, 'bad.example')).toBe(1);
    const about = warnings.filter((warning) => warning.includes(fault));
    expect(about).toHaveLength(1);
    return about[0]!;
  }

  test('a folder in its place: a start says so and goes on, a reload keeps the one in use', async () => {
    await mkdir(indexFile(), { recursive: true });
    const warning = await warnedOnce('there is a folder in its place');
    expect(warning).toContain(indexFile());
    expect(warning).toContain('move away what is there');
    const first = await load();
    await writeFeed('other.example');
    await expect(load({ previous: first })).rejects.toMatchObject({ code: 'TF_INDEX' });
    expect(hits(first, 'bad.example')).toBe(1);
    expect(await indexFiles()).toEqual(['threats.index']);
  });

  test('a pipe in its place holds nothing up, and stays', async () => {
    await mkdir(indexDirectory(), { recursive: true });
    execFileSync('mkfifo', [indexFile()]);
    await warnedOnce('there is no regular file in its place');
    expect((await stat(indexFile())).isFIFO()).toBe(true);
  });

  test('a file that cannot be made there', async () => {
    // Paths may have 4,095 bytes: threats.index is just short enough, what it is written as is not.
    let long = directory;
    while (long.length < 3800) long = join(long, 'a'.repeat(200));
    long = join(long, 'b'.repeat(4074 - long.length));
    const warning = await warnedOnce('ENAMETOOLONG', `index.directory=${long}`);
    expect(warning).toContain('the next start reads all feeds again');
    expect(await readdir(long)).toEqual([]);
  });

  test('a folder that cannot be made is told at once', async () => {
    await warnedOnce('ENOENT', 'index.directory=/proc/no-such-place/index');
  });
});

describe('compiling in a thread', () => {
  test('gives the same index, and tells how far it is', async () => {
    const here = await load({ compilesIn: 'here', keeps: false });
    const progress: LoadProgress[] = [];
    const thread = await load({
      compilesIn: 'thread',
      onProgress: (report) => progress.push(report),
    });
    expect(thread.compiled.index.version).toBe(here.compiled.index.version);
    expect(hits(thread, 'bad.example')).toBe(1);
    expect(thread.feeds).toMatchObject([{ records: 2, problemCount: 1 }]);
    const { sizeBytes } = thread.feeds[0]!;
    expect(progress.at(-1)).toMatchObject({
      feed: 'List',
      bytes: sizeBytes,
      totalBytes: sizeBytes,
    });
  }, 60_000);

  test('fails as it does here', async () => {
    await writeFile(join(directory, 'List.json'), '[{"id":1,"mask":"a.example"},');
    const errors = await Promise.all(
      (['here', 'thread'] as const).map((compilesIn) =>
        load({ compilesIn }).catch((error: unknown) => error),
      ),
    );
    const [here, thread] = errors as [FeedLoadError, FeedLoadError];
    expect(thread).toBeInstanceOf(FeedLoadError);
    const { message, code, where, hint, feed } = here;
    expect(thread).toMatchObject({ message, code, where, hint, feed });
    expect(code).toBe('TF_FEED');
    expect(await indexFiles()).toEqual([]);
  }, 60_000);

  test('ends with its signal, and leaves nothing', async () => {
    const stop = new AbortController();
    const reason = new Error('stopped');
    const loading = load({
      compilesIn: 'thread',
      signal: stop.signal,
      onProgress() {
        stop.abort(reason);
      },
    });
    await expect(loading).rejects.toBe(reason);
    expect(await indexFiles()).toEqual([]);
  }, 60_000);
});

describe('a damaged index', () => {
  test('is compiled anew, with a word about it', async () => {
    const { compiled } = await load();
    const whole = await readFile(indexFile());
    const warnings: string[] = [];
    const damages = [
      whole.subarray(0, 5000),
      Buffer.alloc(0),
      Buffer.from(whole).fill(1, whole.length - 1),
      Buffer.from(whole).fill(1, 20, 21),
    ];
    for (const damaged of damages) {
      await writeFile(indexFile(), damaged);
      const again = await load({ onWarning: (message) => warnings.push(message) });
      expect(again.isNew).toBe(true);
      expect(again.compiled.index.version).toBe(compiled.index.version);
      expect(hits(again, 'bad.example')).toBe(1);
    }
    expect(warnings).toHaveLength(damages.length);
    for (const warning of warnings) expect(warning).toContain(indexFile());
  });

  test('while in use: told, survived, and not used again', async () => {
    const errors: ServiceError[] = [];
    await load();
    const bytes = await readFile(indexFile());
    bytes[5000]! ^= 1;
    await writeFile(indexFile(), bytes);
    const damaged = await load({ onDamage: (error) => errors.push(error) });
    expect(damaged.isNew).toBe(false);
    expect(hits(damaged, 'bad.example')).toBe(0);
    expect(errors[0]).toMatchObject({ code: 'TF_INDEX', where: indexFile() });
    const next = await load({ previous: damaged });
    expect(next.isNew).toBe(true);
    expect(hits(next, 'bad.example')).toBe(1);
  });

  test('while in use: a whole one that has taken its place stays', async () => {
    const errors: ServiceError[] = [];
    await load();
    const whole = await readFile(indexFile());
    const damagedBytes = Buffer.from(whole);
    damagedBytes[5000]! ^= 1;
    await writeFile(indexFile(), damagedBytes);
    const damaged = await load({ onDamage: (error) => errors.push(error) });
    await writeFile(join(directory, 'other'), whole);
    await rename(join(directory, 'other'), indexFile());
    expect(hits(damaged, 'bad.example')).toBe(0);
    expect(errors).toHaveLength(1);
    expect(await readFile(indexFile())).toEqual(whole);
    expect((await load()).isNew).toBe(false);
  });

  test('that nobody may read is compiled anew', async () => {
    await load();
    await chmod(indexFile(), 0);
    expect(hits(await load(), 'bad.example')).toBe(1);
  });

  test('when closed: told, never another file’s bytes', async () => {
    const errors: ServiceError[] = [];
    const index = await load({ onDamage: (error) => errors.push(error) });
    index.close();
    index.close();
    expect(hits(index, 'bad.example')).toBe(0);
    expect(errors[0]?.message).toContain('closed');
    // It is whole: the next start uses it.
    expect((await load()).isNew).toBe(false);
  });
});
