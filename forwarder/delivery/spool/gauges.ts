import type { Spool } from './spool.js';

/** Where numbers are shown that are read when asked for. */
interface GaugeSink {
  gauge(name: string, labels: Readonly<Record<string, string>>, read: () => number): void;
}

/** Shows what the spool holds; without one (none configured, or not usable) all read 0. */
export function publishSpoolGauges(metrics: GaugeSink, spool: () => Spool | undefined): void {
  metrics.gauge('tf_spool_bytes', {}, () => spool()?.bytes ?? 0);
  metrics.gauge('tf_spool_segments', {}, () => spool()?.segments ?? 0);
  metrics.gauge('tf_spool_healthy', {}, () => (spool()?.isHealthy ? 1 : 0));
}
