export type { DeliveryAlarm } from './alarms.js';
export { backoffMs, defaultTiming } from './backoff.js';
export type { DeliveryTiming } from './backoff.js';
export { checkCollector } from './collector-options.js';
export type { Collector, CollectorOptions } from './collector-options.js';
export { collectorUrl, parseCollectorUrl } from './collector-url.js';
export type { CollectorAddress, CollectorScheme } from './collector-url.js';
export { createDelivery } from './delivery.js';
export type {
  CollectorDelivery,
  DeliveryOptions,
  DeliveryStatus,
  ReplayOptions,
  SpoolFigures,
} from './delivery-options.js';
export type { DropReason } from './drop-log.js';
export type { AssuranceKind, LaneStatus } from './lane.js';
export { sendOnce } from './send-once.js';
export { messageLimitOf } from './message-limit.js';
export { checkCollectorFiles, probeCollector } from './probe.js';
export type { CollectorProbe } from './probe.js';
export { SpoolRelay } from './spool-relay.js';
export { openSpool, publishSpoolGauges } from './spool/index.js';
