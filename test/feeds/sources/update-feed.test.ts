import { afterEach, describe, expect, test } from '@jest/globals';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { ServiceError } from '../../../forwarder/core/index.js';
import { readFetchState } from '../../../forwarder/feeds/sources/state-file.js';
import {
  updateFeed,
  type RemoteFeed,
  type UpdateContext,
} from '../../../forwarder/feeds/sources/update-feed.js';
import { urlSource } from '../../../forwarder/feeds/sources/url-source.js';
import { failing, text, type WebServer } from '../../support/https-server.js';
import { access, nowMs, Setting } from '../../net/support/setting.js';

const setting = new Setting();
afterEach(() => setting.clean());

/** Counts lines; a file with "broken" in it is no feed. */
function check(path: string): Promise<{ records: number }> {
  const content = readFileSync(path, 'utf8');
  if (content.includes('broken')) throw new ServiceError('TF_FEED', 'line 1 is broken');
  return Promise.resolve({ records: content.split('\n').filter((line) => line !== '').length });
}

const lines = (count: number): string =>
  Array.from({ length: count }, (_, index) => `evil${index}.example\n`).join('');

class Feed {
  readonly server: WebServer;
  readonly directory = join(setting.folder(), 'feeds');

  private constructor(server: WebServer) {
    this.server = server;
  }

  static async serving(content: string): Promise<Feed> {
    const feed = new Feed(await setting.server());
    feed.serve(content);
    return feed;
  }

  serve(content: string, etag?: string): void {
    this.server.on('/list.txt', text(content, etag === undefined ? {} : { etag }));
  }

  update(more: Partial<RemoteFeed & UpdateContext> = {}) {
    return updateFeed(
      {
        name: 'bad-hosts',
        source: urlSource,
        address: this.server.url('/list.txt'),
        access: access(),
        ...more,
      },
      { directory: this.directory, clock: () => nowMs, check, ...more },
    );
  }

  get path(): string {
    return join(this.directory, 'bad-hosts.feed');
  }

  get content(): string {
    return readFileSync(this.path, 'utf8');
  }

  get state() {
    return readFetchState(this.directory, 'bad-hosts');
  }

  /** Nothing else may be left behind. */
  expectTidy(): void {
    const allowed = ['bad-hosts.feed', 'bad-hosts.state.json'];
    expect(readdirSync(this.directory).filter((name) => !allowed.includes(name))).toEqual([]);
  }
}

