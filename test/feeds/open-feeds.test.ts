import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ServiceError } from '../../forwarder/core/index.js';
import {
  findFeeds,
  isOutdated,
  openFeeds,
  type FeedFile,
  type FeedOptions,
} from '../../forwarder/feeds/index.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'feeds-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function put(name: string, text = '[{"mask":"a.example"}]'): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return path;
}

const open = (
  feeds: readonly FeedOptions[],
  allowLists: readonly FeedOptions[] = [],
): Promise<readonly FeedFile[]> => openFeeds(feeds, allowLists, { baseDirectory: folder });

async function names(
  feeds: readonly FeedOptions[],
  allowLists: readonly FeedOptions[] = [],
): Promise<string[]> {
  return (await open(feeds, allowLists)).map(({ info }) => info.name);
}

async function errorOf(act: Promise<unknown>): Promise<ServiceError> {
  try {
    await act;
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('which files', () => {
  test('a file, relative and absolute', async () => {
    const path = await put('one.json');
    expect(await names([{ path: 'one.json' }])).toEqual(['one']);
    const [feed] = await open([{ path }]);
    expect([feed?.path, feed?.info.origin, feed?.sizeBytes]).toEqual([path, path, 22]);
  });

  test('a glob gives its files by name, folders left out', async () => {
    await Promise.all([put('f/b.json'), put('f/a.json'), put('f/c.txt'), put('f/d.json/e.csv')]);
    expect(await names([{ path: 'f/*.json' }])).toEqual(['a', 'b']);
    expect(await names([{ path: '**/*.{json,txt}' }])).toEqual(['a', 'b', 'c']);
    expect(await names([{ path: join(folder, 'f/?.json') }])).toEqual(['a', 'b']);
  });

  test('a file whose name looks like a glob is that file', async () => {
    await put('feed[1].json');
    expect(await names([{ path: 'feed[1].json' }])).toEqual(['feed_1_']);
  });

  test('order: feeds, then allow-lists, each as configured', async () => {
    await Promise.all([put('a.json'), put('b.json'), put('c.json')]);
    expect(await names([{ path: 'c.json' }, { path: 'a.json' }], [{ path: 'b.json' }])).toEqual([
      'c',
      'a',
      'b',
    ]);
  });

  test('an entry that names a file takes it out of globs, also when it is switched off', async () => {
    await Promise.all([put('a.json'), put('b.json'), put('c.json')]);
    const feeds = await open(
      [{ path: '*.json' }, { path: 'a.json', confidence: 7 }, { path: './b.json', enabled: false }],
      [{ path: 'c.json' }],
    );
    expect(feeds.map(({ info }) => [info.name, info.confidence, info.role])).toEqual([
      ['a', 7, 'detect'],
      ['c', 50, 'suppress'],
    ]);
  });

  test('an entry that is switched off needs no file', async () => {
    expect(await names([{ path: 'none.json', enabled: false }])).toEqual([]);
  });

  test.each([
    ['none.json', 'There is no file "none.json".'],
    ['none/x.json', 'There is no file "none/x.json".'],
    ['*.json', 'No file matches "*.json".'],
    ['none/*', 'No file matches "none/*".'],
  ])('%s is not there', async (path, message) => {
    await put('x.txt');
    const error = await errorOf(open([{ path: 'x.txt' }, { path }]));
    expect([error.code, error.message, error.where]).toEqual(['TF_FEED', message, 'feeds[1]']);
    expect(error.hint).toContain(folder);
  });

  test('a folder stands for the files in it, without hidden and unfinished ones', async () => {
    await Promise.all(
      ['b.json', 'a.json', '.hidden.json', 'c.json.tmp', 'd.part', 'e.json~', 'f/g.json'].map(
        (name) => put(`folder/${name}`),
      ),
    );
    expect(await names([{ path: 'folder' }])).toEqual(['a', 'b']);
    expect(await names([], [{ path: join(folder, 'folder/') }])).toEqual(['a', 'b']);
  });

  test('a folder without feeds is refused', async () => {
    await put('folder/.hidden');
    const error = await errorOf(open([], [{ path: 'folder' }]));
    expect([error.code, error.where]).toEqual(['TF_FEED', 'allowLists[0]']);
    expect(error.message).toContain('no feed in the folder');
  });

  test('the folder of a MISP feed is one feed: its events, not its manifest', async () => {
    const event = (value: string): string =>
      JSON.stringify({
        Event: { uuid: value, info: 'x', Attribute: [{ type: 'domain', value, to_ids: true }] },
      });
    await put('misp/manifest.json', '{"5d9b8c":{"info":"x","timestamp":"1"}}');
    await put('misp/hashes.csv', 'd41d8cd98f00b204e9800998ecf8427e,5d9b8c');
    await put('misp/b.json', event('b.example'));
    await put('misp/a.json', event('a.example'));
    const [feed, ...others] = await open([{ path: 'misp' }]);
    expect(others).toEqual([]);
    expect(feed).toMatchObject({ format: 'misp', path: join(folder, 'misp') });
    expect(feed?.info.name).toBe('misp');
    const found: string[] = [];
    for await (const result of feed!.read()) {
      if (result.ok) found.push(...result.value.indicators.map(({ value }) => value));
    }
    expect(found).toEqual(['a.example', 'b.example']);
  });
});

describe('files that are no feeds by themselves', () => {
  test('a warning list is for allowLists', async () => {
    const list = { name: 'Public resolvers', type: 'string', list: ['192.0.2.53'] };
    await put('warn.json', JSON.stringify({ ...list, matching_attributes: ['ip-dst'] }));
    const error = await errorOf(open([{ path: 'warn.json' }]));
    expect([error.code, error.hint]).toEqual(['TF_FEED', expect.stringContaining('allowLists')]);
    const [opened] = await open([], [{ path: 'warn.json' }]);
    expect(opened).toMatchObject({ format: 'warninglist', info: { role: 'suppress' } });
  });

  test('what stands beside the events of a MISP feed', async () => {
    const uuid = '5d9b8c7e-1234-4321-abcd-0123456789ab';
    await put('manifest.json', JSON.stringify({ [uuid]: { info: 'x', timestamp: '1' } }));
    await put('hashes.csv', `d41d8cd98f00b204e9800998ecf8427e,${uuid}\n`);
    for (const path of ['manifest.json', 'hashes.csv']) {
      expect((await errorOf(open([{ path }]))).message).toContain('MISP feed');
    }
  });
});

test('differences are applied to the file', async () => {
  await put('hashes.json', '[{"id":1,"mask":"a.example"},{"id":2,"mask":"b.example"}]');
  await put('d/2.json', '[{"id":3,"action":"add","mask":"d.example"}]');
  await put('d/1.json', '[{"id":2,"action":"delete"},{"id":3,"action":"add","mask":"c.example"}]');
  const [feed] = await open([{ path: 'hashes.json', differences: 'd/*.json' }]);
  const found: string[] = [];
  for await (const result of feed!.read()) {
    if (result.ok) found.push(...result.value.indicators.map(({ value }) => value));
  }
  expect(found).toEqual(['a.example', 'd.example']);
});

describe('what is known of a feed', () => {
  test('a filter that cannot be read is a fault of the configuration', async () => {
    await put('a.json');
    const rules = { filters: [{ path: 'score', criterion: '>= many' }] };
    const error = await errorOf(open([{ path: 'a.json', rules }]));
    expect([error.code, error.where]).toEqual(['TF_CONFIG', 'feeds[0].filters.score']);
  });

  test('packed files have the name of what is in them', async () => {
    const { gzipSync } = await import('node:zlib');
    await writeFile(
      join(folder, 'bad.urls.csv.gz'),
      gzipSync('url;since\nhttp://a.example/x;2026\n'),
    );
    const [feed] = await open([{ path: '*.gz' }]);
    expect([feed?.info.name, feed?.format]).toEqual(['bad_urls', 'csv']);
  });

  test('by its name', async () => {
    await put('Demo_Malicious_Hash_Data_Feed.json');
    const [feed] = await open([{ path: '*.json' }]);
    expect(feed?.info).toMatchObject({
      name: 'Demo_Malicious_Hash_Data_Feed',
      role: 'detect',
      confidence: 100,
      categories: { md5: 'KL_Malicious_Hash_MD5' },
    });
    expect(feed).toMatchObject({
      format: 'kaspersky-json',
      outdatedAfterHours: 0,
      lifetimeMinutes: 0,
    });
  });

  test('by its entry', async () => {
    await put('x.json');
    const [feed] = await open([
      {
        path: 'x.json',
        name: 'Phishing_own',
        confidence: 30,
        lifetime: 600,
        outdatedAfterHours: 48,
        categories: { ip: 'KL_Own_IP' },
      },
    ]);
    expect(feed?.info).toMatchObject({
      name: 'Phishing_own',
      confidence: 30,
      categories: { url: 'KL_Phishing_URL', ip: 'KL_Own_IP' },
    });
    expect([feed?.lifetimeMinutes, feed?.outdatedAfterHours]).toEqual([600, 48]);
  });

  test('roles: by name in feeds; allow-lists always suppress', async () => {
    await Promise.all([
      put('FalsePositive.json'),
      put('InternalTI.json'),
      put('a/InternalTI2.json'),
    ]);
    const feeds = await open([{ path: '*.json' }], [{ path: 'a/*', name: 'InternalTI_two' }]);
    expect(feeds.map(({ info }) => info.role)).toEqual(['suppress', 'always', 'suppress']);
  });

  test.each([
    ['a', 'A'],
    ['Same', 'Same'],
  ])('two feeds named %s and %s are refused', async (first, second) => {
    await Promise.all([put('x.json'), put('y.json')]);
    const error = await errorOf(
      open([{ path: 'x.json', name: first }], [{ path: 'y.json', name: second }]),
    );
    expect([error.code, error.message]).toEqual(['TF_FEED', `Two feeds have the name ${second}.`]);
    expect(error.where).toContain('feeds[0]');
    expect(error.where).toContain('allowLists[0]');
  });

  test('files of the same name in two folders, and one name for a glob of two, are refused', async () => {
    await Promise.all([put('a/x.json'), put('b/x.json'), put('b/y.json')]);
    expect((await errorOf(open([{ path: '*/x.json' }]))).code).toBe('TF_FEED');
    expect((await errorOf(open([{ path: 'b/*', name: 'n' }]))).code).toBe('TF_FEED');
  });

  test.each([['a b'], [''], ['x|y'], ['x'.repeat(101)]])('the name %j is refused', async (name) => {
    await put('x.json');
    expect((await errorOf(open([{ path: 'x.json', name }]))).where).toBe('feeds[0]');
  });

  test('illegal categories are refused', async () => {
    await put('x.json');
    const error = await errorOf(open([{ path: 'x.json', categories: { url: 'x|y' } }]));
    expect(error.code).toBe('TF_CONFIG');
  });
});

describe('format', () => {
  test.each([['[]'], ['\ufeff\n\t [ ]'], [' '.repeat(3000) + '[]']])(
    'recognised by content',
    async (text) => {
      await put('x.anything', text);
      expect((await open([{ path: 'x.*' }]))[0]?.format).toBe('kaspersky-json');
    },
  );

  test.each([
    ['bad.example\n'],
    ['\ufeff\r\n# none\r\n'],
    ['\n'.repeat(3000) + '192.0.2.1'],
    ['[2001:db8::1]:443\n'],
  ])('%j is a list', async (text) => {
    await put('x.anything', text);
    expect((await open([{ path: 'x.*' }]))[0]?.format).toBe('list');
  });

  test.each<[string, string, RegExp]>([
    ['', 'The feed is empty.', /\[\]/],
    [
      'just some words',
      'The format of the feed is not known: it starts with "just some words".',
      /kaspersky-json/,
    ],
    ['just some words', 'The format of the feed is not known', /csv, list/],
    ['\u001f\u008b\b', 'The gzip data of the feed is cut short', /again/],
    ['\u00ff\u00feb\u0000a\u0000', 'The format of the feed is not known', /UTF-8/],
  ])('%j is not known', async (text, message, hint) => {
    const path = await put('x', '');
    await writeFile(path, text, 'latin1');
    const error = await errorOf(open([{ path: 'x' }]));
    expect([error.code, error.where]).toEqual(['TF_FEED', path]);
    expect(error.message).toContain(message);
    expect(error.hint).toMatch(hint);
  });

  test('the entry decides over the content; an unknown format is refused with the list', async () => {
    await put('x', 'no array');
    expect((await open([{ path: 'x', format: 'kaspersky-json' }]))[0]?.format).toBe(
      'kaspersky-json',
    );
    const error = await errorOf(open([{ path: 'x', format: 'csvv' }]));
    expect([error.code, error.where]).toEqual(['TF_FEED', 'feeds[0]']);
    expect(error.hint).toContain('kaspersky-json');
  });
});

describe('reading', () => {
  const many = (count: number): string =>
    `[${Array.from({ length: count }, (_, index) => `{"mask":"m${index}.example/${'x'.repeat(200)}"}`).join()}]`;

  test('reports the bytes read, up to the size, and can be done again', async () => {
    await put('x.json', many(5000));
    const [feed] = await open([{ path: 'x.json' }]);
    for (let time = 0; time < 2; time++) {
      const progress: number[] = [];
      let records = 0;
      for await (const result of feed!.read({
        onProgress: (bytes) => progress.push(bytes),
      })) {
        records += result.ok ? 1 : 0;
      }
      expect(records).toBe(5000);
      expect(progress.length).toBeGreaterThan(1);
      expect(progress).toEqual([...progress].sort((a, b) => a - b));
      expect(progress.at(-1)).toBe(feed!.sizeBytes);
    }
  });

  test('stops with the signal’s reason', async () => {
    await put('x.json', many(5000));
    const [feed] = await open([{ path: 'x.json' }]);
    const stop = new AbortController();
    const reason = new Error('stopping');
    const all = async (): Promise<void> => {
      for await (const result of feed!.read({
        onProgress() {
          stop.abort(reason);
        },
        signal: stop.signal,
      })) {
        expect(result.ok).toBe(true);
      }
    };
    await expect(all()).rejects.toBe(reason);
  });

  test('a file that is gone by then, or damaged, is a TF_FEED with its path', async () => {
    const gone = await put('gone.json');
    const cut = await put('cut.json', '[{"mask":"a.example"},{"ma');
    const feeds = await open([{ path: '*.json' }]);
    await rm(gone);
    const errors = await Promise.all(
      feeds.map((feed) =>
        errorOf(
          (async () => {
            for await (const result of feed.read()) expect(result.ok).toBe(true);
          })(),
        ),
      ),
    );
    expect(errors.map((error) => [error.code, error.where])).toEqual([
      ['TF_FEED', `${cut}: byte 26`],
      ['TF_FEED', gone],
    ]);
    expect(errors[0]?.message).toBe('The feed ends inside record 2, which starts at byte 22.');
  });
});

test('of a feed that was not fetched yet no secret of its address is told', async () => {
  const fetchedFrom = 'https://user:hunter22@feeds.example/list.txt?token=hunter23';
  const entry = { path: 'list.feed', name: 'list', fetchedFrom };
  const { faults } = await findFeeds([entry], [], { baseDirectory: folder });
  expect(faults.map(({ error }) => error.message)).toEqual([
    'The feed was not fetched yet: https://feeds.example/list.txt?token=***.',
  ]);
});

test('a feed is outdated when its file is older than its entry allows', async () => {
  const writtenAtMs = Date.UTC(2024, 4, 19, 8, 32);
  const path = await put('x.json');
  await utimes(path, writtenAtMs / 1000, writtenAtMs / 1000);
  const hour = 3_600_000;
  const [limited] = await open([{ path: 'x.json', outdatedAfterHours: 2 }]);
  expect(limited?.modifiedAtMs).toBe(writtenAtMs);
  expect(isOutdated(limited!, writtenAtMs + 2 * hour)).toBe(false);
  expect(isOutdated(limited!, writtenAtMs + 2 * hour + 1)).toBe(true);
  const [unlimited] = await open([{ path: 'x.json' }]);
  expect(isOutdated(unlimited!, writtenAtMs + 1e6 * hour)).toBe(false);
});
