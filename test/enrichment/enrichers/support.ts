import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Logger } from '../../../forwarder/core/index.js';
import {
  defaultEnricherLimits,
  startEnrichers,
  type EnricherInput,
  type EnricherOptions,
  type Enrichers,
  type EnricherLimits,
} from '../../../forwarder/enrichment/index.js';
import { createMetrics, type Metrics } from '../../../forwarder/telemetry/index.js';

/** Long enough for any machine: no test waits for it. */
export const patientMs = 60_000;

export interface LogLine {
  readonly code: string;
  readonly message: string;
}

/** Enrichers whose modules are written by a test. */
export interface Bench {
  readonly metrics: Metrics;
  readonly log: readonly LogLine[];
  /** Writes a module; its path. */
  module(name: string, code: string): string;
  start(
    options: readonly Partial<EnricherOptions>[],
    limits?: Partial<EnricherLimits>,
  ): Promise<Enrichers>;
  /** How many events an enricher (or all) had that outcome. */
  outcome(outcome: string, enricher?: string): number;
  /** Ends all threads, and removes the files. */
  close(): Promise<void>;
}

export function createBench(): Bench {
  const folder = mkdtempSync(join(tmpdir(), 'tf-enrichers-'));
  const metrics = createMetrics();
  const log: LogLine[] = [];
  const started: Enrichers[] = [];
  const note = (code: string, message: string): void => {
    log.push({ code, message });
  };
  const logger: Logger = { debug: note, info: note, warn: note, error: note };
  return {
    metrics,
    log,
    module(name, code) {
      const path = join(folder, `${name}.mjs`);
      writeFileSync(path, code);
      return path;
    },
    async start(options, limits = {}) {
      const enrichers = await startEnrichers(
        options.map((one) => ({ module: '', name: 'Mine', timeoutMs: patientMs, ...one })),
        { logger, counters: metrics },
        { ...defaultEnricherLimits, startMs: patientMs, ...limits },
      );
      started.push(enrichers);
      return enrichers;
    },
    outcome: (outcome, enricher) =>
      metrics.total(
        'tf_enrichment_requests_total',
        enricher === undefined ? { outcome } : { outcome, enricher },
      ),
    async close() {
      await Promise.all(started.map((enrichers) => enrichers.close()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An event with one value. */
export function asks(text: string): EnricherInput {
  return { values: {}, observables: [], request: [{ key: 'url', text }], text: `url=${text}` };
}

/** Waits for what comes in its own time. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = performance.now() + patientMs;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error('it did not come');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
