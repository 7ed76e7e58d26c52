import { createDelivery } from '../../forwarder/delivery/index.js';
import type { CollectorDelivery, DeliveryOptions } from '../../forwarder/delivery/index.js';
import { testCounters, testLogger } from '../faults/messages.js';
import type { TestCounters } from '../faults/messages.js';

export interface DeliveryRig {
  readonly delivery: CollectorDelivery;
  readonly counters: TestCounters;
  readonly log: ReturnType<typeof testLogger>;
  /** Messages taken or restored less those acknowledged, dropped, waiting and unconfirmed: always 0. */
  unaccounted(): number;
}

/** Delivery with waits that suit a test. */
export function deliveryTo(
  urls: readonly string[],
  options: Partial<DeliveryOptions> = {},
): DeliveryRig {
  const counters = testCounters();
  const log = testLogger();
  const { timing, ...rest } = options;
  const delivery = createDelivery({
    collectors: urls.map((url) => ({ url })),
    identifier: 'KL_Threat_Feed_Service_V2',
    facility: 16,
    severity: 6,
    maxQueueBytes: 64 * 1024 * 1024,
    maxQueueMessages: 100_000,
    counters,
    logger: log,
    clock: Date.now,
    timing: {
      backoffMinMs: 5,
      backoffMaxMs: 40,
      stableMs: 60,
      connectTimeoutMs: 500,
      stallTimeoutMs: 1000,
      ...timing,
    },
    ...rest,
  });
  return {
    delivery,
    counters,
    log,
    unaccounted: () =>
      counters.total('tf_delivery_messages_total') +
      counters.total('tf_delivery_restored_total') -
      counters.total('tf_delivery_acknowledged_total') -
      counters.total('tf_delivery_dropped_total') -
      delivery.waiting -
      delivery.unconfirmed,
  };
}
