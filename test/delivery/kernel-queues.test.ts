import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { endianness } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, describe, expect, test } from '@jest/globals';

import { KernelQueues } from '../../forwarder/delivery/transports/assured/kernel-queues.js';
import type {
  QueueWatcher,
  Reading,
} from '../../forwarder/delivery/transports/assured/kernel-queues.js';
import { parseRow, rowKeyOf } from '../../forwarder/delivery/transports/assured/queue-rows.js';
import type { Endpoints } from '../../forwarder/delivery/transports/assured/queue-rows.js';
import { readKernelTable } from '../../forwarder/delivery/transports/assured/read-table.js';
import type { ReadTable } from '../../forwarder/delivery/transports/assured/read-table.js';
import { until } from '../faults/fake-collector.js';

const testOnLittleEndian = endianness() === 'LE' ? test : test.skip;
const testOnLinux = process.platform === 'linux' ? test : test.skip;

/** Lines of Linux 6.18, x86-64; both ends of each connection are on the machine. */
const tcp = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                                                     
   0: 00000000:9D77 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 680240 1 000000003c8be390 100 0 0 10 0                     
  17: 0100007F:9D77 0100007F:BBE0 01 00000000:0001FBE5 00:00000000 00000000     0        0 680247 1 000000003c8be395 20 8 0 10 -1                    
  53: 0100007F:BBE0 0100007F:9D77 01 003C7486:00000000 04:00000006 00000000     0        0 680246 2 00000000e6e880cb 20 0 0 17 -1                    
  54: 0100007F:BBE1 0100007F:9D77 01 00000058:00000000 01:00000014 00000003     0        5 680249 2 00000000e6e880cc 20 0 0 17 -1                    
  55: 0100007F:BBE2 0100007F:9D77 06 00000000:00000000 03:00000F2C 00000000     0        0 0 3 00000000e6e880cd                                      
`;
const tcp6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   1: 00000000000000000000000001000000:B447 00000000000000000000000001000000:DC24 08 00000000:0001FBDC 00:00000000 00000000     0        0 680251 1 00000000703b3c25 20 8 0 10 -1
   2: 00000000000000000000000001000000:DC24 00000000000000000000000001000000:B447 01 0038D208:00000000 04:00000007 00000000     0        0 680250 2 000000001a2a966f 20 0 0 17 -1
   3: 0000000000000000FFFF00000100007F:859E 0000000000000000FFFF00000100007F:82D7 05 003C7486:00000000 02:00000006 00000000     0        0 679821 2 000000009d1d7890 20 0 0 17 -1
`;

function ends(
  localAddress: string,
  localPort: number,
  remoteAddress: string,
  remotePort: number,
): Endpoints {
  return { localAddress, localPort, remoteAddress, remotePort };
}

const loopback = ends('127.0.0.1', 0xbbe0, '127.0.0.1', 0x9d77);

/** Tables of text, in pieces of so many lines, and a count of how often each was read. */
function tablesOf(pieceLines = 2): { readonly read: ReadTable; readonly reads: string[] } {
  const reads: string[] = [];
  const read: ReadTable = async (table, take) => {
    reads.push(table);
    const lines = (table === 'tcp' ? tcp : tcp6).split(/(?<=\n)/);
    for (let at = 0; at < lines.length; at += pieceLines) {
      await Promise.resolve();
      if (take(Buffer.from(lines.slice(at, at + pieceLines).join(''), 'latin1'))) return;
    }
  };
  return { read, reads };
}

interface TestWatcher extends QueueWatcher {
  wanted: boolean;
  readonly readings: Reading[];
}

function watcherOf(endpoints: Endpoints, wanted = true): TestWatcher {
  const readings: Reading[] = [];
  return {
    endpoints,
    wanted,
    readings,
    before() {
      return this.wanted;
    },
    after: (reading) => readings.push(reading),
  };
}

