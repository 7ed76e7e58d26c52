import type { DeliveryPage } from './status.js';

/** What decides whether the service can do its work. */
export interface ReadinessFacts {
  readonly isIndexLoaded: boolean;
  /** Configured listeners by name, and whether each is up. */
  readonly listeners: readonly { readonly name: string; readonly isUp: boolean }[];
  readonly delivery: Pick<DeliveryPage, 'isConnected' | 'spool'>;
  readonly isStopping: boolean;
}

/**
 * Why the service is not ready; empty when it is. Without a collector it is ready as long as its
 * spool has room: nothing is lost then. Waiting in memory alone does not count, a restart would end it.
 */
export function notReadyReasons(facts: ReadinessFacts): readonly string[] {
  const { isIndexLoaded, listeners, delivery, isStopping } = facts;
  const reasons: string[] = [];
  if (isStopping) reasons.push('stopping');
  if (!isIndexLoaded) reasons.push('feeds are loading');
  for (const { name, isUp } of listeners) {
    if (!isUp) reasons.push(`the listener ${name} is not up`);
  }
  if (!delivery.isConnected) {
    const { spool } = delivery;
    if (spool === null) reasons.push('no collector can be reached, and there is no spool');
    else if (!spool.isHealthy) {
      reasons.push('no collector can be reached, and the spool cannot be written');
    } else if (spool.isFull) {
      reasons.push('no collector can be reached, and the spool is full');
    }
  }
  return reasons;
}
