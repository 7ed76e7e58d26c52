import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { checkedName, nameOfFile } from '../../forwarder/feeds/feed-name.js';
import { isSavedName, savedPath } from '../../forwarder/service/indexing/saved-indexes.js';
import { runCli } from '../support/service-process.js';

/** Names by which an attacker would leave a folder, or confuse who reads them. */
const hostileNames: readonly string[] = [
  '../../etc/passwd',
  '..',
  '.',
  '',
  '/etc/passwd',
  'a/b',
  'a\\b',
  '..\\..\\windows',
  '%2e%2e%2fetc',
  '%2e%2e',
  'a\0b',
  'a\nb',
  '\u2025\u2025',
  '\uff0e\uff0e\uff0fetc',
  '\u202etxt.a',
  '~root',
  '$HOME',
  '`id`',
  'a b',
  'a.index',
  '-rf\t',
  'x'.repeat(101),
  'x'.repeat(100_000),
];

describe('a name that would lead out of its folder', () => {
  const shown = hostileNames.map((name) => [JSON.stringify(name.slice(0, 30)), name] as const);

  test.each(shown)('%s names no feed and no saved index', (_, name) => {
    expect(() => checkedName(name, 'feeds[0].name')).toThrow(/cannot be the name/);
    expect(isSavedName(name)).toBe(false);
    expect(() => savedPath('/var/lib/x', name)).toThrow(/cannot be the name/);
  });

  test('a feed that is named by its file gets a name without any of that', () => {
    for (const name of hostileNames) {
      let made = 'a';
      try {
        made = nameOfFile(name);
      } catch (error) {
        expect(String(error)).toContain('No name for the feed');
      }
      expect(made).toMatch(/^[A-Za-z0-9_-]{1,100}$/);
    }
  });
});

describe('the commands', () => {
  let directory: string;
  let inside: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tf-paths-'));
    inside = join(directory, 'inside');
    await mkdir(inside);
    await writeFile(join(inside, 'ok.txt'), 'evil.example\n');
    await writeFile(
      join(inside, 'forwarder.yaml'),
      'feeds: [{ path: ok.txt }]\nindex: { directory: index }\n',
    );
    await writeFile(join(directory, 'precious'), 'as it was');
  });

  afterAll(async () => {
    await rm(directory, { recursive: true });
  });

  async function untouched(): Promise<void> {
    expect((await readdir(directory)).sort()).toEqual(['inside', 'precious']);
    expect(await readFile(join(directory, 'precious'), 'utf8')).toBe('as it was');
  }

  test.each(['../../precious', '../precious', '/tmp/tf-precious', '%2e%2e/x'])(
    'feeds compile --save %s writes nothing',
    async (name) => {
      const { exitCode, stderr } = await runCli(['feeds', 'compile', '--save', name], {
        cwd: inside,
      });
      expect(exitCode).toBe(2);
      expect(stderr).toContain('cannot be the name of a saved index');
      await untouched();
    },
  );

  test('feeds add takes no such name', async () => {
    const before = await readFile(join(inside, 'forwarder.yaml'), 'utf8');
    const { exitCode } = await runCli(['feeds', 'add', 'ok.txt', '--name', '../../precious'], {
      cwd: inside,
    });
    expect(exitCode).toBe(2);
    expect(await readFile(join(inside, 'forwarder.yaml'), 'utf8')).toBe(before);
    await untouched();
  });

  test('a folder of saved indexes that is a link out of the directory is not used', async () => {
    await mkdir(join(inside, 'index'), { recursive: true });
    await symlink(directory, join(inside, 'index/saved'));
    const { exitCode, stderr } = await runCli(['feeds', 'compile', '--save', 'precious'], {
      cwd: inside,
    });
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(/TF_INDEX/);
    await rm(join(inside, 'index/saved'));
    await untouched();
  });

  test('a configuration with such a name for a feed is refused before anything is opened', async () => {
    const { exitCode, stderr } = await runCli(
      ['check', '--set', 'feeds.0.path=ok.txt', '--set', 'feeds.0.name=../../precious'],
      { cwd: inside },
    );
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/name/);
    await untouched();
  });
});

test('templates are three names of our own in the configured folder: no event or feed names a file', async () => {
  const source = await readFile(
    new URL('../../forwarder/service/dialects/handlebars-dialect.ts', import.meta.url),
    'utf8',
  );
  expect(source).toContain('join(directory, `${kind}.hbs`)');
  expect(source.match(/read\('(\w+)'\)/g)).toEqual([
    "read('detect')",
    "read('status')",
    "read('evaluation')",
  ]);
});
