import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Config } from '../../config/index.js';
import { messageOf } from '../../core/index.js';
import type { Clock, Counter, CounterSource, Logger } from '../../core/index.js';
import { dayOf } from './day-file.js';
import { hourMs } from './hour-counts.js';
import type { DetectionKey, HourCounts } from './hour-counts.js';
import { PendingCounts } from './pending-counts.js';
import { StatisticsFolder } from './statistics-folder.js';
import { Trouble } from './trouble.js';

export interface StatisticsOptions {
  /** The folder of the daily files: statisticsDirectory(). */
  readonly directory: string;
  /** A day's file is deleted so many days after the day's end. */
  readonly keepDays: number;
  /** What was counted is written so often. */
  readonly flushSeconds: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly counters: CounterSource;
  /** The start waits so long for the folder, at most; counting does not need it. */
  readonly startWaitMs?: number;
}

/** Whose lock it is may take seconds to find out, and events must not wait for that. */
const defaultStartWaitMs = 500;

/** Counts of events and detections by the hour (UTC), kept over restarts. Nothing of it throws. */
export interface Statistics {
  /** One detection was found. */
  noteDetection(key: DetectionKey): void;
  /** So many events were checked. */
  noteEvents(count: number): void;
  /** Resolves when all that was counted before is on disk, or could not be written. */
  flush(): Promise<void>;
  /** Writes what is left and gives the folder free; what is counted later is lost. */
  close(): Promise<void>;
}

/** Where a service with this configuration keeps its statistics. */
export function statisticsDirectory({ state }: Pick<Config, 'state'>): string {
  return join(state.directory, 'statistics');
}

/**
 * Begins counting, going on with what is in the folder. A folder that cannot be used, or that another
 * service uses, is told to the log and tried again at each flush; until then the counts stay in memory.
 */
export async function openStatistics(options: StatisticsOptions): Promise<Statistics> {
  const statistics = new FileStatistics(options);
  const over = new AbortController();
  const wait = sleep(options.startWaitMs ?? defaultStartWaitMs, undefined, {
    signal: over.signal,
  }).catch(() => undefined);
  await Promise.race([statistics.flush(), wait]);
  over.abort();
  return statistics;
}

class FileStatistics implements Statistics {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #folder: StatisticsFolder;
  readonly #trouble: Trouble;
  readonly #overLimit: Counter;
  readonly #timer: NodeJS.Timeout;
  #pending = new PendingCounts();
  #prunedOn: string | undefined;
  #work: Promise<void> = Promise.resolve();
  #closed: Promise<void> | undefined;

  constructor(options: StatisticsOptions) {
    const { keepDays, flushSeconds, clock, logger, counters } = options;
    const directory = resolve(options.directory);
    this.#clock = clock;
    this.#logger = logger;
    this.#overLimit = counters.counter('tf_statistics_over_limit_total');
    const damaged = counters.counter('tf_statistics_damaged_files_total');
    const failures = counters.counter('tf_statistics_write_failures_total');
    this.#folder = new StatisticsFolder({ directory, keepDays, logger, damaged });
    this.#trouble = new Trouble({ directory, clock, logger, failures });
    this.#timer = setInterval(() => {
      void this.flush();
    }, flushSeconds * 1000).unref();
  }

  noteDetection(key: DetectionKey): void {
    if (!this.#pending.addDetection(this.#clock(), key)) this.#overLimit.value += 1;
  }

  noteEvents(count: number): void {
    this.#pending.addEvents(this.#clock(), count);
  }

  flush(): Promise<void> {
    if (this.#closed !== undefined) return this.#closed;
    this.#work = this.#work.then(() => this.#write());
    return this.#work;
  }

  close(): Promise<void> {
    if (this.#closed !== undefined) return this.#closed;
    clearInterval(this.#timer);
    this.#closed = this.flush().then(async () => {
      await this.#folder.release();
      if (this.#pending.isEmpty) return;
      this.#logger.warn(
        'statistics.lost',
        'what was counted and could not be written is lost',
        this.#pending.totals(),
      );
    });
    return this.#closed;
  }

  /** Never rejects: what could not be written is pending again. */
  async #write(): Promise<void> {
    const taken = this.#pending;
    this.#pending = new PendingCounts();
    const days = byDay(taken);
    try {
      const today = dayOf(this.#clock());
      if (await this.#folder.hold()) await this.#folder.look(today);
      await this.#addDays(days);
      if (this.#prunedOn !== today) await this.#folder.prune(this.#clock());
      this.#prunedOn = today;
      this.#trouble.ended();
    } catch (error) {
      for (const [hour, counts] of [...days.values()].flatMap((hours) => [...hours])) {
        this.#overLimit.value += this.#pending.addHour(hour, counts);
      }
      this.#trouble.failed(error);
    }
  }

  /** Takes each day that was written out of `days`. Rejects at the end when some could not be. */
  async #addDays(days: Map<string, ReadonlyMap<number, HourCounts>>): Promise<void> {
    const faults: unknown[] = [];
    for (const [day, hours] of days) {
      try {
        this.#overLimit.value += await this.#folder.add(day, hours);
        days.delete(day);
      } catch (error) {
        // The file of one day must not keep the others from being written.
        faults.push(error);
      }
    }
    if (faults.length > 0) throw new Error(messageOf(faults[0]), { cause: faults[0] });
  }
}

function byDay(counts: PendingCounts): Map<string, Map<number, HourCounts>> {
  const days = new Map<string, Map<number, HourCounts>>();
  for (const [hour, of] of counts.hours()) {
    const day = dayOf(hour * hourMs);
    const hours = days.get(day) ?? new Map<number, HourCounts>();
    days.set(day, hours.set(hour, of));
  }
  return days;
}