describe('an update', () => {
  test('puts the first version in place, for the service alone', async () => {
    const feed = await Feed.serving(lines(10));
    const result = await feed.update();
    expect(result).toMatchObject({ kind: 'updated', records: 10, bytes: lines(10).length });
    expect(feed.content).toBe(lines(10));
    expect(statSync(feed.path).mode & 0o777).toBe(0o600);
    expect(statSync(feed.directory).mode & 0o777).toBe(0o700);
    expect(await feed.state).toMatchObject({
      records: 10,
      fetchedAtMs: nowMs,
      confirmedAtMs: nowMs,
    });
    expect(statSync(join(feed.directory, 'bad-hosts.state.json')).mode & 0o777).toBe(0o600);
    feed.expectTidy();
  });

  test('that finds nothing new confirms what is there', async () => {
    const feed = await Feed.serving('');
    feed.serve(lines(10), '"v1"');
    await feed.update();
    expect(await feed.update({ clock: () => nowMs + 5000 })).toMatchObject({
      kind: 'unchanged',
      state: { records: 10, fetchedAtMs: nowMs, confirmedAtMs: nowMs + 5000, etag: '"v1"' },
    });
    expect(feed.server.asked[1]?.headers['if-none-match']).toBe('"v1"');
  });

  test('of the same content sent again is no change, and is not read again', async () => {
    const feed = await Feed.serving(lines(10));
    await feed.update();
    const never = (): Promise<{ records: number }> => Promise.reject(new Error('read'));
    expect(await feed.update({ clock: () => nowMs + 5000, check: never })).toMatchObject({
      kind: 'unchanged',
      state: { records: 10, fetchedAtMs: nowMs, confirmedAtMs: nowMs + 5000 },
    });
    feed.expectTidy();
  });

  test.each([
    [
      'truncated',
      (feed: Feed) => {
        truncateSync(feed.path, 5);
      },
    ],
    [
      'gone',
      (feed: Feed) => {
        rmSync(feed.path);
      },
    ],
  ])('of a file that is %s fetches all of it', async (_title, damage) => {
    const feed = await Feed.serving('');
    feed.serve(lines(10), '"v1"');
    await feed.update();
    damage(feed);
    expect((await feed.update()).kind).toBe('updated');
    expect(feed.content).toBe(lines(10));
  });

  test('of another address or query does not rely on what is known of the old one', async () => {
    const feed = await Feed.serving('');
    feed.serve(lines(10), '"v1"');
    await feed.update();
    feed.server.on('/other.txt', text('other.example\n', { etag: '"v1"' }));
    const result = await feed.update({ address: feed.server.url('/other.txt') });
    expect(result).toMatchObject({ kind: 'updated', records: 1 });
    expect(feed.server.asked[1]?.headers['if-none-match']).toBeUndefined();
    expect((await feed.update({ query: { x: 1 } })).kind).toBe('updated');
  });

  test('replaces a link, and does not write where it points', async () => {
    const feed = await Feed.serving(lines(3));
    mkdirSync(feed.directory);
    const victim = join(setting.folder(), 'victim');
    writeFileSync(victim, 'precious');
    symlinkSync(victim, feed.path);
    expect((await feed.update()).kind).toBe('updated');
    expect(readFileSync(victim, 'utf8')).toBe('precious');
    expect(feed.content).toBe(lines(3));
  });
});

