import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { DayCount } from '../../../forwarder/lookup/client/day-count.js';
import { noonMs } from './support.js';

const dayMs = 86_400_000;

describe('the requests of a day', () => {
  let folder: string;
  let file: string;
  let nowMs: number;
  const clock = (): number => nowMs;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tf-day-count-'));
    file = join(folder, 'state', 'requests-opentip.json');
    nowMs = noonMs;
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  test('are counted past the end of the process, and no longer than the day', async () => {
    const first = await DayCount.open(file, clock);
    expect(first.used).toBe(0);
    expect(existsSync(file)).toBe(false);
    for (let one = 0; one < 5; one++) first.add();
    expect(first.used).toBe(5);
    await first.flush();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ day: '2026-11-21', requests: 5 });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'state'))).toEqual(['requests-opentip.json']);

    const second = await DayCount.open(file, clock);
    second.add();
    expect(second.used).toBe(6);
    await second.flush();
    nowMs += dayMs / 2;
    expect(second.used).toBe(0);
    second.add();
    expect(second.used).toBe(1);
    await second.flush();
    expect((await DayCount.open(file, clock)).used).toBe(1);
  });

  test('of several processes are added up', async () => {
    const one = await DayCount.open(file, clock);
    const other = await DayCount.open(file, clock);
    one.add();
    await one.flush();
    other.add();
    other.add();
    await other.flush();
    expect(other.used).toBe(3);
    one.add();
    await one.flush();
    expect(one.used).toBe(4);
  });

  test.each([
    '',
    '{',
    '[]',
    'null',
    '{"day":"2026-11-21","requests":"9"}',
    '{"day":"2026-11-21","requests":-9}',
  ])('begin at 0 where the file says %s', async (content) => {
    const damaged = join(folder, 'requests.json');
    writeFileSync(damaged, content);
    const count = await DayCount.open(damaged, clock);
    expect(count.used).toBe(0);
    count.add();
    await count.flush();
    expect((await DayCount.open(damaged, clock)).used).toBe(1);
  });

  test('are counted in memory where no file can be written', async () => {
    writeFileSync(join(folder, 'state'), 'a file, where the folder should be');
    const count = await DayCount.open(file, clock);
    count.add();
    await count.flush();
    count.add();
    await count.flush();
    expect(count.used).toBe(2);
    const memory = await DayCount.open(undefined, clock);
    memory.add();
    await memory.flush();
    expect(memory.used).toBe(1);
  });
});
