import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { runCli, startService } from '../support/service-process.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tf-feeds-'));
  await writeFile(
    join(directory, 'List.json'),
    JSON.stringify([
      { id: 1, mask: 'bad.example', MD5: 'a'.repeat(32) },
      { id: 2, ip: '192.0.2.1' },
      { id: 3 },
    ]),
  );
  await writeFile(join(directory, 'forwarder.yaml'), 'feeds: [List.json]\n');
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

const cli = (...args: readonly string[]) => runCli(['feeds', ...args], { cwd: directory });

describe('feeds compile', () => {
  test('writes the index of the configuration, and says what is in it', async () => {
    const { exitCode, stdout, stderr } = await cli('compile');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^List +detect +50 +2 +1 +.*List\.json$/m);
    expect(stdout).toMatch(/^indicators +3$/m);
    expect(stdout).toMatch(/^ +md5 +1$/m);
    expect(stdout).toMatch(/^memory .* bytes an indicator$/m);
    expect(stdout).toMatch(/^seconds +\d/m);
    expect(await readdir(join(directory, 'var/index'))).toEqual(['quarantine', 'threats.index']);
  });

  test('the service then starts without compiling', async () => {
    await cli('compile');
    const file = join(directory, 'var/index/threats.index');
    const before = await readFile(file);
    const service = await startService([], { cwd: directory });
    expect(await service.stop()).toBe(0);
    expect(await readFile(file)).toEqual(before);
  });

  test('--output and --json: another file, all figures', async () => {
    const output = join(directory, 'new/other.index');
    const { exitCode, stdout } = await cli('compile', '--output', output, '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      path: output,
      records: 2,
      indicators: 3,
      indicatorsByKind: { url: 1, ip: 1, md5: 1, domain: 0 },
      feeds: [{ name: 'List', records: 2, leftOut: 1 }],
    });
  });

  test('a feed that cannot be read is exit code 2, and no file is left', async () => {
    await writeFile(join(directory, 'bad.json'), '[{"id":1,"mask":"a.example"},');
    const { exitCode, stderr } = await cli('compile', '--set', 'feeds=bad.json', '-o', 'bad/x');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('(TF_FEED)');
    expect(await readdir(join(directory, 'bad'))).toEqual([]);
  });

  test('a feed that breaks keeps its records in the index in use; it is told, and exit code 2', async () => {
    const own = join(directory, 'own');
    await mkdir(own, { recursive: true });
    await writeFile(join(own, 'A.json'), '[{"id":1,"mask":"a.example"}]');
    await writeFile(join(own, 'forwarder.yaml'), 'feeds: [A.json]\n');
    expect((await runCli(['feeds', 'compile'], { cwd: own })).exitCode).toBe(0);
    await writeFile(join(own, 'A.json'), '[{"id":1,"mask":"a.example"},');
    const { exitCode, stdout } = await runCli(['feeds', 'compile'], { cwd: own });
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/^A +detect +50 +1 /m);
    expect(stdout).toMatch(/^! A \(kept\): feed A: /m);
  });

  test('a place that cannot be written is exit code 70', async () => {
    const { exitCode, stderr } = await cli('compile', '-o', 'List.json/x');
    expect(exitCode).toBe(70);
    expect(stderr).toContain('(TF_INDEX)');
  });

  test('a folder as --output is told to be one', async () => {
    await mkdir(join(directory, 'folder'), { recursive: true });
    const { exitCode, stderr } = await cli('compile', '-o', 'folder');
    expect(exitCode).toBe(70);
    expect(stderr).toContain('-o must name a file');
    expect(await readdir(join(directory, 'folder'))).toEqual([]);
  });
});

describe('feeds info', () => {
  test('shows what a file says about itself', async () => {
    await cli('compile', '-o', 'shown.index');
    const { exitCode, stdout } = await cli('info', 'shown.index');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^version +[0-9a-f]{32}$/m);
    expect(stdout).toMatch(/^indicators +3$/m);
    const json = await cli('info', '--json', 'shown.index');
    expect(JSON.parse(json.stdout)).toMatchObject({
      version: /[0-9a-f]{32}/.exec(stdout)?.[0],
      header: { blockCount: 1 },
      details: { inputs: { files: [{ path: join(directory, 'List.json') }] } },
    });
  });

  test('what is no index is exit code 70 with what to do', async () => {
    const { exitCode, stderr } = await cli('info', 'List.json');
    expect(exitCode).toBe(70);
    expect(stderr).toContain('not an index');
    expect(stderr).toContain('what to do: give the file that feeds compile');
    const folder = await cli('info', '.');
    expect(folder.exitCode).toBe(70);
    expect(folder.stderr).toContain('(TF_INDEX)');
    expect(folder.stderr).toContain('what to do:');
    expect((await cli('info', 'no-such-file')).exitCode).toBe(70);
  });

  test('usage is exit code 2; help has examples', async () => {
    expect((await cli()).exitCode).toBe(2);
    expect((await cli('info')).exitCode).toBe(2);
    const names = ['list', 'check', 'search', 'add', 'remove', 'update', 'compile', 'load', 'info'];
    for (const args of [[], ...names.map((name) => [name])]) {
      const help = await cli(...args, '--help');
      expect(help.exitCode).toBe(0);
      expect(help.stdout).toContain('Examples:');
    }
  });
});
