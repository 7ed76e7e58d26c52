/**
 * The client's process: makes the requests when it is told to, then puts loads on programs, one after
 * the other, and sends back what it saw. A process of its own, so that the bench's work is none of its.
 */
import type { ClientAnswer, ClientCall, Load, LoadFigures } from './load.js';
import { keptConnections } from './kept.js';
import { closedLoop, openLoop } from './one-by-one.js';
import { createRequests } from './requests.js';
import type { LookupRequest } from './requests.js';

let requests: readonly LookupRequest[] = [];

process.on('message', (call: ClientCall) => {
  void answer(call).then((answered) => process.send?.(answered));
});

async function answer(call: ClientCall): Promise<ClientAnswer> {
  switch (call.kind) {
    case 'prepare':
      requests = createRequests(call.set);
      return { kind: 'prepared' };
    case 'run':
      return { kind: 'done', figures: await run(call.load) };
    default:
      return call satisfies never;
  }
}

function run(load: Load): Promise<LoadFigures> {
  switch (load.kind) {
    case 'closed':
      return closedLoop(load, requests);
    case 'open':
      return openLoop(load, requests);
    case 'kept':
      return keptConnections(load, requests);
    default:
      return load.kind satisfies never;
  }
}
