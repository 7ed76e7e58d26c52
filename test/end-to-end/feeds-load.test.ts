import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { runCli } from '../support/service-process.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tf-load-'));
  await writeFile(join(directory, 'own.txt'), 'good.example\nbad.example\n');
  await writeFile(join(directory, 'forwarder.yaml'), 'feeds: [own.txt]\n');
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

const cli = (...args: readonly string[]) => runCli(['feeds', ...args], { cwd: directory });
const saved = () => join(directory, 'var/index/saved/monday.index');

describe('feeds compile --save and feeds load', () => {
  test('a saved index is used instead of feeds that changed, until it is released', async () => {
    expect((await cli('load')).stdout).toContain('nothing is saved');
    const compiled = await cli('compile', '--save', 'monday');
    expect(compiled.exitCode).toBe(0);
    expect(compiled.stdout).toContain('feeds load monday');
    expect(await readdir(join(directory, 'var/index/saved'))).toEqual(['monday.index']);
    await writeFile(join(directory, 'own.txt'), 'worse.example\nother.example\n');
    expect((await cli('search', 'bad.example')).exitCode).toBe(1);

    const loaded = await cli('load', 'monday');
    expect(loaded.exitCode).toBe(0);
    expect(loaded.stdout).toContain('Pinned');
    expect((await cli('search', 'bad.example')).exitCode).toBe(0);
    const listed = await cli('list');
    expect(listed.stdout).toMatch(/^PINNED: the index monday \(.*monday\.index\) is used/);
    const json = JSON.parse((await cli('list', '--json')).stdout) as Record<string, unknown>;
    expect(json).toMatchObject({ from: 'pinned', pinned: { name: 'monday' } });
    expect((await cli('load')).stdout).toMatch(/^pinned +monday +/m);
    expect((await cli('compile')).stderr).toContain('an index is pinned (monday)');
    const again = await cli('compile', '--save', 'monday');
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toContain('is pinned');

    expect((await cli('load', '--release')).stdout).toContain('Released');
    expect((await cli('search', 'bad.example')).exitCode).toBe(1);
    expect((await cli('load', '--release')).stdout).toContain('No index is pinned');
  }, 60_000);

  test('a file anywhere is pinned by its path', async () => {
    const file = join(directory, 'other.index');
    await cli('compile', '-o', file);
    const { exitCode, stdout } = await cli('load', 'other.index', '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ pinned: { path: file }, index: { records: 2 } });
    await cli('load', '--release');
  });

  test('a bad feed is not saved, and what is saved stays', async () => {
    await cli('compile');
    await cli('compile', '--save', 'monday');
    const before = await readFile(saved());
    await writeFile(join(directory, 'own.txt'), 'one two three\n');
    const { exitCode, stderr } = await cli('compile', '--save', 'monday');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('(TF_FEED)');
    expect(await readFile(saved())).toEqual(before);
    expect(await readdir(join(directory, 'var/index/saved'))).toEqual(['monday.index']);
    await writeFile(join(directory, 'own.txt'), 'good.example\nbad.example\n');
  });

  test('damage anywhere in a file is found before it is pinned', async () => {
    await cli('compile', '--save', 'monday');
    const whole = await readFile(saved());
    for (const at of [20, 5000, whole.length - 20]) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 0x55;
      await writeFile(join(directory, 'damaged.index'), damaged);
      const { exitCode, stderr } = await cli('load', 'damaged.index');
      expect({ at, exitCode }).toEqual({ at, exitCode: 70 });
      expect(stderr).toContain('(TF_INDEX)');
    }
    await writeFile(join(directory, 'damaged.index'), whole.subarray(0, -1));
    expect((await cli('load', 'damaged.index')).exitCode).toBe(70);
    expect(await readdir(join(directory, 'var/index'))).not.toContain('pinned.json');
  }, 30_000);

  test('names that are none, and what is not there, are exit code 2', async () => {
    expect((await cli('compile', '--save', '../../x')).exitCode).toBe(2);
    expect((await cli('compile', '--save', 'a', '-o', 'b')).exitCode).toBe(2);
    expect((await cli('load', 'nothing')).exitCode).toBe(2);
    expect((await cli('load', 'monday', '--release')).exitCode).toBe(2);
  });

  test('a Python pickle is refused everywhere, with what to do instead', async () => {
    const pickle = join(directory, 'dump.tracer');
    await writeFile(pickle, Buffer.from([0x80, 0x04, 0x95, 0x2e]));
    await copyFile(pickle, join(directory, 'dump.dat'));
    for (const args of [
      ['load', 'dump.tracer'],
      ['load', 'dump.dat'],
      ['check', 'dump.tracer'],
      ['check', 'dump.dat'],
      ['add', 'dump.dat'],
      ['compile', '--set', 'feeds=dump.dat', '-o', 'x.index'],
    ]) {
      const { exitCode, stderr } = await cli(...args);
      expect({ args, exitCode }).toEqual({ args, exitCode: 2 });
      expect(stderr).toContain('Python pickle');
      expect(stderr).toContain('feeds compile --save NAME');
    }
  }, 30_000);
});
