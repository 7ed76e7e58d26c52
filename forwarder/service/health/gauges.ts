import type { Histogram } from '../../core/index.js';
import type { CollectorDelivery } from '../../delivery/index.js';
import type { Metrics } from '../../telemetry/index.js';
import type { LoadedIndex } from '../indexing/threat-index.js';

/** Numbers that are read when asked for. */
export function publishGauges(
  metrics: Metrics,
  index: () => LoadedIndex | undefined,
  delivery: Pick<CollectorDelivery, 'waiting' | 'unconfirmed'>,
): void {
  metrics.gauge('tf_delivery_waiting', {}, () => delivery.waiting);
  metrics.gauge('tf_delivery_unconfirmed', {}, () => delivery.unconfirmed);
  metrics.gauge('tf_index_indicators', {}, () => index()?.compiled.index.indicatorCount ?? 0);
  metrics.gauge(
    'tf_index_unfilterable_masks',
    {},
    () => index()?.compiled.filter.unfilterableMasks ?? 0,
  );
  metrics.gauge('tf_up_seconds', {}, () => process.uptime());
}

/** Numbers of each feed of an index just loaded; a feed that is gone at a later load reads 0. */
export function publishFeedGauges(metrics: Metrics, index: () => LoadedIndex | undefined): void {
  for (const { name: feed } of index()?.feeds ?? []) {
    const loaded = () => index()?.feeds.find(({ name }) => name === feed);
    metrics.gauge('tf_feed_records', { feed }, () => loaded()?.records ?? 0);
    metrics.gauge('tf_feed_problems', { feed }, () => loaded()?.problemCount ?? 0);
  }
}

/** From a tick of the event loop to an outage that lasted an hour, in seconds. */
const wayBounds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5, 30, 60, 300, 3600];

/** How long messages are on their way through the service. */
export function messageWay(metrics: Metrics): Histogram {
  return metrics.histogram('tf_delivery_way_seconds', wayBounds);
}
