/** The thread that runs one enricher module; thread-life.ts starts it. */
import { parentPort, workerData } from 'node:worker_threads';

import type { EnricherMessage, EnricherRequest, EnricherThreadData } from './messages.js';
import { askEnricher, makeEnricher, textOf } from './run-enricher.js';

const { module, options, begun } = workerData as EnricherThreadData;
const count = new Int32Array(begun);

function send(message: EnricherMessage): void {
  parentPort?.postMessage(message);
}

try {
  const loaded = (await import(module)) as { readonly default?: unknown };
  const enricher = await makeEnricher(loaded, options);
  parentPort?.on('message', ({ id, input, uselessAfterMs }: EnricherRequest) => {
    Atomics.add(count, 0, 1);
    if (Date.now() < uselessAfterMs) void askEnricher(enricher, id, input).then(send);
  });
  send({ kind: 'ready' });
} catch (error) {
  send({ kind: 'unusable', why: textOf(error) });
}
