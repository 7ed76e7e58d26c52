/** The thread that scans batches of lines; scan-thread.ts starts it. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';

import { createBatchScanner, KernelMemory } from '../../scanning/index.js';
import type { ScanAnswer, ScanOrder, ScanReady, ScanThreadData } from './scan-thread.js';

const { wasm, slots, filter, options } = workerData as ScanThreadData;
const kernel = new KernelMemory(wasm);
const batches = slots.map((slot) => new Uint8Array(slot));
let scanner = createBatchScanner(filter, options, kernel);

// This thread makes next to no garbage, so that it would hold on to the memory of an index that is
// not in use any more: shared memory is only given back when every thread has collected it.
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

parentPort?.on('message', (order: ScanOrder) => {
  if ('rules' in order) {
    scanner = createBatchScanner(order.rules.filter, order.rules.options, kernel);
    setImmediate(collectGarbage);
    return;
  }
  const batch = batches[order.slot] ?? new Uint8Array(0);
  const lines: number[] = [];
  const clean = scanner.scanLines(batch, 0, order.length, (_bytes, start, end, cleanBefore) => {
    lines.push(start, end, cleanBefore);
  });
  const answer: ScanAnswer = { slot: order.slot, lines: Int32Array.from(lines), clean };
  parentPort?.postMessage(answer);
});

parentPort?.postMessage({ isReady: true } satisfies ScanReady);
