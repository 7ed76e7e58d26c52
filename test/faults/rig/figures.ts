import { readdirSync, readFileSync } from 'node:fs';

/** Memory and open files of a process at one moment. */
export interface ProcessSample {
  readonly atMs: number;
  readonly residentBytes: number;
  readonly openFiles: number;
}

/** Looks at a process of this machine (Linux). Throws when it has ended. */
export function sampleOf(pid: number): ProcessSample {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
  return {
    atMs: performance.now(),
    residentBytes: 1024 * Number(kilobytes?.[1] ?? 0),
    openFiles: readdirSync(`/proc/${pid}/fd`).length,
  };
}

/** The slope of a straight line through points, least squares: change of y for one of x. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (at: 0 | 1): number =>
    points.reduce((sum, point) => sum + point[at], 0) / Math.max(1, points.length);
  const [meanX, meanY] = [mean(0), mean(1)];
  let [covariance, variance] = [0, 0];
  for (const [x, y] of points) {
    covariance += (x - meanX) * (y - meanY);
    variance += (x - meanX) ** 2;
  }
  return variance === 0 ? 0 : covariance / variance;
}

/** The value that `share` of the values do not exceed; NaN of none. */
export function percentileOf(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
