import type { HistogramState, PlainHistogram } from './histogram.js';

export type Labels = Readonly<Record<string, string>>;

/** One number at the moment of asking. */
export interface Sample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

/** All counters, or all gauges, of one name. */
export interface NumberFamily {
  readonly type: 'counter' | 'gauge';
  readonly series: Map<string, { readonly labels: Labels; readonly read: () => number }>;
}

export interface HistogramFamily {
  readonly type: 'histogram';
  readonly histogram: PlainHistogram;
}

/** Everything counted under one name. */
export type Family = NumberFamily | HistogramFamily;

/** A series of a family as Prometheus shows it; `suffix` comes after the family's name. */
export interface Shown {
  readonly suffix: '' | '_bucket' | '_sum' | '_count';
  readonly labels: Labels;
  readonly value: number;
}

/** What a family shows now. */
export function shownSeries(family: Family): readonly Shown[] {
  switch (family.type) {
    case 'counter':
    case 'gauge':
      return [...family.series.values()].map(({ labels, read }) => ({
        suffix: '',
        labels,
        value: read(),
      }));
    case 'histogram':
      return shownHistogram(family.histogram.state);
    default:
      return family satisfies never;
  }
}

/** Buckets are summed up: each holds all values up to its bound (Prometheus, exposition formats). */
function shownHistogram({ bounds, counts, sum, count }: HistogramState): readonly Shown[] {
  let upTo = 0;
  const buckets = counts.map((inRange, index): Shown => {
    upTo += inRange;
    const bound = bounds[index];
    const le = bound === undefined ? '+Inf' : String(bound);
    return { suffix: '_bucket', labels: { le }, value: upTo };
  });
  return [
    ...buckets,
    { suffix: '_sum', labels: {}, value: sum },
    { suffix: '_count', labels: {}, value: count },
  ];
}

/** `name{a="1",b="2"}` with the labels sorted: the key of a series. */
export function seriesKey(name: string, labels: Labels): string {
  const names = Object.keys(labels).sort();
  if (names.length === 0) return name;
  const pairs = names.map((label) => `${label}=${JSON.stringify(labels[label])}`);
  return `${name}{${pairs.join(',')}}`;
}
