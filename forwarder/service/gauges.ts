import type { Metrics } from '../telemetry/index.js';
import type { LoadedIndex } from './threat-index.js';

/** Numbers that are read when asked for: the index in use and the process itself. */
export function publishGauges(metrics: Metrics, index: () => LoadedIndex | undefined): void {
  metrics.gauge('tf_index_indicators', {}, () => index()?.compiled.index.indicatorCount ?? 0);
  metrics.gauge('tf_process_resident_bytes', {}, () => process.memoryUsage.rss());
  metrics.gauge('tf_process_cpu_seconds', {}, () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  metrics.gauge('tf_up_seconds', {}, () => process.uptime());
}
