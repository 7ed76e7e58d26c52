import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

import { afterEach, expect, test } from '@jest/globals';

import { startFakeCollector, until } from '../fake-collector.js';
import type { FakeCollector } from '../fake-collector.js';
import { startFaultProxy } from './proxy.js';
import type { FaultProxy, ProxyBehaviour } from './proxy.js';

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function through(
  behaviour: ProxyBehaviour,
): Promise<{ socket: Socket; proxy: FaultProxy; collector: FakeCollector; ends: string[] }> {
  const collector = await startFakeCollector({ scheme: 'tcp' });
  stops.push(() => collector.stop());
  const proxy = await startFaultProxy(collector.port);
  stops.push(() => proxy.stop());
  proxy.behaviour = behaviour;
  const socket = connect(proxy.port, '127.0.0.1');
  const ends: string[] = [];
  socket.on('end', () => ends.push('end'));
  socket.on('error', (error: NodeJS.ErrnoException) => ends.push(error.code ?? ''));
  socket.resume();
  stops.push(async () => {
    socket.destroy();
    await Promise.resolve();
  });
  await once(socket, 'connect');
  return { socket, proxy, collector, ends };
}

test('passes everything on, and the end', async () => {
  const { socket, proxy, collector } = await through({});
  socket.end('one\ntwo\n');
  await collector.waitFor(2);
  expect(collector.lines).toEqual(['one', 'two']);
  await until('the end', () => proxy.open === 0 && collector.openConnections === 0);
  expect(proxy.accepted).toBe(1);
});

test('a stall holds everything back until it is over', async () => {
  const { socket, proxy, collector } = await through({ isStalled: true });
  socket.write('one\n');
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(collector.lines).toEqual([]);
  proxy.behaviour = {};
  await collector.waitFor(1);
});

test('a reset after so many bytes passes on those and no more', async () => {
  const { socket, collector, ends } = await through({ resetAfterBytes: 6 });
  socket.write('one\ntwo\n');
  await until('the reset', () => ends.includes('ECONNRESET'));
  await until('the end at the collector', () => collector.openConnections === 0);
  expect([collector.lines, collector.fragments]).toEqual([['one'], ['tw']]);
});

test('cut ends connections by reset or in good order', async () => {
  const first = await through({});
  await first.collector.waitForConnections(1);
  first.proxy.cut('reset');
  await until('the reset', () => first.ends.includes('ECONNRESET'));
  const second = await through({});
  second.socket.write('one\n');
  await second.collector.waitFor(1);
  second.proxy.cut('end');
  await until('the end', () => second.ends.includes('end'));
  expect(second.collector.lines).toEqual(['one']);
});

test('an idle connection is closed in good order', async () => {
  const { socket, collector, ends } = await through({ idleCloseMs: 50 });
  socket.write('one\n');
  await until('the end', () => ends.includes('end'));
  expect(collector.lines).toEqual(['one']);
});

test('a delay passes everything on, later and in order', async () => {
  const { socket, collector } = await through({ delayMs: 50 });
  const beganAtMs = performance.now();
  socket.write('one\n');
  socket.write('two\n');
  await collector.waitFor(2);
  expect(performance.now() - beganAtMs).toBeGreaterThanOrEqual(45);
  expect(collector.lines).toEqual(['one', 'two']);
});

test('a throttled connection takes time for its bytes', async () => {
  const { socket, collector } = await through({ bytesPerSecond: 1_000_000 });
  const beganAtMs = performance.now();
  socket.write('x'.repeat(299_999) + '\n');
  await collector.waitFor(1);
  // The last piece is passed on before it is waited for.
  expect(performance.now() - beganAtMs).toBeGreaterThanOrEqual(150);
});

test('a collector that resets is a reset for the sender', async () => {
  const { socket, collector, ends } = await through({});
  socket.write('one\n');
  await collector.waitFor(1);
  await collector.stop('reset');
  await until('the reset', () => ends.includes('ECONNRESET'));
});
