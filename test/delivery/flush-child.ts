// Run as a process of its own by syslog-client.test.ts: sends, closes, and lets the process end.
import { silentLogger } from '../../forwarder/telemetry/index.js';
import { createDelivery } from '../../forwarder/delivery/index.js';
import { messagesOf, testCounters } from '../faults/messages.js';

const delivery = createDelivery({
  collectors: [{ url: process.argv[2] ?? '', assured: process.argv[3] === 'assured' }],
  identifier: 'KL_Threat_Feed_Service_V2',
  facility: 16,
  severity: 6,
  maxQueueBytes: 64 * 1024 * 1024,
  maxQueueMessages: 100_000,
  counters: testCounters(),
  logger: silentLogger,
  clock: Date.now,
});
for (const message of messagesOf(5000, 500)) delivery.send(message);
await delivery.close(5000);
