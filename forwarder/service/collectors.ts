import type { Config } from '../config/index.js';
import { checkCollectorFiles, messageLimitOf } from '../delivery/index.js';
import type { DeliveryOptions } from '../delivery/index.js';

/** The longest line any configured collector takes whole; never more than the configured limit. */
export function messageLimit({ delivery, leef }: Config): number {
  return Math.min(leef.maxMessageBytes, messageLimitOf(delivery.collectors));
}

/** What delivery needs of the configuration. */
export function deliveryOptions(
  config: Config,
): Pick<
  DeliveryOptions,
  | 'collectors'
  | 'identifier'
  | 'facility'
  | 'severity'
  | 'timeZone'
  | 'maxQueueBytes'
  | 'maxQueueMessages'
> {
  const { delivery, identifier, leef } = config;
  return {
    collectors: delivery.collectors,
    identifier,
    facility: leef.facility,
    severity: leef.severity,
    timeZone: leef.timeZone,
    maxQueueBytes: delivery.queue.maxBytes,
    maxQueueMessages: delivery.queue.maxMessages,
  };
}

/** Checks the settings and files of all collectors. Throws ServiceError TF_CONFIG. */
export async function checkCollectors({ delivery }: Config): Promise<void> {
  for (const [index, collector] of delivery.collectors.entries()) {
    await checkCollectorFiles(collector, `delivery.collectors[${index}]`);
  }
}
