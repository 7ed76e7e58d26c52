import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openStatistics, readStatistics } from '../../../forwarder/service/statistics/index.js';
import type { Statistics, StatisticsHour } from '../../../forwarder/service/statistics/index.js';
import { createMetrics, silentLogger } from '../../../forwarder/telemetry/index.js';
import type { Metrics } from '../../../forwarder/telemetry/index.js';

export const hour = 3_600_000;
export const day = 24 * hour;
/** A Saturday, 16:05 UTC. */
export const afternoon = Date.UTC(2026, 10, 21, 16, 5);

/** A folder and the services that count into it one after the other, on a clock of the test. */
export interface Rig {
  readonly directory: string;
  readonly metrics: Metrics;
  /** Codes of the warnings and notes in the log, in order. */
  readonly log: string[];
  nowMs: number;
  open(options?: {
    readonly keepDays?: number;
    readonly flushSeconds?: number;
    readonly startWaitMs?: number;
  }): Promise<Statistics>;
  /** All hours on disk. */
  hours(): Promise<StatisticsHour[]>;
  remove(): Promise<void>;
}

export async function makeRig(): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), 'tf-statistics-'));
  const opened: Statistics[] = [];
  const note = (code: string): void => {
    rig.log.push(code);
  };
  const rig: Rig = {
    directory: join(folder, 'statistics'),
    metrics: createMetrics(),
    log: [],
    nowMs: afternoon,
    // Tests flush by hand, but those that say otherwise.
    async open({ keepDays = 90, flushSeconds = 3600, startWaitMs = 60_000 } = {}) {
      const statistics = await openStatistics({
        directory: rig.directory,
        keepDays,
        flushSeconds,
        startWaitMs,
        clock: () => rig.nowMs,
        logger: { ...silentLogger, info: note, warn: note },
        counters: rig.metrics,
      });
      opened.push(statistics);
      return statistics;
    },
    async hours() {
      const hours: StatisticsHour[] = [];
      const problem = (path: string, what: string): void => {
        throw new Error(`${path}: ${what}`);
      };
      const all = { fromMs: 0, toMs: Date.UTC(9999, 0) };
      for await (const one of readStatistics(rig.directory, all, problem)) hours.push(one);
      return hours;
    },
    async remove() {
      for (const statistics of opened) await statistics.close();
      await rm(folder, { recursive: true });
    },
  };
  return rig;
}

export const ip = { category: 'KL_IP_Reputation', feed: 'Demo_IP', source: 'default' };
export const url = { category: 'KL_BotnetCnC_URL', feed: 'Demo_Botnet', source: 'proxy' };
