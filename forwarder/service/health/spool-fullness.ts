import type { CollectorDelivery } from '../../delivery/index.js';
import type { Metrics } from '../../telemetry/index.js';

/**
 * Whether messages are lost for want of room in the spool: from the first that is dropped until a
 * collector takes messages again. The size of its files does not tell: dropping the oldest file makes
 * room for the next messages, and the newest one is dropped before the limit is reached.
 */
export class SpoolFullness {
  readonly #metrics: Metrics;
  readonly #delivery: Pick<CollectorDelivery, 'status'>;
  #dropped = 0;
  #isFull = false;

  constructor(metrics: Metrics, delivery: Pick<CollectorDelivery, 'status'>) {
    this.#metrics = metrics;
    this.#delivery = delivery;
  }

  /** To be called now and then, too: else a collector that came and went would not be seen. */
  look(): boolean {
    const dropped = this.#metrics.total('tf_delivery_dropped_total', { reason: 'spool_full' });
    if (dropped > this.#dropped) this.#isFull = true;
    else if (this.#isFull && this.#delivery.status().isConnected) this.#isFull = false;
    this.#dropped = dropped;
    return this.#isFull;
  }
}
