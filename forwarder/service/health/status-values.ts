import type { Metrics } from '../../telemetry/index.js';
import type { Counts } from './status.js';

/** The counters of one name, summed by one label; those at 0 are left out. */
export function countsBy(metrics: Metrics, name: string, label: string): Counts {
  const counts: Record<string, number> = {};
  for (const sample of metrics.samples()) {
    if (sample.name !== name || sample.value === 0) continue;
    const value = sample.labels[label] ?? '';
    counts[value] = (counts[value] ?? 0) + sample.value;
  }
  return counts;
}

/** ISO 8601 in UTC; null for what has not happened. */
export function isoTime(atMs: number | undefined): string | null {
  return atMs === undefined ? null : new Date(atMs).toISOString();
}
