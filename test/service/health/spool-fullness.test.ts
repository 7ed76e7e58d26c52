import { expect, test } from '@jest/globals';

import { SpoolFullness } from '../../../forwarder/service/health/spool-fullness.js';
import { createMetrics } from '../../../forwarder/telemetry/index.js';

test('full from the first message that is dropped until a collector takes messages again', () => {
  const metrics = createMetrics();
  const delivery = { isConnected: true };
  const fullness = new SpoolFullness(metrics, { status: () => delivery as never });
  const dropped = metrics.counter('tf_delivery_dropped_total', { reason: 'spool_full' });
  const inMemory = metrics.counter('tf_delivery_dropped_total', { reason: 'queue_full' });
  inMemory.value = 1;
  expect(fullness.look()).toBe(false);

  delivery.isConnected = false;
  expect(fullness.look()).toBe(false);
  dropped.value += 1;
  expect(fullness.look()).toBe(true);
  // The oldest file is gone, and there is room for a while: something is lost all the same.
  expect(fullness.look()).toBe(true);
  delivery.isConnected = true;
  expect(fullness.look()).toBe(false);
  // A collector that is slower than what comes.
  dropped.value += 1;
  expect(fullness.look()).toBe(true);
});
