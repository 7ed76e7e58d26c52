import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect, test } from '@jest/globals';

import { readLeef } from '../support/leef.js';
import { freePort, startRsyslog } from '../support/rsyslog.js';
import { startService } from '../support/service-process.js';
import { describeWithTool } from '../support/tools.js';

/** What one event must lead to: the detections as `EventID matchedIndicator`. */
interface Sample {
  readonly payload: (user: string) => string;
  readonly expected: readonly string[];
}

const samples: readonly Sample[] = [
  {
    payload: (user) => `<13>Jul 10 10:10:14 proxy squid: GET http://fakess123.nu/x usrName=${user}`,
    expected: ['KL_Malicious_URL http://fakess123.nu/x'],
  },
  {
    payload: (user) => `url=http://fakess123bn.nu\tusrName=${user}`,
    expected: ['KL_BotnetCnC_URL http://fakess123bn.nu', 'KL_BotnetCnC_URL http://fakess123bn.nu'],
  },
  {
    payload: (user) => `md5=c912705b4bbb14ec7e78fa8b370532c9\tusrName=${user}`,
    expected: ['KL_Malicious_Hash_MD5 c912705b4bbb14ec7e78fa8b370532c9'],
  },
  {
    payload: (user) => `two addresses 192.0.2.0 and 192.0.2.1 usrName=${user}`,
    expected: ['KL_IP_Reputation 192.0.2.0', 'KL_IP_Reputation 192.0.2.1'],
  },
  {
    payload: (user) => `nothing to see at https://example.test/ or 198.51.100.7 usrName=${user}`,
    expected: [],
  },
  {
    payload: (user) => `url=sdfed7233dsfg93acvbhl.su/steallallsms.php\tusrName=${user}`,
    expected: ['KL_Mobile_BotnetCnc_URL sdfed7233dsfg93acvbhl.su/steallallsms.php'],
  },
];

const eventCount = 10_000;
const connectionCount = 4;

describeWithTool('rsyslogd', 'with the real rsyslog as the event collector', () => {
  test(`${eventCount} events: exactly the expected detections arrive, parsed`, async () => {
    const collector = await startRsyslog();
    const service = await startService([
      '--set',
      `delivery.collectors=tcp://127.0.0.1:${collector.port}`,
    ]);
    try {
      const expected: string[] = [];
      const sent: string[][] = Array.from({ length: connectionCount }, () => []);
      for (let number = 0; number < eventCount; number += 1) {
        const user = `user${number}`;
        const sample = samples[number % samples.length]!;
        const payload = sample.payload(user);
        sent[number % connectionCount]!.push(number % 3 === 0 ? payload : envelope(payload));
        for (const detection of sample.expected) expected.push(`${detection} ${user}`);
      }
      await Promise.all(sent.map((lines) => send(service.jsaPort, lines)));
      const wanted = expected.length + 1;
      for (let waited = 0; collector.lines().length < wanted && waited < 15_000; waited += 100) {
        await sleep(100);
      }
      expect(await service.stop()).toBe(0);
      await sleep(200);

      const events = collector.lines().map(readLeef);
      const status = events.filter(({ eventId }) => eventId.startsWith('KL_ALERT_'));
      // Nearly every event has a detection, which looks like a loop, and the breaker says so.
      const told = status.map(({ eventId }) => eventId);
      expect(told.filter((eventId) => eventId !== 'KL_ALERT_LoopDetected')).toEqual([
        'KL_ALERT_ServiceStarted',
        'KL_ALERT_ServiceStopped',
      ]);
      const detections = events.filter(({ eventId }) => !eventId.startsWith('KL_ALERT_'));
      const seen = detections.map(
        ({ eventId, attributes }) =>
          `${eventId} ${attributes['matchedIndicator']} ${attributes['usrName']}`,
      );
      expect(seen.sort()).toEqual(expected.sort());
      for (const event of events) {
        expect(event).toMatchObject({
          host: 'KL_Threat_Feed_Service_V2',
          vendor: 'Kaspersky Lab',
          product: 'Threat Feed Service',
          version: '2.0',
        });
        expect(event.attributes['devTime']).toMatch(/^\d{13}$/);
      }
    } finally {
      await service.stop();
      await collector.stop();
    }
  }, 60_000);

  test('what is detected while it is away waits, and arrives once, in order', async () => {
    const port = await freePort();
    const service = await startService(['--set', `delivery.collectors=tcp://127.0.0.1:${port}`]);
    try {
      const users = Array.from({ length: 6000 }, (_, number) => `user${number}`);
      const lines = users.map((user) => `url=http://fakess123.nu\tusrName=${user}`);
      await send(service.jsaPort, lines.slice(0, 5000));
      const collector = await startRsyslog('tcp', port);
      try {
        const received = () =>
          collector
            .lines()
            .map((line) => readLeef(line).attributes['usrName'] ?? '')
            .filter((user) => user.startsWith('user'));
        await until(() => received().length >= 5000);
        await send(service.jsaPort, lines.slice(5000));
        await until(() => received().length >= 6000);
        expect(await service.stop()).toBe(0);
        expect(received()).toEqual(users);
      } finally {
        await collector.stop();
      }
    } finally {
      await service.stop();
    }
  }, 60_000);

  test('over UDP every message is one datagram, and short enough', async () => {
    const collector = await startRsyslog('udp');
    const service = await startService([
      '--set',
      `delivery.collectors=udp://127.0.0.1:${collector.port}`,
    ]);
    try {
      // The record of this indicator has more context than a datagram may hold.
      await send(service.jsaPort, ['url=http://fakess123.nu\tusrName=alice']);
      await until(() => collector.lines().some((line) => line.includes('KL_Malicious_URL')));
      const line = collector.lines().find((candidate) => candidate.includes('KL_Malicious_URL'))!;
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(1000);
      expect(readLeef(line).attributes).toMatchObject({
        matchedIndicator: 'http://fakess123.nu',
        usrName: 'alice',
        mask: 'fakess123.nu',
      });
    } finally {
      await service.stop();
      await collector.stop();
    }
  }, 30_000);
});

async function until(isTrue: () => boolean): Promise<void> {
  for (let waited = 0; !isTrue(); waited += 100) {
    if (waited > 20_000) throw new Error('not within 20 s');
    await sleep(100);
  }
}

/** The line JSA sends for an event, with the keys that matter, in its order. */
function envelope(payload: string): string {
  return `<01>- hostname ${JSON.stringify({
    name: 'DefaultProfile',
    version: '1.0',
    type: 'Event',
    category: 'test',
    src: '198.51.100.1',
    dst: '198.51.100.2',
    devTimeEpoch: '1752142212000',
    payload: `${payload}\n`,
    eventCnt: '1',
    logSource: 'proxy',
    logSourceType: 'Squid Web Proxy',
    logSourceIdentifier: 'proxy',
  })}`;
}

async function send(port: number, lines: readonly string[]): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.end(lines.map((line) => `${line}\n`).join(''));
  socket.resume();
  await once(socket, 'close');
}