describe('rows', () => {
  testOnLittleEndian.each([
    [loopback, 'tcp', '0100007F:BBE0 0100007F:9D77 '],
    [ends('192.0.2.17', 1, '10.20.30.40', 65535), 'tcp', '110200C0:0001 281E140A:FFFF '],
    [
      ends('::1', 0xdc24, '::1', 0xb447),
      'tcp6',
      '00000000000000000000000001000000:DC24 00000000000000000000000001000000:B447 ',
    ],
    [
      ends('::ffff:127.0.0.1', 0x859e, '::ffff:127.0.0.1', 0x82d7),
      'tcp6',
      '0000000000000000FFFF00000100007F:859E 0000000000000000FFFF00000100007F:82D7 ',
    ],
    [
      ends('fe80::1:2%eth0', 514, '2001:db8:1:2:3:4:5:6', 6514),
      'tcp6',
      '000080FE000000000000000002000100:0202 B80D0120020001000400030006000500:1972 ',
    ],
  ])('the text that finds %o', (endpoints, table, text) => {
    expect(rowKeyOf(endpoints)).toEqual({ table, text });
  });

  test('are read from the state on', () => {
    expect(
      parseRow('01 003C7486:00000000 04:00000006 00000000     0        2 680246 2 0000 20'),
    ).toEqual({
      state: 'established',
      txQueue: 0x3c7486,
      timer: 'zeroWindowProbe',
      retransmits: 0,
      unansweredProbes: 2,
    });
    expect(
      parseRow('08 00000001:00000000 01:00000014 0000000B 65534        0 0 3 00000000'),
    ).toEqual({
      state: 'closeWait',
      txQueue: 1,
      timer: 'retransmit',
      retransmits: 11,
      unansweredProbes: 0,
    });
    expect(parseRow('0C 00000000:00000000 03:00000014 00000000 0 0')?.state).toBe('other');
  });

  test.each(['', 'local_address', '01 003C7486', '01 003c7486:0 04:0 0 0 0', 'ZZ '])(
    'that are no rows: %j',
    (rest) => {
      expect(parseRow(rest)).toBeUndefined();
    },
  );
});

const made: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const end of made.splice(0)) await end();
});

describe('the shared reader', () => {
  testOnLittleEndian('finds each row in its table, however the table comes in pieces', async () => {
    for (const pieceLines of [1, 2, 100]) {
      const { read, reads } = tablesOf(pieceLines);
      const queues = new KernelQueues({ readTable: read });
      const watchers = [
        watcherOf(loopback),
        watcherOf(ends('127.0.0.1', 0xbbe1, '127.0.0.1', 0x9d77)),
        watcherOf(ends('::1', 0xb447, '::1', 0xdc24)),
        watcherOf(ends('127.0.0.1', 0xbbe0, '127.0.0.1', 0x9d78)),
      ];
      const watches = watchers.map((watcher) => queues.watch(watcher));
      await watches[0]?.now();
      expect(reads).toEqual(['tcp', 'tcp6']);
      const rows = watchers.map(({ readings: [reading] }) =>
        reading?.kind === 'row' ? reading.row : reading?.kind,
      );
      expect(rows).toEqual([
        expect.objectContaining({ txQueue: 0x3c7486, timer: 'zeroWindowProbe' }),
        expect.objectContaining({ txQueue: 0x58, retransmits: 3, unansweredProbes: 5 }),
        expect.objectContaining({ txQueue: 0, state: 'closeWait' }),
        'absent',
      ]);
    }
  });

  test('reads once an interval for all, and not at all while nobody wants to know', async () => {
    const { read, reads } = tablesOf();
    const queues = new KernelQueues({ readTable: read, everyMs: 20 });
    const watchers = Array.from({ length: 5 }, () => watcherOf(loopback));
    const watches = watchers.map((watcher) => queues.watch(watcher));
    await sleep(60);
    expect(reads).toEqual([]);
    for (const watch of watches) watch.want();
    for (const watch of watches) watch.want();
    await until('three readings', () => reads.length >= 3);
    for (const watcher of watchers) watcher.wanted = false;
    const readings = watchers.map((watcher) => watcher.readings.length);
    expect(new Set(readings).size).toBe(1);
    expect(readings[0]).toBeGreaterThanOrEqual(reads.length - 1);
    await sleep(30);
    const before = reads.length;
    await sleep(60);
    expect(reads).toHaveLength(before);
    // It starts again when there is something to be known.
    watchers[3]!.wanted = true;
    watches[3]!.want();
    await until('another reading', () => reads.length > before);
  });

  test('now(): a reading that began after the call, also while one is under way', async () => {
    let finish: () => void = () => undefined;
    let begun = 0;
    const queues = new KernelQueues({
      everyMs: 60_000,
      readTable: async (_table, take) => {
        begun++;
        await new Promise<void>((resolve) => (finish = resolve));
        take(Buffer.from(tcp, 'latin1'));
      },
    });
    const watcher = watcherOf(loopback, false);
    const watch = queues.watch(watcher);
    const first = watch.now();
    await until('the first', () => begun === 1);
    const [second, third] = [watch.now(), watch.now()];
    finish();
    await first;
    expect(watcher.readings).toHaveLength(1);
    await until('the second', () => begun === 2);
    finish();
    await Promise.all([second, third]);
    expect(begun).toBe(2);
    expect(watcher.readings).toHaveLength(2);
  });

  test('a table that cannot be read is said to be so; the other one is read all the same', async () => {
    const { read } = tablesOf();
    const queues = new KernelQueues({
      readTable: (table, take) =>
        table === 'tcp6' ? read(table, take) : Promise.reject(new Error('ENOENT: no such file')),
    });
    const four = watcherOf(loopback);
    const six = watcherOf(ends('::1', 0xb447, '::1', 0xdc24));
    queues.watch(four);
    await queues.watch(six).now();
    expect(four.readings).toEqual([{ kind: 'unreadable', error: expect.any(Error) }]);
    expect(six.readings).toEqual([expect.objectContaining({ kind: 'row' })]);
  });

  test('who has stopped is told nothing', async () => {
    const { read } = tablesOf();
    const queues = new KernelQueues({ readTable: read });
    const stopped = watcherOf(loopback);
    const other = watcherOf(loopback);
    const watch = queues.watch(stopped);
    const reading = queues.watch(other).now();
    watch.stop();
    await reading;
    expect(stopped.readings).toEqual([]);
    expect(other.readings).toHaveLength(1);
  });
});

