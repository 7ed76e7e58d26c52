import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { messageOf } from '../../core/index.js';
import { codeOf } from '../../delivery/spool/files.js';
import { dayOfFile, fileNameOf, startOfDay } from './day-file.js';
import { dayMs, hourMs } from './hour-counts.js';
import type { DetectionCount } from './hour-counts.js';
import { readDay } from './read-day.js';

/** The counts of one hour, as they were written. */
export interface StatisticsHour {
  /** When the hour began, milliseconds since 1970. */
  readonly startMs: number;
  /** Events checked. */
  readonly events: number;
  readonly detections: readonly DetectionCount[];
}

/**
 * The days of which there are files, the earliest first (`2026-11-21`); none when there is no folder.
 * Rejects with what the system says when the folder cannot be read.
 */
export async function statisticsDays(directory: string): Promise<readonly string[]> {
  try {
    const names = await readdir(directory);
    return names.flatMap((name) => dayOfFile(name) ?? []).sort();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/**
 * Reads the hours that begin from `fromMs` on and before `toMs`, in order, whether a service writes
 * there or not. A file that is damaged or cannot be read is told to `onProblem` and left out.
 */
export async function* readStatistics(
  directory: string,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  onProblem: (path: string, problem: string) => void,
): AsyncGenerator<StatisticsHour> {
  for (const day of await statisticsDays(directory)) {
    const startMs = startOfDay(day) ?? NaN;
    if (!(startMs < toMs && startMs + dayMs > fromMs)) continue;
    const path = join(directory, fileNameOf(day));
    try {
      const read = await readDay(directory, day);
      // It may have been deleted since the folder was listed.
      if (read === undefined) continue;
      if (!read.ok) {
        onProblem(path, `it is damaged: ${read.problem}`);
        continue;
      }
      for (const [hour, counts] of [...read.value].sort(([one], [other]) => one - other)) {
        const atMs = hour * hourMs;
        if (atMs < fromMs || atMs >= toMs) continue;
        yield { startMs: atMs, events: counts.events, detections: counts.detections() };
      }
    } catch (error) {
      onProblem(path, `it cannot be read: ${messageOf(error)}`);
    }
  }
}
