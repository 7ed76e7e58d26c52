import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { openStatistics } from '../../forwarder/service/statistics/index.js';
import { createMetrics, silentLogger } from '../../forwarder/telemetry/index.js';
import { runCli } from '../support/service-process.js';

let folder: string;
const counted: readonly (readonly [at: string, events: number, detections: number])[] = [
  ['2026-10-24T21:59:59.999Z', 1, 1],
  ['2026-10-24T22:00:00.000Z', 10, 1],
  ['2026-10-25T00:30:00.000Z', 100, 2],
  ['2026-10-25T01:30:00.000Z', 1000, 3],
  ['2026-10-25T22:59:00.000Z', 10_000, 4],
  ['2026-10-25T23:00:00.000Z', 100_000, 5],
];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tf-stats-'));
  let nowMs = 0;
  const statistics = await openStatistics({
    directory: join(folder, 'state/statistics'),
    keepDays: 3660,
    flushSeconds: 3600,
    clock: () => nowMs,
    logger: silentLogger,
    counters: createMetrics(),
  });
  for (const [at, events, detections] of counted) {
    nowMs = Date.parse(at);
    statistics.noteEvents(events);
    for (let count = 0; count < detections; count += 1) {
      statistics.noteDetection({ category: 'KL_Malicious_URL', feed: 'Feed', source: 'default' });
    }
  }
  await statistics.close();
  await writeFile(join(folder, 'forwarder.yaml'), 'state: { directory: state }\n');
});
afterAll(() => rm(folder, { recursive: true }));

describe('threat-forwarder stats', () => {
  test('shows hours in local time, on the day that has 25 of them', async () => {
    const { exitCode, stdout, stderr } = await runCli(
      ['stats', '--from', '2026-10-25', '--to', '2026-10-25', '--by', 'hour'],
      { cwd: folder, env: { TZ: 'Europe/Berlin', LANG: 'C.UTF-8' } },
    );
    expect(stderr).toBe('');
    expect(stdout)
      .toBe(`Detections by hour from 2026-10-25 00:00 +02:00 to 2026-10-26 00:00 +01:00 (Europe/Berlin)
11,110 events checked, 10 detections (0.09 % of the events)

hour                     events  detections
2026-10-25 00:00 +02:00      10           1  #####
2026-10-25 02:00 +02:00     100           2  ##########
2026-10-25 02:00 +01:00   1,000           3  ###############
2026-10-25 23:00 +01:00  10,000           4  ####################
`);
    expect(exitCode).toBe(0);
  });

  test('leaves a damaged file out with a warning, and changes nothing', async () => {
    const damaged = join(folder, 'state/statistics/2026-10-24.json');
    const before = await readFile(damaged, 'utf8');
    await writeFile(damaged, before.slice(0, 100));
    const { exitCode, stdout, stderr } = await runCli(
      ['stats', '--directory', join(folder, 'state/statistics'), '--from', '2026-10-20', '--csv'],
      { env: { TZ: 'UTC' } },
    );
    expect(stdout).toBe('category,detections\nKL_Malicious_URL,14\n');
    expect(stderr).toBe(
      `warning: ${damaged} was left out: it is damaged: it is not JSON, or cut off\n`,
    );
    expect(exitCode).toBe(0);
    expect(await readFile(damaged, 'utf8')).toBe(before.slice(0, 100));
    await writeFile(damaged, before);
  });

  test('says why there is nothing', async () => {
    const options = ['--set', 'statistics=false', '--set', 'state.directory=other', '--json'];
    const { exitCode, stdout } = await runCli(['stats', ...options], { cwd: folder });
    expect(JSON.parse(stdout)).toMatchObject({ events: 0, rows: [] });
    expect(stdout).toMatch(/no statistics in .*other\/statistics.*statistics is false in .*yaml/);
    expect(exitCode).toBe(0);
  });
});
