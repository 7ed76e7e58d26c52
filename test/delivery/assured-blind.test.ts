import { afterEach, expect, test } from '@jest/globals';

import { blindWindowBytes } from '../../forwarder/delivery/transports/assured/acknowledgements.js';
import { KernelQueues } from '../../forwarder/delivery/transports/assured/kernel-queues.js';
import { readKernelTable } from '../../forwarder/delivery/transports/assured/read-table.js';
import type { ReadTable } from '../../forwarder/delivery/transports/assured/read-table.js';
import { StallError } from '../../forwarder/delivery/transports/index.js';
import { until } from '../faults/fake-collector.js';
import { messagesOf, testLogger } from '../faults/messages.js';
import { assuredTo, never, startPeer } from './assured-rig.js';
import type { AssuredRig, Peer } from './assured-rig.js';

/** A machine that does not tell, and one that lists other connections only. */
const machines: readonly (readonly [string, ReadTable, RegExp])[] = [
  [
    'no /proc',
    (table) => readKernelTable(`../${table}.none` as 'tcp', () => true),
    /\(.*ENOENT.*\): the last 4 MiB/,
  ],
  [
    'a table without the connection',
    (_table, take) => {
      take(Buffer.from('  sl  local_address rem_address   st tx_queue\n'));
      return Promise.resolve();
    },
    /\(it does not list the connection\)/,
  ],
];

const ending: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

interface BlindRig extends AssuredRig {
  readonly peer: Peer;
  readonly log: ReturnType<typeof testLogger>;
  readonly reads: () => number;
}

async function open(readTable: ReadTable): Promise<BlindRig> {
  const peer = await startPeer();
  const log = testLogger();
  let reads = 0;
  const queues = new KernelQueues({
    everyMs: 5,
    readTable: (table, take) => {
      reads++;
      return readTable(table, take);
    },
  });
  const rig = assuredTo(
    { url: peer.url },
    { logger: log, stallTimeoutMs: 300, assurance: { queues } },
  );
  ending.push(
    () => rig.transport.close(0),
    () => peer.stop(),
  );
  await rig.transport.open(never);
  await until('the connection', () => peer.connections.length === 1);
  return { ...rig, peer, log, reads: () => reads };
}

test.each(machines)('%s: a fixed window, said once', async (_name, readTable, reason) => {
  const { transport, assurance, peer, log, reads, losses } = await open(readTable);
  peer.read();
  expect(await transport.write(messagesOf(100))).toBe(100);
  await until('the warning', () => log.lines.length > 0);
  expect(log.lines).toEqual([
    expect.objectContaining({ level: 'warn', code: 'collector.no_kernel_offsets' }),
  ]);
  expect(log.lines[0]?.message).toMatch(reason);
  expect(assurance.acknowledgedBytes).toBe(0);
  let progress = 0;
  assurance.onProgress = () => progress++;
  const readsBefore = reads();
  for (let turn = 0; turn < 8; turn++) {
    expect(await transport.write(messagesOf(1000, 1000))).toBe(1000);
    const expected = Math.max(0, assurance.sentBytes - blindWindowBytes);
    expect(assurance.acknowledgedBytes).toBe(expected);
  }
  expect(assurance.acknowledgedBytes).toBeGreaterThan(2_000_000);
  expect(progress).toBeGreaterThan(0);
  expect(reads()).toBe(readsBefore);
  // Ends in good order prove what they prove without the kernel's help.
  await transport.close(2000);
  expect(assurance.isAllRead).toBe(true);
  expect(peer.lines).toHaveLength(8100);
  // Another connection says nothing more.
  await transport.open(never);
  expect(await transport.write(messagesOf(10))).toBe(10);
  await until('another reading', () => reads() > readsBefore);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(log.lines).toHaveLength(1);
  expect(losses).toEqual([]);
});

test.each(machines)('%s: a peer that ends by itself proves nothing', async (_name, readTable) => {
  const { transport, peer, losses } = await open(readTable);
  peer.read();
  expect(await transport.write(messagesOf(10))).toBe(10);
  await until('all', () => peer.lines.length === 10);
  peer.connections[0]?.stream.end();
  await until('the loss', () => losses.length > 0);
  expect(losses).toEqual([expect.objectContaining({ isAllRead: false })]);
});

test.each(machines)('%s: a write that hangs is given up all the same', async (_name, readTable) => {
  const { transport, losses } = await open(readTable);
  expect(await transport.write(messagesOf(60_000, 1000))).toBeLessThan(60_000);
  expect(losses).toEqual([expect.objectContaining({ error: expect.any(StallError) })]);
});

test('while nothing is unacknowledged the kernel is not asked', async () => {
  const { transport, assurance, peer, reads } = await open(readKernelTable);
  peer.read();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(reads()).toBe(0);
  expect(await transport.write(messagesOf(10))).toBe(10);
  await until('all', () => assurance.acknowledgedBytes === assurance.sentBytes);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const before = reads();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(reads()).toBe(before);
});

test('a connection that the kernel lists a little late is not taken for an unlisted one', async () => {
  let misses = 7;
  const { transport, assurance, peer, log } = await open((table, take) =>
    misses-- > 0 ? Promise.resolve() : readKernelTable(table, take),
  );
  peer.read();
  expect(await transport.write(messagesOf(10))).toBe(10);
  await until('all', () => assurance.acknowledgedBytes === assurance.sentBytes);
  expect(log.lines).toEqual([]);
});

test('RST right after bytes of the peer is no end in good order', async () => {
  const { transport, assurance, peer } = await open(readKernelTable);
  expect(await transport.write(messagesOf(2000, 1000))).toBe(2000);
  await until('all', () => assurance.acknowledgedBytes > 0);
  const closing = transport.close(2000);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const raw = peer.connections[0]?.raw;
  // The runtime reads this as an end: bytes, then nothing more.
  await new Promise((resolve) => raw?.write('so long', resolve));
  raw?.resetAndDestroy();
  await closing;
  expect(assurance.isAllRead).toBe(false);
});
