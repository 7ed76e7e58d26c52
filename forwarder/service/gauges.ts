import type { CollectorDelivery } from '../delivery/index.js';
import type { Metrics } from '../telemetry/index.js';
import type { LoadedIndex } from './indexing/threat-index.js';

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
