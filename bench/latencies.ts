import { percentileOf } from './report.js';

/** How long some events took, in milliseconds. */
export interface LatencyFigures {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

export function latencyFigures(milliseconds: readonly number[]): LatencyFigures {
  const sorted = Float64Array.from(milliseconds).sort();
  return {
    count: sorted.length,
    p50: percentileOf(sorted, 0.5),
    p99: percentileOf(sorted, 0.99),
    p999: percentileOf(sorted, 0.999),
    max: percentileOf(sorted, 1),
  };
}

/** Headings for latencyCells(). */
export const latencyHeadings = ['hits', 'p50 ms', 'p99 ms', 'p99.9 ms', 'max ms'] as const;

export function latencyCells({ count, p50, p99, p999, max }: LatencyFigures): readonly string[] {
  return [count.toLocaleString('en'), ...[p50, p99, p999, max].map((value) => value.toFixed(2))];
}
