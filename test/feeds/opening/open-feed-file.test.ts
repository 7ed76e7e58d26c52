import { execFileSync } from 'node:child_process';
import { chmod, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { openFeedFile } from '../../../forwarder/feeds/opening/open-feed-file.js';
import { readOpened } from '../../../forwarder/feeds/opening/read-opened.js';
import { contentOf, errorOf, TestFolder } from './folder.js';

const folder = new TestFolder();

test('a regular file: its size, its time, its bytes', async () => {
  const path = await folder.put('a.json', '[]');
  const opened = await openFeedFile(path);
  expect([opened.path, opened.sizeBytes]).toEqual([path, 2]);
  expect(Math.abs(opened.modifiedAtMs - Date.now())).toBeLessThan(600_000);
  await opened.close();
  expect((await contentOf(path)).toString()).toBe('[]');
});

test('an empty file has no bytes', async () => {
  expect(await contentOf(await folder.put('empty.txt', ''))).toHaveLength(0);
});

describe('what is no regular file is refused at once', () => {
  test('a named pipe without a writer', async () => {
    const path = folder.at('pipe.json');
    execFileSync('mkfifo', [path]);
    const error = await errorOf(openFeedFile(path));
    expect([error.code, error.where]).toEqual(['TF_FEED', path]);
    expect(error.message).toBe('The feed is a named pipe, not a regular file.');
    expect(error.hint).toMatch(/to a file/);
  });

  test.each(['/dev/zero', '/dev/null'])('%s', async (path) => {
    expect((await errorOf(openFeedFile(path))).message).toMatch(/is a device/);
  });

  test('a folder', async () => {
    expect((await errorOf(openFeedFile(folder.path))).message).toMatch(/is a folder/);
  });

  test('a socket', async () => {
    const path = folder.at('s.sock');
    const server = createServer().listen(path);
    await once(server, 'listening');
    try {
      expect((await errorOf(openFeedFile(path))).message).toMatch(/is a socket/);
    } finally {
      server.close();
    }
  });

  test('a link to a pipe', async () => {
    execFileSync('mkfifo', [folder.at('pipe')]);
    await symlink('pipe', folder.at('a.json'));
    expect((await errorOf(openFeedFile(folder.at('a.json')))).message).toMatch(/is a named pipe/);
  });
});

describe('symbolic links', () => {
  test('a link within its folder is followed', async () => {
    await folder.put('versions/2.json', '[2]');
    await symlink('versions/2.json', folder.at('a.json'));
    expect((await contentOf(folder.at('a.json'))).toString()).toBe('[2]');
    const error = await errorOf(openFeedFile(folder.at('a.json'), { followLinks: false }));
    expect(error.message).toBe('The feed is a symbolic link.');
  });

  test('the links of a volume of Kubernetes are followed, also while it changes', async () => {
    await folder.put('..one/x.json', '[1]');
    await symlink('..one', folder.at('..data'));
    await symlink('..data/x.json', folder.at('x.json'));
    expect((await contentOf(folder.at('x.json'))).toString()).toBe('[1]');
    await folder.put('..two/x.json', '[2]');
    await symlink('..two', folder.at('..tmp'));
    await rename(folder.at('..tmp'), folder.at('..data'));
    await rm(folder.at('..one'), { recursive: true });
    expect((await contentOf(folder.at('x.json'))).toString()).toBe('[2]');
  });

  test.each([
    ['absolute', '/etc/passwd'],
    ['relative', '../outside.json'],
  ])('a link out of its folder is refused: %s', async (_name, target) => {
    await folder.put('outside.json', '[]');
    await mkdir(folder.at('feeds'));
    const path = folder.at('feeds/a.json');
    await symlink(target, path);
    const error = await errorOf(openFeedFile(path));
    expect(error.message).toMatch(/leads out of .*feeds\.$/);
    expect(error.where).toBe(path);
  });

  test('a link over another link, and a folder that is a link', async () => {
    await folder.put('outside/a.json', '[1]');
    await mkdir(folder.at('feeds'));
    await symlink('../outside', folder.at('feeds/sub'));
    await symlink('sub/a.json', folder.at('feeds/a.json'));
    expect((await errorOf(openFeedFile(folder.at('feeds/a.json')))).message).toMatch(/leads out/);
    const below = folder.at('feeds/sub/a.json');
    // The folder is named by whoever names the file; with a root it must not lead out either.
    expect((await contentOf(below)).toString()).toBe('[1]');
    const root = folder.at('feeds');
    expect((await errorOf(openFeedFile(below, { root }))).message).toMatch(/leads out/);
    expect((await contentOf(below, { root: folder.path })).toString()).toBe('[1]');
  });

  test('a link that leads nowhere and one that leads to itself', async () => {
    await symlink('nowhere', folder.at('a.json'));
    expect((await errorOf(openFeedFile(folder.at('a.json')))).message).toMatch(
      /cannot be read.*ENOENT/,
    );
    await symlink('b.json', folder.at('b.json'));
    expect((await errorOf(openFeedFile(folder.at('b.json')))).message).toMatch(
      /cannot be read.*ELOOP/,
    );
  });
});

describe('what the system refuses', () => {
  test('a file that is not there', async () => {
    const error = await errorOf(openFeedFile(folder.at('no.json')));
    expect(error.message).toMatch(/cannot be read.*ENOENT/);
    expect(error.hint).toMatch(/is there/);
  });

  test('a file without rights', async () => {
    const path = await folder.put('a.json', '[]');
    await chmod(dirname(path), 0o755);
    await chmod(path, 0);
    const isRoot = process.geteuid?.() === 0;
    // Rights do not bind root: look as nobody.
    if (isRoot) process.seteuid?.(65_534);
    try {
      const error = await errorOf(openFeedFile(path));
      expect(error.message).toMatch(/cannot be read.*EACCES/);
      expect(error.hint).toMatch(/^Let the user of the service read the file/);
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  test('a file that is too large', async () => {
    const path = await folder.put('a.json', '12345');
    const error = await errorOf(openFeedFile(path, { maxFileBytes: 4 }));
    expect(error.message).toMatch(/has 5 bytes, more than the 4/);
  });
});

describe('a file that changes while it is read', () => {
  const large = Buffer.alloc(600_000, 'x\n');

  async function readWhile(act: (path: string) => Promise<void>): Promise<Buffer> {
    const path = await folder.put('a.txt', large);
    const opened = await openFeedFile(path);
    const pieces: Uint8Array[] = [];
    try {
      for await (const piece of readOpened(opened)) {
        if (pieces.length === 0) await act(path);
        pieces.push(piece);
      }
    } finally {
      await opened.close();
    }
    return Buffer.concat(pieces);
  }

  test.each<[string, (path: string) => Promise<void>]>([
    ['cut', (path) => writeFile(path, 'x\n')],
    ['longer', (path) => writeFile(path, 'more\n', { flag: 'a' })],
    ['rewritten', (path) => writeFile(path, Buffer.alloc(600_000, 'y\n'))],
  ])('%s: an error that another try may heal', async (_name, act) => {
    const error = await errorOf(readWhile(act));
    expect(error.message).toBe('The feed was changed while it was read.');
    expect(error.retryable).toBe(true);
  });

  test.each<[string, (path: string) => Promise<void>]>([
    ['deleted', (path) => rm(path)],
    [
      'replaced',
      async (path) => {
        const beside = join(dirname(path), 'new');
        await writeFile(beside, 'other');
        await rename(beside, path);
      },
    ],
  ])('%s: it is read as it was', async (_name, act) => {
    expect((await readWhile(act)).equals(large)).toBe(true);
  });

  test('replaced all the time while it is opened: always one version or the other', async () => {
    const path = await folder.put('a.txt', 'one');
    let goesOn = true;
    const replacing = (async () => {
      for (let round = 0; goesOn; round++) {
        await writeFile(folder.at('new'), round % 2 === 0 ? 'two' : 'one');
        await rename(folder.at('new'), path);
      }
    })();
    try {
      for (let round = 0; round < 100; round++) {
        expect(['one', 'two']).toContain((await contentOf(path)).toString());
      }
    } finally {
      goesOn = false;
      await replacing;
    }
  });
});

test('progress counts the bytes of the file, and an aborted signal ends it', async () => {
  const path = await folder.put('a.txt', Buffer.alloc(600_000, 'x\n'));
  const told: number[] = [];
  await contentOf(path, { onProgress: (bytes) => told.push(bytes) });
  expect(told).toEqual([262_144, 524_288, 600_000]);

  const reason = new Error('enough');
  const controller = new AbortController();
  const reading = contentOf(path, {
    signal: controller.signal,
    onProgress: () => {
      controller.abort(reason);
    },
  });
  await expect(reading).rejects.toBe(reason);
});
