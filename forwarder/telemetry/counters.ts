import type { Counter, CounterSource, Histogram } from '../core/index.js';
import { seriesKey, type Family, type Labels, type NumberFamily, type Sample } from './families.js';
import { PlainHistogram } from './histogram.js';
import type { Prometheus } from './prometheus.js';

export type { Sample } from './families.js';

/** All numbers the service shows about itself. */
export interface Metrics extends CounterSource {
  /** A number that is read when asked for; a second gauge of the same name and labels replaces it. */
  gauge(name: string, labels: Labels, read: () => number): void;
  /** `bounds`: upper ends of the ranges, ascending; those of the first call hold. */
  histogram(name: string, bounds: readonly number[]): Histogram;
  /** Counters and gauges; histograms are only in the exposition. */
  samples(): readonly Sample[];
  /** Sum over all label values of one name; 0 when nothing was counted. */
  total(name: string, labels?: Labels): number;
  /** Prometheus text exposition format 0.0.4. */
  exposition(): Promise<string>;
}

export interface MetricsOptions {
  /** Also show what is known of the process (event loop, garbage, heap); once a process. */
  readonly withProcess?: boolean;
}

/**
 * Makes an empty set of metrics. Counters are plain objects, so that counting is one addition. A name
 * is a counter, a gauge or a histogram for good; using it as another is a mistake of this program.
 */
export function createMetrics({ withProcess = false }: MetricsOptions = {}): Metrics {
  const families = new Map<string, Family>();
  const counters = new Map<string, Counter>();
  const load = (): Promise<Prometheus> =>
    import('./prometheus.js').then((library) => new library.Prometheus(families, withProcess));
  // The library takes a moment to load: only where its text is wanted, or it is to watch from now on.
  let prometheus = withProcess ? load() : undefined;

  function familyOf(name: string, type: NumberFamily['type']): NumberFamily {
    const family = families.get(name) ?? { type, series: new Map() };
    if (family.type !== type) throw new Error(`${name} is a ${family.type}, not a ${type}`);
    families.set(name, family);
    return family;
  }

  function samples(): Sample[] {
    return [...families].flatMap(([name, family]) =>
      family.type === 'histogram'
        ? []
        : [...family.series.values()].map(({ labels, read }) => ({ name, labels, value: read() })),
    );
  }

  return {
    counter(name, labels = {}) {
      const key = seriesKey(name, labels);
      let counter = counters.get(key);
      if (counter === undefined) {
        const made: Counter = { value: 0 };
        familyOf(name, 'counter').series.set(key, { labels, read: () => made.value });
        counters.set(key, made);
        counter = made;
      }
      return counter;
    },
    histogram(name, bounds) {
      const family = families.get(name) ?? {
        type: 'histogram',
        histogram: new PlainHistogram(bounds),
      };
      if (family.type !== 'histogram') throw new Error(`${name} is a ${family.type} already`);
      families.set(name, family);
      return family.histogram;
    },
    gauge(name, labels, read) {
      familyOf(name, 'gauge').series.set(seriesKey(name, labels), { labels, read });
    },
    samples,
    total(name, labels = {}) {
      const family = families.get(name);
      if (family === undefined || family.type === 'histogram') return 0;
      const wanted = Object.entries(labels);
      let sum = 0;
      for (const { labels: given, read } of family.series.values()) {
        if (wanted.every(([label, value]) => given[label] === value)) sum += read();
      }
      return sum;
    },
    async exposition() {
      prometheus ??= load();
      return (await prometheus).text();
    },
  };
}
