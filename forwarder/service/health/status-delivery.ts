import type { Config } from '../../config/index.js';
import type { CollectorDelivery, DeliveryStatus } from '../../delivery/index.js';
import type { Metrics } from '../../telemetry/index.js';
import { countsBy, isoTime } from './status-values.js';
import type { CollectorStatus, DeliveryPage, SpoolStatus } from './status.js';

export interface DeliverySources {
  readonly delivery: Pick<CollectorDelivery, 'status'>;
  readonly metrics: Metrics;
  readonly config: Config['delivery'];
  readonly droppedLastQuarterHour: number;
  readonly isSpoolFull: boolean;
}

/** The part of the page about the way out. */
export function deliveryPage(sources: DeliverySources): DeliveryPage {
  const { delivery, metrics, config, droppedLastQuarterHour, isSpoolFull } = sources;
  const status = delivery.status();
  const hasCollectors = config.collectors.length > 0;
  return {
    isConnected: status.isConnected,
    collectors: hasCollectors ? status.collectors.map((lane) => collectorPage(lane, metrics)) : [],
    messages: metrics.total('tf_delivery_messages_total'),
    restored: metrics.total('tf_delivery_restored_total'),
    acknowledged: metrics.total('tf_delivery_acknowledged_total'),
    waiting: status.waiting,
    unconfirmed: status.unconfirmed,
    waitingBytes: status.waitingBytes,
    maxWaitingBytes: config.queue.maxBytes,
    dropped: countsBy(metrics, 'tf_delivery_dropped_total', 'reason'),
    droppedLastQuarterHour,
    spool: spoolPage(status, config, isSpoolFull),
  };
}

function spoolPage(
  { spool }: DeliveryStatus,
  config: Config['delivery'],
  isFull: boolean,
): SpoolStatus | null {
  if (spool === undefined || config.spool === false) return null;
  const { bytes, segments, isHealthy } = spool;
  return { bytes, maxBytes: config.spool.maxBytes, segments, isHealthy, isFull };
}

type Lane = DeliveryStatus['collectors'][number];

function collectorPage(lane: Lane, metrics: Metrics): CollectorStatus {
  const labels = { collector: lane.url };
  return {
    url: lane.url,
    group: lane.group ?? null,
    assurance: lane.assurance,
    isConnected: lane.isOpen,
    connectedSince: isoTime(lane.connectedSinceMs),
    sentBytes: lane.sentBytes ?? null,
    acknowledgedBytes: lane.acknowledgedBytes ?? null,
    lagBytes: lane.lagBytes ?? null,
    unconfirmed: lane.unconfirmed,
    sent: metrics.total('tf_delivery_sent_total', labels),
    resent: metrics.total('tf_delivery_resent_total', labels),
    failedAttempts: lane.failures,
    lastError:
      lane.lastError === undefined
        ? null
        : {
            message: lane.lastError.message,
            at: new Date(lane.lastError.atMs).toISOString(),
          },
  };
}
