import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { join, relative } from 'node:path';

import { findInputs } from '../../../forwarder/commands/support/scan/scan-inputs.js';
import { scanFolder } from './scan-in-process.js';
import type { ScanFolder } from './scan-in-process.js';

let folder: ScanFolder;

beforeEach(async () => {
  folder = await scanFolder();
});
afterEach(() => folder.remove());

async function found(paths: readonly string[]) {
  const notices: string[] = [];
  const inputs = await findInputs(paths, [], (text) => void notices.push(text));
  return { inputs, names: inputs.map(({ name }) => relative(folder.path, name)), notices };
}

describe('inputs', () => {
  test('of a folder are all files below it, by name, but no own reports and no pipes', async () => {
    await mkdir(join(folder.path, 'logs', 'deep'), { recursive: true });
    for (const name of ['logs/b.log', 'logs/.hidden', 'logs/deep/a.log']) {
      await folder.write(name, 'x\n');
    }
    await folder.write('logs/log_scanner_report20260701-101014.txt', '');
    await folder.write('logs/log_scanner_resume_0123456789ab.json', '');
    execFileSync('mkfifo', [join(folder.path, 'logs', 'pipe')]);
    await symlink('b.log', join(folder.path, 'logs', 'link'));
    const { names, notices } = await found([join(folder.path, 'logs')]);
    expect(names).toEqual(['logs/.hidden', 'logs/b.log', 'logs/deep/a.log', 'logs/link']);
    expect(notices).toEqual([
      expect.stringContaining('2 reports of earlier scans are left out'),
      expect.stringContaining('1 entries that are no files are left out'),
    ]);
  });

  test('of a pattern are what matches; named twice, read once; a pipe by name is a stream', async () => {
    const one = await folder.write('1.log', 'x\n');
    const two = await folder.write('2.log', '');
    const pipe = join(folder.path, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const { inputs, names } = await found([two, join(folder.path, '*.log'), pipe, '-']);
    expect(names.slice(0, 3)).toEqual(['2.log', '1.log', 'pipe']);
    expect(inputs.map(({ kind }) => kind)).toEqual(['file', 'file', 'stream', 'stream']);
    expect(inputs[1]).toMatchObject({ name: one, sizeBytes: 2 });
  });

  test('however a file is named, it is read once, under the name it was first given', async () => {
    const one = await folder.write('1.log', 'x\n');
    const here = relative(process.cwd(), folder.path);
    const ways = [one, join(here, '1.log'), `${folder.path}/./1.log`];
    const patterns = [join(folder.path, '*.log'), join(here, '*.log'), here];
    for (const way of [...ways, ...patterns]) {
      const { inputs } = await found([way, ...ways, ...patterns]);
      expect(inputs).toHaveLength(1);
    }
    const { inputs } = await found([join(folder.path, '*.log')]);
    expect(inputs[0]?.name).toBe(one);
  });

  test.each(['none.log', 'no*thing', 'empty'])('%p is an error', async (name) => {
    await mkdir(join(folder.path, 'empty'));
    await expect(found([join(folder.path, name)])).rejects.toMatchObject({ code: 'TF_USAGE' });
  });
});
