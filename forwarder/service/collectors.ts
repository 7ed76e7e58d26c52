import type { Config } from '../config/index.js';
import { messageOf, ServiceError } from '../core/index.js';
import type { Clock, Logger } from '../core/index.js';
import {
  checkCollectorFiles,
  createDelivery,
  messageLimitOf,
  openSpool,
  publishSpoolGauges,
  SpoolRelay,
} from '../delivery/index.js';
import type { CollectorDelivery, CollectorOptions, DeliveryOptions } from '../delivery/index.js';
import type { Metrics } from '../telemetry/index.js';
import type { Dialect } from './dialects/index.js';
import { messageWay } from './health/gauges.js';
import { heapRoomBytes } from './heap-room.js';

/** The longest line any configured collector takes whole; never more than the configured limit. */
export function messageLimit({ delivery, leef }: Config): number {
  return Math.min(leef.maxMessageBytes, messageLimitOf(delivery.collectors));
}

/** The dialect of a collector that names none. */
const usualDialect = 'leef';

/** The dialects of the collectors, in their order; at least one. */
export function collectorDialectsOf({ delivery }: Config): readonly string[] {
  const { collectors } = delivery;
  return collectors.length === 0
    ? [usualDialect]
    : collectors.map(({ dialect = usualDialect }) => dialect);
}

export type DialectsByName = ReadonlyMap<string, Pick<Dialect, 'syslogHeader'>>;

/** The collectors with what each gets of a message: the first one's dialect is a message's body. */
export function collectorsOf(
  config: Config,
  dialects: DialectsByName,
): readonly CollectorOptions[] {
  const names = collectorDialectsOf(config);
  return config.delivery.collectors.map((collector, index) => {
    const name = names[index] ?? usualDialect;
    return {
      ...collector,
      dialect: name,
      takesBody: name === names[0],
      header: dialects.get(name)?.syslogHeader === false ? 'none' : 'syslog',
    };
  });
}

/** What delivery needs of the configuration. */
export function deliveryOptions(
  config: Config,
  dialects: DialectsByName,
): Pick<
  DeliveryOptions,
  | 'collectors'
  | 'identifier'
  | 'facility'
  | 'severity'
  | 'timeZone'
  | 'maxQueueBytes'
  | 'maxQueueMessages'
  | 'replay'
> {
  const { delivery, identifier, leef } = config;
  return {
    collectors: collectorsOf(config, dialects),
    identifier,
    facility: leef.facility,
    severity: leef.severity,
    timeZone: leef.timeZone,
    maxQueueBytes: Math.min(delivery.queue.maxBytes, heapRoomBytes()),
    maxQueueMessages: delivery.queue.maxMessages,
    replay: delivery.replay,
  };
}

export interface DeliveryTools {
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly onAlarm: DeliveryOptions['onAlarm'];
}

/**
 * Delivery as configured, with its spool when there are collectors: what the run before has left in it
 * is on its way at once. Throws ServiceError TF_CONFIG, and TF_SPOOL when the spool is required and its
 * folder cannot be used; where it is not required, the log says so and messages wait in memory.
 */
export async function openDelivery(
  config: Config,
  dialects: DialectsByName,
  { metrics, logger, clock, onAlarm }: DeliveryTools,
): Promise<CollectorDelivery> {
  const common = { counters: metrics, logger, clock };
  const way = messageWay(metrics);
  const { collectors, spool: settings } = config.delivery;
  const events = new SpoolRelay();
  let spool: DeliveryOptions['spool'];
  if (settings !== false && collectors.length > 0) {
    try {
      spool = { events, spool: await openSpool({ ...settings, ...common, events }) };
    } catch (error) {
      if (settings.required) throw error;
      logger.error('spool.unusable', `Messages wait in memory only: ${messageOf(error)}`, {
        where: settings.directory,
      });
    }
  }
  publishSpoolGauges(metrics, () => spool?.spool);
  try {
    return createDelivery({ ...deliveryOptions(config, dialects), ...common, way, spool, onAlarm });
  } catch (error) {
    await spool?.spool.close();
    throw error;
  }
}

/** Checks the settings and files of all collectors. Throws ServiceError TF_CONFIG. */
export async function checkCollectors({ delivery }: Config): Promise<void> {
  for (const [index, collector] of delivery.collectors.entries()) {
    const where = `delivery.collectors[${index}]`;
    try {
      await checkCollectorFiles(collector, where);
    } catch (error) {
      throw named(error, where);
    }
  }
}

/** An error about a file of a collector names the collector's place in the configuration. */
function named(error: unknown, where: string): unknown {
  if (!(error instanceof ServiceError) || error.where?.startsWith(where) === true) return error;
  const { code, message, hint, cause } = error;
  const of = error.where === undefined ? '' : `${error.where}: `;
  return new ServiceError(code, `${of}${message}`, {
    where,
    ...(hint === undefined ? {} : { hint }),
    cause,
  });
}
