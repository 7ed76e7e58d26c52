import { execFile } from 'node:child_process';
import net from 'node:net';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';

import { afterEach, describe, expect, jest, test } from '@jest/globals';

import { checkCollector } from '../../forwarder/delivery/collector-options.js';
import { createTransport } from '../../forwarder/delivery/transports/index.js';
import type {
  CollectorTransport,
  TransportSettings,
} from '../../forwarder/delivery/transports/index.js';
import { startFakeCollector, until } from '../faults/fake-collector.js';
import type { FakeCollector, FakeCollectorOptions } from '../faults/fake-collector.js';
import { messageOf, messagesOf, numbersOf } from '../faults/messages.js';

/**
 * The package syslog-client 1.1.1 has defects; each of these tests provokes one of them and shows
 * that what is built on the package is not hurt.
 */
const settings: TransportSettings = Object.freeze({
  identifier: 'KL_Threat_Feed_Service_V2',
  facility: 16,
  severity: 6,
  connectTimeoutMs: 2000,
  stallTimeoutMs: 2000,
});
const never = new AbortController().signal;
const ending: (() => Promise<void>)[] = [];

afterEach(async () => {
  jest.restoreAllMocks();
  for (const end of ending.splice(0)) await end();
});

async function collectorOf(options: Partial<FakeCollectorOptions> = {}): Promise<FakeCollector> {
  const collector = await startFakeCollector({ scheme: 'tcp', ...options });
  ending.push(() => collector.stop('reset'));
  return collector;
}

function transportTo(url: string, changed: Partial<TransportSettings> = {}): CollectorTransport {
  const transport = createTransport(checkCollector({ url, assured: false }), {
    ...settings,
    ...changed,
  });
  ending.unshift(() => transport.close(0));
  return transport;
}

/** The sockets the package makes from now on. */
function madeSockets(): net.Socket[] {
  const made: net.Socket[] = [];
  const original = net.createConnection.bind(net) as (...options: unknown[]) => net.Socket;
  jest.spyOn(net, 'createConnection').mockImplementation((...options: unknown[]) => {
    const socket = original(...options);
    made.push(socket);
    return socket;
  });
  return made;
}

describe('defect 1: an idle connection raises an error, without a listener a crash', () => {
  test('the idle timer is off, and its error would hurt nothing', async () => {
    const collector = await collectorOf();
    const made = madeSockets();
    const transport = transportTo(collector.url);
    const losses: Error[] = [];
    transport.onLost = (error) => losses.push(error);
    await transport.open(never);
    expect(made).toHaveLength(1);
    expect(made[0]?.timeout).toBe(0);
    // What the package's own timer would do.
    made[0]?.emit('timeout');
    expect(await transport.write(messagesOf(10))).toBe(10);
    await collector.waitFor(10);
    expect(losses).toEqual([]);
    expect(collector.connections).toBe(1);
  });
});

describe('defect 2: after a loss each message makes the package connect again by itself', () => {
  test('a lost transport makes no connection until it is opened', async () => {
    const collector = await collectorOf();
    const made = madeSockets();
    const transport = transportTo(collector.url);
    let losses = 0;
    transport.onLost = () => losses++;
    await transport.open(never);
    await collector.waitForConnections(1);
    await collector.stop('reset');
    const again = await collectorOf({ port: collector.port });
    await until('loss', () => losses === 1);
    expect(await transport.write(messagesOf(100))).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(again.connections).toBe(0);
    expect(made).toHaveLength(1);
    await transport.open(never);
    expect(await transport.write(messagesOf(100))).toBe(100);
    await again.waitFor(100);
  });

  test('messages of a batch that fails are counted as not taken, from the first failure on', async () => {
    const collector = await collectorOf({ behaviour: { kind: 'reset-after', bytes: 1_000_000 } });
    const transport = transportTo(collector.url);
    await transport.open(never);
    const taken = await transport.write(messagesOf(30_000, 1000));
    expect(taken).toBeLessThan(30_000);
    expect(taken).toBeGreaterThanOrEqual(collector.lines.length - 256);
  });
});

describe('defect 3: no back-pressure', () => {
  test('200,000 messages for a peer that never reads: one window is in memory, not more', async () => {
    const collector = await collectorOf({ behaviour: { kind: 'stall' } });
    const made = madeSockets();
    const transport = transportTo(collector.url, { stallTimeoutMs: 300 });
    await transport.open(never);
    const message = messageOf(0, 500);
    const messages = new Array<typeof message>(200_000).fill(message);
    let largest = 0;
    const watch = setInterval(() => {
      largest = Math.max(largest, made[0]?.writableLength ?? 0);
    }, 5);
    const taken = await transport.write(messages);
    clearInterval(watch);
    expect(taken).toBeLessThan(200_000);
    expect(largest).toBeGreaterThan(0);
    expect(largest).toBeLessThanOrEqual(256 * 600);
  });
});

