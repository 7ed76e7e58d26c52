import type { Config } from '../config/index.js';
import type { CollectorDelivery, DeliveryStatus } from '../delivery/index.js';
import type { Metrics } from '../telemetry/index.js';
import { countsBy, isoTime } from './status-values.js';
import type { AssuranceKind, CollectorStatus, DeliveryPage, SpoolStatus } from './status.js';

export interface DeliverySources {
  readonly delivery: Pick<CollectorDelivery, 'status'>;
  readonly metrics: Metrics;
  readonly config: Config['delivery'];
  readonly droppedLastQuarterHour: number;
}

type Lane = DeliveryStatus['collectors'][number];

/** The part of the page about the way out. */
export function deliveryPage(sources: DeliverySources): DeliveryPage {
  const { delivery, metrics, config, droppedLastQuarterHour } = sources;
  const status = delivery.status();
  return {
    isConnected: status.isConnected,
    collectors: config.collectors.length === 0 ? [] : collectorsOf(status, metrics, config),
    messages: metrics.total('tf_delivery_messages_total'),
    restored: metrics.total('tf_delivery_restored_total'),
    acknowledged: metrics.total('tf_delivery_acknowledged_total'),
    waiting: status.waiting,
    unconfirmed: 0,
    waitingBytes: status.waitingBytes,
    maxWaitingBytes: config.queue.maxBytes,
    dropped: countsBy(metrics, 'tf_delivery_dropped_total', 'reason'),
    droppedLastQuarterHour,
    spool: spoolOf(),
  };
}

function spoolOf(): SpoolStatus | null {
  return null;
}

function collectorsOf(
  status: DeliveryStatus,
  metrics: Metrics,
  config: Config['delivery'],
): readonly CollectorStatus[] {
  return status.collectors.map((lane, index) => ({
    url: lane.url,
    group: config.collectors[index]?.group ?? null,
    assurance: assuranceOf(lane),
    isConnected: lane.isOpen,
    connectedSince: isoTime(undefined),
    sentBytes: null,
    acknowledgedBytes: null,
    lagBytes: null,
    unconfirmed: 0,
    sent: metrics.total('tf_delivery_sent_total', { collector: lane.url }),
    resent: metrics.total('tf_delivery_resent_total', { collector: lane.url }),
    failedAttempts: lane.failures,
    lastError:
      lane.lastError === undefined
        ? null
        : {
            message: lane.lastError.message,
            at: new Date(lane.lastError.atMs).toISOString(),
          },
  }));
}

/** UDP tells nobody what was lost; it is called what it is. */
function assuranceOf({ url }: Lane): AssuranceKind {
  return url.startsWith('udp:') ? 'best effort' : 'sent';
}
