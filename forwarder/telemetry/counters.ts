import type { Counter, CounterSource } from '../core/index.js';
import { metricHelp } from './metric-help.js';

type Labels = Readonly<Record<string, string>>;

interface Series {
  readonly labels: Labels;
  readonly read: () => number;
}

interface Family {
  readonly type: 'counter' | 'gauge';
  readonly series: Map<string, Series>;
}

/** One number at the moment of asking. */
export interface Sample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

/** All numbers the service shows about itself. */
export interface Metrics extends CounterSource {
  /** A number that is read when asked for; a second gauge of the same name and labels replaces it. */
  gauge(name: string, labels: Labels, read: () => number): void;
  samples(): readonly Sample[];
  /** Sum over all label values of one name; 0 when nothing was counted. */
  total(name: string, labels?: Labels): number;
  /** Prometheus text exposition format 0.0.4. */
  exposition(): string;
}

/** Makes an empty set of metrics. Counters are plain objects, so that counting is one addition. */
export function createMetrics(): Metrics {
  const families = new Map<string, Family>();
  const counters = new Map<string, Counter>();

  function familyOf(name: string, type: Family['type']): Family {
    let family = families.get(name);
    if (family === undefined) {
      family = { type, series: new Map() };
      families.set(name, family);
    }
    return family;
  }

  function samples(): Sample[] {
    return [...families].flatMap(([name, family]) =>
      [...family.series.values()].map(({ labels, read }) => ({ name, labels, value: read() })),
    );
  }

  return {
    counter(name, labels = {}) {
      const key = seriesKey(name, labels);
      let counter = counters.get(key);
      if (counter === undefined) {
        const made: Counter = { value: 0 };
        counters.set(key, made);
        familyOf(name, 'counter').series.set(key, { labels, read: () => made.value });
        counter = made;
      }
      return counter;
    },
    gauge(name, labels, read) {
      familyOf(name, 'gauge').series.set(seriesKey(name, labels), { labels, read });
    },
    samples,
    total(name, labels = {}) {
      const wanted = Object.entries(labels);
      let sum = 0;
      for (const sample of samples()) {
        if (sample.name !== name) continue;
        if (wanted.every(([label, value]) => sample.labels[label] === value)) sum += sample.value;
      }
      return sum;
    },
    exposition() {
      const lines: string[] = [];
      for (const [name, family] of [...families].sort(([a], [b]) => (a < b ? -1 : 1))) {
        lines.push(`# HELP ${name} ${metricHelp(name)}`, `# TYPE ${name} ${family.type}`);
        for (const { labels, read } of family.series.values()) {
          lines.push(`${seriesKey(name, labels)} ${read()}`);
        }
      }
      return lines.join('\n') + '\n';
    },
  };
}

/** `name{a="1",b="2"}` with the labels sorted: the key of a series and its exposition form. */
function seriesKey(name: string, labels: Labels): string {
  const names = Object.keys(labels).sort();
  if (names.length === 0) return name;
  const pairs = names.map((label) => `${label}="${escapeLabel(labels[label] ?? '')}"`);
  return `${name}{${pairs.join(',')}}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