describe('defect 4: a line break inside a message passes through', () => {
  test.each(['tcp', 'udp'] as const)('%s: one body, one event', async (scheme) => {
    const collector = await collectorOf({ scheme });
    const transport = transportTo(collector.url);
    await transport.open(never);
    await transport.write([
      { ...messageOf(0), body: 'a\nb\r\nc\n' },
      { ...messageOf(1), body: '\n' },
    ]);
    await collector.waitFor(2);
    expect(collector.lines).toHaveLength(2);
    expect(collector.lines[0]).toMatch(/ KL_Threat_Feed_Service_V2 a b {2}c $/);
    expect(collector.lines[1]).toMatch(/ KL_Threat_Feed_Service_V2 {2}$/);
  });
});

describe('defect 5: facility and severity fall back to defaults, options are written into', () => {
  test.each([
    [1, 1, '<9>'],
    [23, 7, '<191>'],
    [9, 5, '<77>'],
  ])('facility %i, severity %i', async (facility, severity, priority) => {
    const collector = await collectorOf();
    const used = Object.freeze({ ...settings, facility, severity });
    const transport = transportTo(collector.url, used);
    await transport.open(never);
    const message = Object.freeze(messageOf(0));
    expect(await transport.write(Object.freeze([message, message]))).toBe(2);
    await collector.waitFor(2);
    for (const line of collector.lines) expect(line.startsWith(priority)).toBe(true);
  });
});

describe('defects 6 and 9: the process ends before the flush; a deprecation warning', () => {
  test.each([
    ['tcp', ''],
    ['tcp', 'assured'],
    ['udp', ''],
  ] as const)(
    '%s %s: a process that only closes its delivery has sent everything',
    async (scheme, assured) => {
      const collector = await collectorOf({ scheme });
      const { stderr } = await promisify(execFile)(
        process.execPath,
        ['--import', './tools/ts-node.mjs', 'test/delivery/flush-child.ts', collector.url, assured],
        { timeout: 15_000 },
      );
      await collector.waitFor(5000);
      expect(numbersOf(collector.lines)).toEqual(messagesOf(5000).map((_, index) => index));
      expect(stderr).not.toMatch(/Deprecat|Unhandled/);
    },
  );
});

describe('defect 7: close() does not cancel connecting; a late event of an old socket does harm', () => {
  test('a connection that comes up after close() is ended', async () => {
    const collector = await collectorOf();
    const made = madeSockets();
    const transport = transportTo(collector.url);
    const opening = transport.open(never).catch((error: unknown) => error);
    // No turn of the event loop, so the connection is under way but not up.
    for (let turn = 0; turn < 100 && made.length === 0; turn++) await Promise.resolve();
    expect(made[0]?.connecting).toBe(true);
    await transport.close(100);
    expect(await opening).toMatchObject({ code: 'TF_COLLECTOR' });
    await until('the end of the socket', () => made[0]?.destroyed === true);
    await until('no connection', () => collector.openConnections === 0);
    await transport.open(never);
    // The late event of the old socket.
    made[0]?.emit('close', false);
    expect(await transport.write(messagesOf(10))).toBe(10);
    await collector.waitFor(10);
    expect(made).toHaveLength(2);
  });
});

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
);
/** Runs where the machine can; elsewhere it is skipped, and says so. */
function testWhere(isPossible: boolean, reason: string, title: string, run: () => Promise<void>) {
  const skipped = test.skip;
  if (isPossible) test(title, run);
  else skipped(`${title}: left out, because ${reason}`, run);
}

describe('defect 8: names are looked up for IPv4 only', () => {
  for (const scheme of ['tcp', 'udp'] as const) {
    testWhere(hasIpv6, 'there is no IPv6 loopback', `${scheme}: an IPv6 address`, async () => {
      const collector = await collectorOf({ scheme, host: '::1' });
      const transport = transportTo(collector.url);
      await transport.open(never);
      expect(await transport.write(messagesOf(3))).toBe(3);
      await collector.waitFor(3);
    });
  }

  test('a name is tried by all its addresses, in order', async () => {
    const collector = await collectorOf();
    const names: string[] = [];
    const transport = transportTo(`tcp://siem.example:${collector.port}`, {
      lookup: (name) => {
        names.push(name);
        // Nobody listens at the first one.
        return Promise.resolve(['127.0.0.2', '127.0.0.1']);
      },
    });
    await transport.open(never);
    expect(await transport.write(messagesOf(3))).toBe(3);
    await collector.waitFor(3);
    expect(names).toEqual(['siem.example']);
  });

  test('UDP looks the name up once, not with every datagram', async () => {
    const collector = await collectorOf({ scheme: 'udp' });
    let lookups = 0;
    const transport = transportTo(`udp://siem.example:${collector.port}`, {
      lookup: () => {
        lookups++;
        return Promise.resolve(['127.0.0.1']);
      },
    });
    await transport.open(never);
    expect(await transport.write(messagesOf(200))).toBe(200);
    await collector.waitFor(200);
    expect(lookups).toBe(1);
  });

  test('a name without an address is an error that says so', async () => {
    const transport = transportTo('tcp://siem.example', { lookup: () => Promise.resolve([]) });
    await expect(transport.open(never)).rejects.toMatchObject({
      code: 'TF_COLLECTOR',
      message: 'the name has no address',
    });
  });
});
