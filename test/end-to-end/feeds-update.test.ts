import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { failing, startWebServer, text, type WebServer } from '../support/https-server.js';
import { runCli } from '../support/service-process.js';

let server: WebServer;
let directory: string;
beforeAll(async () => {
  server = await startWebServer();
});
afterAll(async () => {
  await server.close();
});
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tf-update-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

const cli = (...args: readonly string[]) =>
  runCli(['feeds', ...args], { cwd: directory, env: { NO_PROXY: '*' } });
const lines = (count: number) =>
  Array.from({ length: count }, (_, index) => `bad${index}.example\n`).join('');
const configure = (config: string) => writeFile(join(directory, 'forwarder.yaml'), config);
const configText = () => readFile(join(directory, 'forwarder.yaml'), 'utf8');

describe('feeds update', () => {
  test('fetches, tells what is unchanged, and takes a new version', async () => {
    server.on('/list.txt', text(lines(4), { etag: '"1"' }));
    await configure(`feeds: ["${server.url('/list.txt')}"]\n`);
    const first = await cli('update');
    expect({ exitCode: first.exitCode, stderr: first.stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(first.stdout).toMatch(/^✓ +list +updated +4 +52 B +\d+\.\d$/m);
    const second = await cli('update', '--json');
    expect(JSON.parse(second.stdout)).toEqual({
      exitCode: 0,
      feeds: [{ name: 'list', result: 'unchanged', records: 4, bytes: 52 }],
    });
    server.on('/list.txt', text(lines(5), { etag: '"2"' }));
    expect((await cli('update', 'LIST')).stdout).toMatch(/updated +5 /);
    const listed = await cli('list', '--json');
    expect(JSON.parse(listed.stdout)).toMatchObject({
      feeds: [
        { name: 'list', records: 5, update: { kind: 'at' }, fetchedFrom: server.url('/list.txt') },
      ],
    });
  });

  test('--force asks for all of it, whether or not it has changed', async () => {
    server.on('/list.txt', text(lines(4), { etag: '"1"' }));
    await configure(`feeds: ["${server.url('/list.txt')}"]\n`);
    await cli('update');
    await cli('update', '--force');
    expect(server.asked.at(-1)?.headers['if-none-match']).toBeUndefined();
    expect(await readdir(join(directory, 'var/feeds'))).toEqual(['list.feed', 'list.state.json']);
  });

  test('a version that lost most records is refused, and taken with --allow-shrink', async () => {
    server.on('/list.txt', text(lines(10)));
    await configure(`feeds: ["${server.url('/list.txt')}"]\n`);
    await cli('update');
    server.on('/list.txt', text(lines(2)));
    const refused = await cli('update');
    expect(refused.exitCode).toBe(2);
    expect(refused.stdout).toMatch(/^✗ +list +failed: the old file stays/m);
    expect(refused.stderr).toMatch(/^list: .*2 records, the one before has 10 \(TF_FEED\)$/m);
    expect((await cli('list')).stdout).toMatch(/^ {2}last fetch failed \d+ s ago \(1 in a row\)/m);
    expect((await cli('update', '--allow-shrink')).stdout).toMatch(/updated +2 /);
  });

  test('a server that is away is exit code 69; the other feeds are fetched', async () => {
    server.on('/list.txt', text(lines(4)));
    server.on('/broken.txt', failing(404));
    await configure(
      `feeds: ["http://127.0.0.1:9/away.txt", "${server.url('/broken.txt')}", "${server.url('/list.txt')}"]\n`,
    );
    const { exitCode, stdout } = await cli('update', '--json');
    expect(exitCode).toBe(69);
    expect(JSON.parse(stdout)).toMatchObject({
      exitCode: 69,
      feeds: [
        { name: 'away', result: 'failed', error: { code: 'TF_PEER_UNAVAILABLE' } },
        { name: 'broken', result: 'failed', error: { code: 'TF_FEED' } },
        { name: 'list', result: 'updated', records: 4 },
      ],
    });
  }, 30_000);

  test('a local feed is watched; --allow-shrink takes a version that lost most records', async () => {
    await writeFile(join(directory, 'own.txt'), lines(10));
    await configure('feeds: [own.txt]\n');
    expect((await cli('update')).stdout).toContain('no feed is fetched');
    expect((await cli('compile')).exitCode).toBe(0);
    await writeFile(join(directory, 'own.txt'), lines(2));
    const refused = await cli('compile');
    expect(refused.exitCode).toBe(2);
    expect(refused.stdout).toMatch(/^own +detect +50 +10 /m);
    expect((await cli('update', 'own')).stdout).toContain('a local file');
    const accepted = await cli('update', 'own', '--allow-shrink');
    expect(accepted.stdout).toMatch(/^✓ +own +accepted as it is now/m);
    const compiled = await cli('compile');
    expect(compiled.exitCode).toBe(0);
    expect(compiled.stdout).toMatch(/^own +detect +50 +2 /m);
  });

  test('a name that no feed has is exit code 2', async () => {
    await writeFile(join(directory, 'own.txt'), lines(1));
    await configure('feeds: [own.txt]\n');
    const { exitCode, stderr } = await cli('update', 'nobody');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('there are: own');
  });
});

describe('feeds add and remove', () => {
  const before =
    '# ours\nfeeds:\n  # the first\n  - own.txt # local\nhttp: false # no monitoring\n';
  beforeEach(async () => {
    await writeFile(join(directory, 'own.txt'), lines(1));
    await configure(before);
  });

  test('a file is shown, checked and added; comments and order stay, the old file too', async () => {
    await writeFile(join(directory, 'partner.csv'), 'domain;note\nbad.example;x\n');
    const { exitCode, stdout } = await cli('add', 'partner.csv', '--confidence', '60');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^records +1 read, 1 used/m);
    expect(stdout).toContain('send it SIGHUP');
    expect(await configText()).toBe(
      '# ours\nfeeds:\n  # the first\n  - own.txt # local\n  - path: partner.csv\n    confidence: 60\nhttp: false # no monitoring\n',
    );
    expect(await readFile(join(directory, 'forwarder.yaml.bak'), 'utf8')).toBe(before);
    expect((await stat(join(directory, 'forwarder.yaml'))).mode & 0o007).toBe(0);
    expect((await cli('list')).stdout).toMatch(/^partner +csv +loaded +1 /m);
    const removed = await cli('remove', 'Partner');
    expect(removed.exitCode).toBe(0);
    expect(await configText()).toBe(before);
  });

  test('an address is fetched once, with what --auth-token refers to', async () => {
    server.on('/x/list.txt', text(lines(3)));
    const args = ['add', server.url('/x/list.txt'), '--name', 'Remote', '--auth-token', 'env:KEY'];
    const { exitCode, stdout } = await runCli(['feeds', ...args, '--json'], {
      cwd: directory,
      env: { KEY: 'S3CR3T', NO_PROXY: '*' },
    });
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain('S3CR3T');
    expect(JSON.parse(stdout)).toMatchObject({
      list: 'feeds',
      entry: { name: 'Remote', url: server.url('/x/list.txt'), auth: { token: 'env:KEY' } },
      names: ['Remote'],
      feeds: [{ records: 3 }],
    });
    expect(server.asked.at(-1)?.headers['authorization']).toBe('Bearer S3CR3T');
    expect(await configText()).toContain('token: env:KEY');
  });

  test('an allow-list goes to allowLists', async () => {
    await writeFile(join(directory, 'never.txt'), 'good.example\n');
    expect((await cli('add', 'never.txt', '--allow-list')).exitCode).toBe(0);
    expect(await configText()).toContain('allowLists:\n  - path: never.txt\n');
    expect((await cli('remove', 'never')).exitCode).toBe(0);
    expect(await configText()).toContain('allowLists: []\n');
  });

  test('what cannot be used, or is there already, leaves the file as it was', async () => {
    await writeFile(join(directory, 'cut.json'), '[{"id":1,"mask":"a.example"},');
    await writeFile(join(directory, 'other.txt'), lines(1));
    const refused = [
      [2, 'add', 'cut.json'],
      [2, 'add', 'gone.txt'],
      [2, 'add', 'own.txt'],
      [2, 'add', 'other.txt', '--name', 'OWN'],
      [2, 'add', 'other.txt', '--confidence', '500'],
      [2, 'add', 'https://feeds.example/x', '--auth-token', 'S3CR3T'],
      [2, 'add', server.url('/nothing.txt')],
      [69, 'add', 'http://127.0.0.1:9/away.txt'],
      [2, 'remove', 'nobody'],
    ] as const;
    for (const [expected, ...args] of refused) {
      const { exitCode, stderr } = await cli(...args);
      expect({ args, exitCode }).toEqual({ args, exitCode: expected });
      expect(stderr).not.toContain('S3CR3T');
      expect(await configText()).toBe(before);
    }
    expect((await readdir(directory)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  }, 60_000);

  test('--no-check adds what is not there yet', async () => {
    const added = await cli('add', 'http://127.0.0.1:9/later.txt', '--no-check');
    expect(added.exitCode).toBe(0);
    expect((await cli('list')).stdout).toMatch(/^later +- +awaited /m);
    const again = await cli('add', 'http://127.0.0.1:9/later.txt', '--no-check');
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toContain('there is a feed later already');
  });

  test('one of several feeds of an entry is not removed alone', async () => {
    await writeFile(join(directory, 'other.txt'), lines(1));
    await configure('feeds: ["*.txt"]\n');
    const { exitCode, stderr } = await cli('remove', 'own');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('one of 2 feeds of one entry');
  });

  test('without a configuration file there is nothing to change', async () => {
    await rm(join(directory, 'forwarder.yaml'));
    const { exitCode, stderr } = await cli('add', 'own.txt');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('threat-forwarder init');
  });
});
