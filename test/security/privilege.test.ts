import { execFileSync } from 'node:child_process';
import { chmodSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { startWebServer } from '../support/https-server.js';
import { projectDirectory, runCli, startService } from '../support/service-process.js';

/** Every file and folder below one, with its permissions, by its place there. */
function modesBelow(root: string): ReadonlyMap<string, { isFolder: boolean; mode: number }> {
  const found = new Map<string, { isFolder: boolean; mode: number }>();
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    const stats = lstatSync(join(root, name));
    found.set(name, { isFolder: stats.isDirectory(), mode: stats.mode & 0o777 });
  }
  return found;
}

describe('what the service writes', () => {
  let directory: string;
  const before = new Set<string>();

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tf-privilege-'));
    await mkdir(join(directory, 'config'));
    await mkdir(join(directory, 'feeds'));
    await writeFile(join(directory, 'feeds/evil.json'), '[{"mask":"evil.example"},{"mask":"???"}]');
    await writeFile(
      join(directory, 'config/forwarder.yaml'),
      [
        'feeds: [{ path: ../feeds/evil.json, format: kaspersky-json }]',
        'index: { directory: ../data/index }',
        'state: { directory: ../data/state }',
        'delivery:',
        '  collectors: ["tcp://127.0.0.1:9"]',
        '  spool: { directory: ../data/spool }',
        '',
      ].join('\n'),
    );
    for (const name of modesBelow(directory).keys()) before.add(name);
    // Whoever starts it may be careless.
    const umask = process.umask(0);
    try {
      const service = await startService([], { cwd: join(directory, 'config') });
      service.signal('SIGHUP');
      await service.until(() => service.stderr().includes('reloaded'), 'the reload');
      await service.stop();
      await runCli(['feeds', 'compile', '--save', 'kept'], { cwd: join(directory, 'config') });
      await runCli(['feeds', 'load', 'kept'], { cwd: join(directory, 'config') });
    } finally {
      process.umask(umask);
    }
  }, 60_000);

  afterAll(async () => {
    await rm(directory, { recursive: true });
  });

  test('is for its user alone: folders 0700, files 0600', () => {
    const made = [...modesBelow(directory)].filter(([name]) => !before.has(name));
    expect(made.length).toBeGreaterThan(5);
    expect(made.filter(([, { mode }]) => (mode & 0o077) !== 0).map(([name]) => name)).toEqual([]);
    // Nothing can be run.
    const files = made.filter(([, { isFolder }]) => !isFolder);
    expect(files.filter(([, { mode }]) => (mode & 0o111) !== 0)).toEqual([]);
  });

  test('is the index, what is known of feeds, its state and its spool', () => {
    const made = [...modesBelow(directory).keys()].filter((name) => !before.has(name));
    const folders = new Set(made.map((name) => name.split('/').slice(0, 2).join('/')));
    expect([...folders]).toEqual(
      expect.arrayContaining(['data/index', 'data/state', 'data/spool']),
    );
    expect(made).toContain('data/index/saved/kept.index');
  });

  test('is never beside the configuration', () => {
    expect(readdirSync(join(directory, 'config'))).toEqual(['forwarder.yaml']);
    expect(readdirSync(join(directory, 'feeds'))).toEqual(['evil.json']);
  });
});

describe('what the service fetches', () => {
  test('is for its user alone', async () => {
    const server = await startWebServer();
    server.on('/feed.txt', (_request, response) => response.end('evil.example\n'));
    const directory = await mkdtemp(join(tmpdir(), 'tf-fetched-'));
    const umask = process.umask(0);
    try {
      await writeFile(
        join(directory, 'forwarder.yaml'),
        `feeds: [{ url: "${server.url('/feed.txt')}", name: fetched }]\nindex: { directory: data/index }\ndownloads: { directory: data/feeds }\n`,
      );
      await runCli(['feeds', 'update'], {
        cwd: directory,
        env: { NO_PROXY: '*' },
      });
      const made = [...modesBelow(join(directory, 'data'))];
      expect(made.map(([name]) => name)).toContain('feeds/fetched.feed');
      expect(made.filter(([, { mode }]) => (mode & 0o077) !== 0).map(([name]) => name)).toEqual([]);
    } finally {
      process.umask(umask);
      await server.close();
      await rm(directory, { recursive: true });
    }
  }, 40_000);
});

describe('privileges', () => {
  const isRoot = process.getuid?.() === 0;
  const rootTest = isRoot || process.env['TF_FORBID_SKIP'] === '1' ? test : test.skip;

  rootTest('root is refused where the configuration says so, and warned of otherwise', async () => {
    const { exitCode, stderr } = await runCli([
      'run',
      ...['--set', 'security.refuseRoot=true', '--set', 'intake.jsa.listen=127.0.0.1:0'],
      ...['--set', 'intake.cybertrace=false'],
    ]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/root/);
    const service = await startService([]);
    expect(service.stderr()).toContain('security.root');
    expect(await service.stop()).toBe(0);
  });

  rootTest('an ordinary user needs no right but to read its files', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tf-user-'));
    try {
      chmodSync(directory, 0o755);
      await writeFile(join(directory, 'evil.txt'), 'evil.example\n');
      await writeFile(join(directory, 'forwarder.yaml'), 'feeds: [{ path: evil.txt }]\n');
      execFileSync('chmod', ['-R', 'a+rX', directory]);
      const service = await startService(['--set', 'state.directory=state'], {
        cwd: directory,
        uid: 65_534,
      });
      expect(await service.stop()).toBe(0);
      expect(readdirSync(directory).sort()).toEqual(['evil.txt', 'forwarder.yaml']);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

describe('what is installed with the program', () => {
  interface LockedPackage {
    readonly dev?: boolean;
    readonly optional?: boolean;
    readonly hasInstallScript?: boolean;
    readonly integrity?: string;
    readonly version?: string;
  }
  const read = (name: string): unknown =>
    JSON.parse(readFileSync(join(projectDirectory, name), 'utf8'));
  const lock = read('package-lock.json') as {
    readonly packages: Readonly<Record<string, LockedPackage>>;
  };
  const { dependencies } = read('package.json') as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const runtime = Object.entries(lock.packages).filter(
    ([place, { dev }]) => place !== '' && dev !== true,
  );

  test('runs nothing when it is installed', () => {
    const withScripts = runtime.filter(([, { hasInstallScript }]) => hasInstallScript === true);
    expect(withScripts.map(([place]) => place)).toEqual([]);
  });

  test('is pinned to versions and to content', () => {
    for (const version of Object.values(dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    const loose = runtime.filter(([, { integrity }]) => !/^sha512-/.test(integrity ?? ''));
    expect(loose.map(([place]) => place)).toEqual([]);
  });

  test('holds no machine code', () => {
    const native = runtime.flatMap(([place]) => {
      const folder = join(projectDirectory, place);
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
      return files
        .filter((file) => /\.(?:node|so|dll|dylib)$/.test(file))
        .map((file) => relative(projectDirectory, join(folder, file)));
    });
    expect(native).toEqual([]);
  });

  test('is what SECURITY.md lists', () => {
    const text = readFileSync(join(projectDirectory, 'SECURITY.md'), 'utf8');
    for (const name of Object.keys(dependencies)) expect(text).toContain(`\`${name}\``);
  });
});
