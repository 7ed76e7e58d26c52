// Run as a process of its own: delivery with an event loop to itself, asked for numbered messages.
import { monitorEventLoopDelay } from 'node:perf_hooks';

import { createDelivery } from '../../../forwarder/delivery/index.js';
import { openSpool } from '../../../forwarder/delivery/spool/index.js';
import { SpoolRelay } from '../../../forwarder/delivery/spool-relay.js';
import type { Counter, CounterSource, Logger } from '../../../forwarder/core/index.js';
import { numberedMessage } from './numbered.js';
import { paced } from './paced.js';
import type {
  SenderNotice,
  SenderRequest,
  SenderSettings,
  SenderState,
} from './sender-protocol.js';

const settings = JSON.parse(process.argv[2] ?? '{}') as SenderSettings;
const values = new Map<string, Counter>();
const counters: CounterSource = {
  counter(name, labels = {}) {
    const key = [name, ...Object.values(labels)].join(' ');
    const counter = values.get(key) ?? { value: 0 };
    values.set(key, counter);
    return counter;
  },
};
const tell = (notice: SenderNotice): void => {
  if (process.connected) process.send?.(notice);
};
const log = (code: string, message: string): void => {
  tell({ tell: 'log', code, message });
};
const logger: Logger = { debug: () => undefined, info: log, warn: log, error: log };

const events = new SpoolRelay();
const spool =
  settings.spool === undefined
    ? undefined
    : await openSpool({
        ...settings.spool,
        ...{ syncMs: 200, counters, logger, clock: Date.now, events },
      });
const delivery = createDelivery({
  identifier: 'KL_Threat_Feed_Service_V2',
  facility: 16,
  severity: 6,
  maxQueueBytes: 2 ** 30,
  maxQueueMessages: 4_000_000,
  ...settings.options,
  collectors: settings.collectors,
  spool: spool === undefined ? undefined : { spool, events },
  counters,
  logger,
  clock: Date.now,
});

const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
let sent = 0;
let isStopping = false;

function stateNow(): SenderState {
  const status = delivery.status();
  const state: SenderState = {
    sent,
    waiting: delivery.waiting,
    unconfirmed: status.unconfirmed,
    restored: status.restored,
    spoolBytes: status.spool?.bytes ?? 0,
    isSpoolHealthy: status.spool?.isHealthy ?? true,
    isConnected: status.isConnected,
    residentBytes: process.memoryUsage.rss(),
    loopDelayMs: delay.max / 1e6,
    counters: Object.fromEntries([...values].map(([name, { value }]) => [name, value])),
  };
  delay.reset();
  return state;
}

setInterval(() => {
  tell({ tell: 'state', state: stateNow() });
}, 100).unref();

process.on('message', (request: SenderRequest) => {
  void obey(request);
});
process.on('disconnect', () => process.exit(1));

async function obey(request: SenderRequest): Promise<void> {
  switch (request.ask) {
    case 'send':
      isStopping = false;
      await paced(
        { from: sent, count: request.count, perSecond: request.perSecond },
        (from, to) => {
          for (let number = from; number < to; number++) {
            delivery.send(numberedMessage(settings.stream, number));
          }
          sent = to;
        },
        () => isStopping,
      );
      tell({ tell: 'sent', state: stateNow() });
      return;
    case 'stop':
      isStopping = true;
      return;
    case 'close':
      await delivery.close(request.deadlineMs);
      tell({ tell: 'closed', state: stateNow() });
      process.disconnect();
      return;
    default:
      request satisfies never;
  }
}
