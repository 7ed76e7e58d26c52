import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

import { shownSeries, type Family } from './families.js';
import { metricHelp } from './metric-help.js';

/** Before the names of what the library tells about the process. */
const prefix = 'tf_';

/**
 * What is served at /metrics. Our counters are plain objects, so that counting is one addition; the
 * library reads them when somebody asks, and adds what it knows of the process and of Node.
 */
export class Prometheus {
  readonly #registry = new Registry();
  readonly #process = new Registry();
  readonly #known = new Set<string>();
  readonly #families: ReadonlyMap<string, Family>;

  /** `withProcess`: watch event loop, collections of garbage and memory from now on, without end. */
  constructor(families: ReadonlyMap<string, Family>, withProcess: boolean) {
    this.#families = families;
    if (withProcess) watchProcess(this.#process);
  }

  /** Text exposition format 0.0.4: our families by name, then those of the process. */
  async text(): Promise<string> {
    for (const [name, family] of this.#families) {
      if (this.#known.has(name)) continue;
      this.#known.add(name);
      this.#registry.registerMetric(viewOf(name, family));
    }
    const own = await this.#registry.metrics();
    const process = await this.#process.metrics();
    // The library writes "Nan" for what has no value yet; the format knows "NaN".
    return `${own}${process}`.replace(/ Nan$/gm, ' NaN');
  }
}

/** Name and description of all that is told about the process, for the reference page. */
export function processMetrics(): readonly { readonly name: string; readonly help: string }[] {
  const registry = new Registry();
  watchProcess(registry);
  return registry.getMetricsAsArray().map(({ name, help }) => ({ name, help }));
}

/**
 * What the library would find by looking at every handle of the process: with 10,000 connections an
 * answer would hold the main loop up for 50 ms. The connections are counted by ourselves.
 */
const leftOut = ['active_handles', 'active_requests', 'active_resources'].flatMap((name) => [
  `${prefix}nodejs_${name}`,
  `${prefix}nodejs_${name}_total`,
]);

function watchProcess(register: Registry): void {
  collectDefaultMetrics({ register, prefix });
  for (const name of leftOut) register.removeSingleMetric(name);
}

/** A metric of the library that holds nothing itself and shows what a family holds. */
function viewOf(name: string, family: Family): Counter | Gauge | Histogram {
  const settings = { name, help: metricHelp(name), registers: [] };
  const shown = (): Promise<never> =>
    Promise.resolve({
      ...settings,
      type: family.type,
      aggregator: 'sum',
      values: shownSeries(family).map(({ suffix, labels, value }) => ({
        labels,
        value,
        metricName: name + suffix,
      })),
    } as never);
  switch (family.type) {
    case 'counter':
      return Object.assign(new Counter(settings), { get: shown });
    case 'gauge':
      return Object.assign(new Gauge(settings), { get: shown });
    case 'histogram':
      // The library asks a histogram by another name when it writes text.
      return Object.assign(new Histogram(settings), { get: shown, getForPromString: shown });
    default:
      return family satisfies never;
  }
}
