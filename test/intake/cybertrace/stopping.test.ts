import { afterEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';

import type { CybertraceListenerOptions, Reply } from '../../../forwarder/intake/index.js';
import { until } from '../support/listening.js';
import { startAnswering } from './support/answering.js';
import type { Answering } from './support/answering.js';

const begin = 'X-KF-SendFinishedEventX-KF-ReplyBack';
const open: Answering[] = [];

async function start(options: Partial<CybertraceListenerOptions> = {}): Promise<Answering> {
  const answering = await startAnswering(options);
  open.push(answering);
  return answering;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((answering) => answering.stop()));
});

test('while paused events wait, bounded, and none is lost', async () => {
  const answering = await start({ startPaused: true });
  const count = 100_000;
  const client = await answering.client();
  client.socket.end(begin + 'event\n'.repeat(count));
  const early = await answering.client();
  early.socket.end(`${begin}early`);
  await until('some read', () => answering.listener.heldBytes > 0);
  expect(answering.listener.heldBytes).toBeLessThan(400_000);
  expect(answering.events).toEqual([]);
  answering.listener.resume();
  await until('both replied', () => client.isOver && early.isOver);
  expect(answering.events).toHaveLength(count + 1);
  await early.receives('echo early\nLookupFinished\n');
  await client.receives('echo event\nLookupFinished\n'.repeat(count));
  await until('gone', () => answering.listener.connectionCount === 0);
  expect(answering.listener.heldBytes).toBe(0);
});

test('pause() in the middle of everything, and resume()', async () => {
  const answering = await start();
  const client = await answering.client();
  client.write(`${begin}one\n`);
  await client.receives('echo one\nLookupFinished\n');
  answering.listener.pause();
  client.write('two\nthree');
  const ping = await answering.client();
  ping.write('X-KF-ReplyBackPING');
  await ping.receives('PONG');
  expect(answering.events).toHaveLength(1);
  answering.listener.resume();
  client.socket.end();
  await until('the end', () => client.isOver);
  await client.receives(['one', 'two', 'three'].map((e) => `echo ${e}\nLookupFinished\n`).join(''));
});

test('close() answers what has arrived, waits for late replies and ends in good order', async () => {
  const resolvers: ((reply: Reply) => void)[] = [];
  const answering = await start({
    answer: () => new Promise<Reply>((resolve) => resolvers.push(resolve)),
  });
  const client = await answering.client();
  client.write(`${begin}one\ntwo\n`);
  await until('asked', () => resolvers.length === 2);
  const { port, host } = answering.listener.address;
  const closing = answering.listener.close(10_000);
  await until('no more are accepted', () => answering.log.length > 0);
  for (const resolve of resolvers) resolve({ text: 'late\n', messages: 1 });
  await closing;
  await until('the end', () => client.isOver);
  expect([client.text, client.error]).toEqual(['late\nlate\n', '']);
  expect(answering.count('tf_intake_connections_closed_total', { reason: 'stopped' })).toBe(1);
  const [error] = (await once(connect(port, host), 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNREFUSED');
});

test('close() gives up at its deadline, and counts what it gave up', async () => {
  let resolveLate: ((reply: Reply) => void) | undefined;
  const answering = await start({
    answer: () => new Promise<Reply>((resolve) => (resolveLate = resolve)),
  });
  const client = await answering.client();
  client.write(`${begin}one\nbegun`);
  await until('asked', () => resolveLate !== undefined);
  await answering.listener.close(50);
  expect(answering.listener.connectionCount).toBe(0);
  resolveLate!({ text: 'late\n', messages: 1 });
  await until(
    'counted',
    () => answering.count('tf_reply_messages_dropped_total', { reason: 'stopped' }) === 1,
  );
  expect(answering.rejects).toEqual(['connection_lost']);
  expect(answering.count('tf_intake_cut_lines_total')).toBe(1);
});

test('close() of a paused listener does not wait for what it does not take', async () => {
  const answering = await start({ startPaused: true });
  const client = await answering.client();
  client.write(`${begin}one\n`);
  await until('read', () => answering.listener.heldBytes > 0);
  await answering.listener.close(60_000);
  expect(answering.events).toEqual([]);
  expect(answering.rejects).toEqual(['connection_lost']);
});