describe('an update that fails', () => {
  test.each([
    [
      'a server that has a fault',
      (feed: Feed) => {
        feed.server.on('/list.txt', failing(500));
      },
      /HTTP 500/,
    ],
    [
      'a file that cannot be read as a feed',
      (feed: Feed) => {
        feed.serve('broken\n');
      },
      /line 1 is broken/,
    ],
    [
      'an answer that is cut short',
      (feed: Feed) => {
        feed.server.on('/list.txt', (_request, response) => {
          response.writeHead(200, { 'content-length': '1000' });
          response.write(lines(8), () => response.destroy());
        });
      },
      /connection broke/,
    ],
    [
      'less than half of the records',
      (feed: Feed) => {
        feed.serve(lines(4));
      },
      /has 4 records.* has 10/,
    ],
    [
      'no record at all',
      (feed: Feed) => {
        feed.serve('');
      },
      /has 0 records/,
    ],
  ])('keeps the old version: %s', async (_title, harm, message) => {
    const feed = await Feed.serving(lines(10));
    await feed.update();
    const before = await feed.state;
    harm(feed);
    const result = await feed.update({ clock: () => nowMs + 1000 });
    expect(result.kind).toBe('failed');
    if (result.kind === 'failed') expect(result.error.message).toMatch(message);
    expect(feed.content).toBe(lines(10));
    expect(await feed.state).toEqual({
      ...before,
      failedAtMs: nowMs + 1000,
      failure: expect.stringMatching(message),
      failures: 1,
    });
    feed.expectTidy();
    feed.serve(lines(9));
    expect((await feed.update()).kind).toBe('updated');
    expect(await feed.state).not.toHaveProperty('failedAtMs');
    expect(await feed.state).not.toHaveProperty('failures');
  });

  test('a smaller version may be allowed', async () => {
    const feed = await Feed.serving(lines(10));
    await feed.update();
    feed.serve('');
    expect(await feed.update({ allowShrink: true })).toMatchObject({ kind: 'updated', records: 0 });
    feed.serve(lines(1));
    expect((await feed.update()).kind).toBe('updated');
  });

  test('half of the records is not too few', async () => {
    const feed = await Feed.serving(lines(10));
    await feed.update();
    feed.serve(lines(5));
    expect((await feed.update()).kind).toBe('updated');
  });

  test('counts its failures, and keeps when the server wants to be asked again', async () => {
    const feed = await Feed.serving('');
    feed.server.on('/list.txt', failing(429, { 'retry-after': '600' }));
    await feed.update();
    await feed.update();
    expect(await feed.state).toMatchObject({
      bytes: 0,
      confirmedAtMs: 0,
      failures: 2,
      notBeforeMs: nowMs + 600_000,
    });
    expect(existsSync(feed.path)).toBe(false);
  });

  test('a service that stops is no failure of the feed', async () => {
    const feed = await Feed.serving('');
    feed.server.on('/list.txt', () => undefined);
    const stop = new AbortController();
    const updating = feed.update({ signal: stop.signal });
    stop.abort();
    expect(await updating).toMatchObject({ kind: 'failed', state: undefined });
    expect(await feed.state).toBeUndefined();
    feed.expectTidy();
  });

  test('a state that is none is as no state', async () => {
    const feed = await Feed.serving(lines(2));
    for (const content of ['{', '[]', 'null', '{"url":1}', '{"url":"x","bytes":-1}', '"x"']) {
      mkdirSync(feed.directory, { recursive: true });
      writeFileSync(join(feed.directory, 'bad-hosts.state.json'), content);
      expect(await feed.state).toBeUndefined();
      expect((await feed.update()).kind).toBe('updated');
    }
  });

  test('a folder that cannot be', async () => {
    const feed = await Feed.serving(lines(2));
    writeFileSync(feed.directory, 'a file');
    const result = await feed.update();
    expect(result).toMatchObject({ kind: 'failed', error: { where: feed.directory } });
    if (result.kind === 'failed') expect(result.error.hint).toContain('downloads.directory');
  });

  test.each(['../bad-hosts', 'a/b', '', 'x'.repeat(101)])(
    'a name that no feed has: %j',
    async (name) => {
      const feed = await Feed.serving(lines(2));
      await expect(feed.update({ name })).rejects.toThrow('cannot be the name of a feed');
    },
  );

  test('tells no secret', async () => {
    const feed = await Feed.serving('');
    const address = feed.server
      .url('/none?key=hunter22')
      .replace('http://', 'http://soc:hunter23@');
    const result = await feed.update({ address, access: access({ auth: { token: 'hunter24' } }) });
    expect(result.kind).toBe('failed');
    const kept = readFileSync(join(feed.directory, 'bad-hosts.state.json'), 'utf8');
    expect(kept).toContain('key=***');
    expect(kept).not.toMatch(/hunter2/);
    if (result.kind === 'failed') expect(JSON.stringify(result)).not.toMatch(/hunter2/);
  });
});

describe('what dead processes left', () => {
  test('is removed; what belongs to the living or to others stays', async () => {
    const feed = await Feed.serving(lines(2));
    mkdirSync(feed.directory);
    const dead = 4_194_304 + 7;
    const [left, old, alive, other] = [
      `bad-hosts.feed.${dead}-0123456789ab.tmp`,
      `bad-hosts.feed.${process.pid}-0123456789ab.tmp`,
      `bad-hosts.feed.${process.ppid}-0123456789ab.tmp`,
      `bad-hosts.feed.${dead}-notes.tmp`,
    ];
    for (const name of [left, old, alive, other]) writeFileSync(join(feed.directory, name), 'x');
    await feed.update();
    expect(readdirSync(feed.directory).sort()).toEqual(
      [alive, other, 'bad-hosts.feed', 'bad-hosts.state.json'].sort(),
    );
  });

  test('two updates at once do not disturb each other', async () => {
    const feed = await Feed.serving(lines(50));
    const results = await Promise.all([feed.update(), feed.update(), feed.update()]);
    expect(results.every(({ kind }) => kind !== 'failed')).toBe(true);
    expect(feed.content).toBe(lines(50));
    feed.expectTidy();
  });
});