describe("the kernel's own tables", () => {
  async function pairOf(listenAddress: string, connectAddress: string): Promise<[Socket, Socket]> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.pause();
    }).listen(0, listenAddress);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client = connect({ port, host: connectAddress });
    client.on('error', () => undefined);
    const [peer] = (await once(server, 'connection')) as [Socket];
    if (client.connecting) await once(client, 'connect');
    made.push(() => {
      client.destroy();
      peer.destroy();
      server.close();
    });
    return [client, peer];
  }

  function endsOf(socket: Socket): Endpoints {
    return ends(
      socket.localAddress ?? '',
      socket.localPort ?? 0,
      socket.remoteAddress ?? '',
      socket.remotePort ?? 0,
    );
  }

  testOnLinux.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '::1'],
    ['::', '::ffff:127.0.0.1'],
  ])('name the connection %s ← %s from both ends, and what is queued', async (listen, to) => {
    const [client, peer] = await pairOf(listen, to);
    const queues = new KernelQueues();
    const watchers = [watcherOf(endsOf(client)), watcherOf(endsOf(peer))];
    const watches = watchers.map((watcher) => queues.watch(watcher));
    // The peer does not read: its buffer fills, then ours.
    const blocked = new Promise((resolve) => client.write(Buffer.alloc(64 * 1024 * 1024), resolve));
    const txQueue = (): number => {
      const reading = watchers[0]?.readings.at(-1);
      return reading?.kind === 'row' ? reading.row.txQueue : -1;
    };
    for (let turn = 0; turn < 200 && txQueue() < 100_000; turn++) {
      await sleep(5);
      await watches[0]?.now();
    }
    expect(txQueue()).toBeGreaterThan(100_000);
    expect(watchers[1]?.readings.at(-1)).toMatchObject({
      kind: 'row',
      row: { state: 'established', txQueue: 0 },
    });
    client.destroy();
    await blocked;
  });

  testOnLinux('are read in pieces of whole lines until enough has been seen', async () => {
    await pairOf('127.0.0.1', '127.0.0.1');
    let text = '';
    await readKernelTable('tcp', (piece) => {
      text += piece.toString('latin1');
      expect(piece.at(-1)).toBe(0x0a);
      return false;
    });
    expect(text).toMatch(/^ +sl +local_address/);
    expect(text.split('\n').length).toBeGreaterThan(3);
    let pieces = 0;
    await readKernelTable('tcp', () => ++pieces > 0);
    expect(pieces).toBe(1);
  });
});
