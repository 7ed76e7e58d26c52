import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import {
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { LogFile } from '../../forwarder/telemetry/index.js';

let folder: string;
let path: string;
let problems: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tf-log-'));
  path = join(folder, 'logs/forwarder.log');
  problems = [];
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

function logFile(options: { maxBytes?: number; keep?: number } = {}): LogFile {
  return new LogFile({
    path,
    maxBytes: options.maxBytes ?? 1_000_000,
    keep: options.keep ?? 2,
    onProblem: (message) => problems.push(message),
    onWell: (message) => problems.push(message),
  });
}

const line = (number: number): string => `{"n":${number},"pad":"${'x'.repeat(80)}"}\n`;
const numbersIn = (text: string): number[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((each) => (JSON.parse(each) as { n: number }).n);
const settled = (): Promise<void> => sleep(50);

async function until(isTrue: () => boolean): Promise<void> {
  for (let waited = 0; !isTrue() && waited < 10_000; waited += 10) await sleep(10);
}
const holds = (file: string, text: string): boolean =>
  existsSync(file) && readFileSync(file, 'utf8').includes(text);

describe('the log as a file', () => {
  test('is appended to, for its owner alone, in a folder of its own', async () => {
    for (const number of [1, 2]) {
      const file = logFile();
      file.write(line(number));
      await file.close();
    }
    expect(numbersIn(await readFile(path, 'utf8'))).toEqual([1, 2]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'logs'))).mode & 0o777).toBe(0o700);
  });

  test('is put aside by size; so many as configured are kept, no line is split or lost', async () => {
    const file = logFile({ maxBytes: 1000, keep: 3 });
    for (let number = 0; number < 100; number += 1) {
      file.write(line(number));
      if (number % 7 === 0) await settled();
    }
    await file.close();
    const names = ['forwarder.log.3', 'forwarder.log.2', 'forwarder.log.1', 'forwarder.log'];
    expect((await readdir(join(folder, 'logs'))).sort()).toEqual([...names].sort());
    const kept: number[] = [];
    for (const name of names) {
      const full = join(folder, 'logs', name);
      expect((await stat(full)).size).toBeLessThanOrEqual(1000);
      expect((await stat(full)).mode & 0o777).toBe(0o600);
      kept.push(...numbersIn(await readFile(full, 'utf8')));
    }
    const first = 100 - kept.length;
    expect(kept.length).toBeGreaterThan(30);
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, index) => first + index));
  });

  test('keep 0 keeps none beside the file', async () => {
    const file = logFile({ maxBytes: 300, keep: 0 });
    for (let number = 0; number < 20; number += 1) {
      file.write(line(number));
      await settled();
    }
    await file.close();
    expect(await readdir(join(folder, 'logs'))).toEqual(['forwarder.log']);
    expect(numbersIn(await readFile(path, 'utf8')).at(-1)).toBe(19);
  });

  test('is opened anew when asked, as after logrotate has moved it', async () => {
    const file = logFile();
    file.write(line(1));
    await until(() => holds(path, '"n":1'));
    await rename(path, `${path}-20260101`);
    file.write(line(2));
    await until(() => holds(`${path}-20260101`, '"n":2'));
    expect(existsSync(path)).toBe(false);
    file.reopen();
    file.write(line(3));
    await file.close();
    expect(numbersIn(await readFile(`${path}-20260101`, 'utf8'))).toEqual([1, 2]);
    expect(numbersIn(await readFile(path, 'utf8'))).toEqual([3]);
  });

  test('a folder that cannot be used is said once and throws nothing', async () => {
    await writeFile(join(folder, 'logs'), 'a file where the folder should be');
    const file = logFile();
    for (let number = 0; number < 50; number += 1) {
      file.write(line(number));
      await Promise.resolve();
    }
    await until(() => problems.length > 0);
    await settled();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('cannot be written');
    // It is there again: how many lines are missing is the first that is said.
    await rm(join(folder, 'logs'));
    file.reopen();
    file.write(line(50));
    await file.close();
    const [lost, next] = (await readFile(path, 'utf8')).split('\n');
    expect(JSON.parse(lost ?? '')).toMatchObject({ code: 'log.lines_lost', lines: 50 });
    expect(JSON.parse(next ?? '')).toMatchObject({ n: 50 });
    expect(problems).toHaveLength(2);
  });

  test('a link, a pipe and a folder in its place are refused, not followed or waited for', async () => {
    await mkdir(join(folder, 'logs'));
    const victim = join(folder, 'victim');
    await writeFile(victim, 'untouched');
    await symlink(victim, path);
    const linked = logFile();
    linked.write(line(1));
    await linked.close();
    expect(await readFile(victim, 'utf8')).toBe('untouched');
    await rm(path);
    execFileSync('mkfifo', [path]);
    const piped = logFile();
    piped.write(line(1));
    await piped.close();
    await rm(path);
    await mkdir(path);
    const foldered = logFile();
    foldered.write(line(1));
    await foldered.close();
    expect(problems).toHaveLength(3);
  });

  test('a disk that is full costs whole lines and is told once', async () => {
    // /dev/full answers every write with ENOSPC, and is no regular file: a small file system is.
    const mounted = join(folder, 'small');
    await mkdir(mounted);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', mounted], {
        stdio: 'ignore',
      });
    } catch {
      // Only root may mount; the other tests hold what a failing write means.
      return;
    }
    try {
      path = join(mounted, 'forwarder.log');
      const file = logFile();
      for (let number = 0; number < 2_000; number += 1) {
        file.write(line(number));
        if (number % 100 === 0) await settled();
      }
      await until(() => problems.length > 0);
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain('ENOSPC');
      await file.close();
      const numbers = numbersIn(await readFile(path, 'utf8'));
      expect(numbers).toEqual(numbers.map((_, index) => index));
    } finally {
      execFileSync('umount', [mounted]);
    }
  });
});
