/**
 * The scanning thread as it is, but it dies on a batch that holds `die always`, and on one that holds
 * `die once`: that is overwritten first, so that it lives when it gets the batch again.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';

import type { ScanOrder, ScanThreadData } from '../../../forwarder/service/scanning/scan-thread.js';

const { slots } = workerData as ScanThreadData;

function dieWhere(order: ScanOrder): void {
  if ('rules' in order) return;
  const slot = slots[order.slot];
  if (slot === undefined) return;
  const batch = Buffer.from(slot, 0, order.length);
  const once = batch.indexOf('die once');
  if (once < 0 && !batch.includes('die always')) return;
  if (once >= 0) batch.write('was once', once);
  process.exit(7);
}

const port = parentPort as MessagePort;
const on = port.on.bind(port) as (
  event: string,
  handler: (order: ScanOrder) => void,
) => MessagePort;
// The thread's own handler comes after the question whether to die.
Object.assign(port, {
  on: (event: string, handler: (order: ScanOrder) => void) =>
    on(event, (order) => {
      dieWhere(order);
      handler(order);
    }),
});

await import('../../../forwarder/service/scanning/scan-worker.js');
