import type { Config } from '../config/index.js';
import { checkCollectorFiles, messageLimitOf } from '../delivery/index.js';
import type { CollectorOptions, DeliveryOptions } from '../delivery/index.js';

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
    collectors: collectorsOf(config),
    identifier,
    facility: leef.facility,
    severity: leef.severity,
    timeZone: leef.timeZone,
    maxQueueBytes: delivery.queue.maxBytes,
    maxQueueMessages: delivery.queue.maxMessages,
  };
}

/** The configured collectors, in order of preference. */
export function collectorsOf({ delivery }: Config): readonly CollectorOptions[] {
  return delivery.collectors;
}

/** Checks the settings and files of all collectors. Throws ServiceError TF_CONFIG. */
export async function checkCollectors(config: Config): Promise<void> {
  for (const [index, collector] of collectorsOf(config).entries()) {
    await checkCollectorFiles(collector, `delivery.collectors[${index}]`);
  }
}
