import { afterEach, describe, expect, test } from '@jest/globals';

import { Places, sparePlaces } from '../../../forwarder/intake/cybertrace/places.js';
import type { CybertraceListenerOptions } from '../../../forwarder/intake/index.js';
import { until } from '../support/listening.js';
import { startAnswering } from './support/answering.js';
import type { Answering, Client } from './support/answering.js';

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

/** A listener with all its ordinary places taken. */
async function full(
  options: Partial<CybertraceListenerOptions> = {},
): Promise<{ readonly answering: Answering; readonly clients: readonly Client[] }> {
  const answering = await start({ maxSessions: 2, ...options });
  const clients = [await answering.client(), await answering.client()];
  for (const client of clients) client.write(`${begin}x\n`);
  for (const client of clients) await client.receives('echo x\nLookupFinished\n');
  return { answering, clients };
}

async function pings(answering: Answering, text = 'X-KF-ReplyBackPING'): Promise<void> {
  const client = await answering.client();
  client.write(text);
  await until('the end', () => client.isOver);
  expect([client.text, client.error]).toEqual(['PONG', '']);
}

const refused = (answering: Answering): number =>
  answering.count('tf_intake_connections_refused_total');

describe('a health check', () => {
  test('is answered with PONG and the end of the connection', async () => {
    const answering = await start();
    await pings(answering);
    await pings(answering, 'X-KF-ReplyBackPING\r\n');
    const client = await answering.client();
    for (const byte of 'X-KF-ReplyBackPING') client.write(byte);
    await client.receives('PONG');
    expect(answering.count('tf_session_pings_total')).toBe(3);
    expect(answering.count('tf_sessions_total')).toBe(0);
    expect(answering.events).toEqual([]);
  });

  test('is answered while paused, and takes no place of a session', async () => {
    const answering = await start({ startPaused: true, maxSessions: 1 });
    const client = await answering.client();
    client.write(`${begin}x\n`);
    await pings(answering);
    await pings(answering);
    expect(answering.events).toEqual([]);
    answering.listener.resume();
    await client.receives('echo x\nLookupFinished\n');
    await pings(answering);
    expect(refused(answering)).toBe(0);
  });

  test('is answered on a full listener, again and again', async () => {
    const { answering } = await full();
    for (let round = 0; round < 5; round += 1) await pings(answering);
    expect(refused(answering)).toBe(0);
  });

  test('of a client that does not close leaves the spare place at once', async () => {
    const { answering } = await full();
    const lazy = await answering.client({ allowHalfOpen: true });
    lazy.write('X-KF-ReplyBackPING');
    await lazy.receives('PONG');
    await pings(answering);
  });
});

describe('beyond the limit', () => {
  test('a session is refused and counted as soon as it is no health check', async () => {
    const { answering, clients } = await full();
    for (const text of [`${begin}x\n`, 'X-KF-ReplyBackx', 'y']) {
      const client = await answering.client();
      client.write(text);
      await until('refused', () => client.isOver);
      expect(client.text).toBe('');
    }
    expect(refused(answering)).toBe(3);
    const warnings = answering.log.filter(({ code }) => code === 'intake.too_many_sessions');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]!.message).toContain('intake.cybertrace.maxSessions');
    expect(answering.events).toHaveLength(2);
    // Those in place have not noticed.
    clients[0]!.write('z\n');
    await clients[0]!.receives('echo x\nLookupFinished\necho z\nLookupFinished\n');
    await pings(answering);
  });

  test('silent connections do not keep a health check out: the oldest makes room', async () => {
    const { answering } = await full();
    const silent: Client[] = [];
    for (let index = 0; index < sparePlaces + 3; index += 1) silent.push(await answering.client());
    await until('refused', () => refused(answering) >= 3);
    await pings(answering);
    expect(silent.slice(0, 3).every((client) => client.isOver)).toBe(true);
  });

  test('who says nothing in the spare place leaves it after a while', async () => {
    const { answering } = await full();
    const silent = await answering.client();
    await until('dropped', () => silent.isOver);
    expect(refused(answering)).toBe(1);
    await pings(answering);
  });

  test('who waits in the spare place moves to one that becomes free', async () => {
    const { answering, clients } = await full();
    const waiting = await answering.client();
    waiting.write('X-KF-Reply');
    await until('three', () => answering.listener.connectionCount === 3);
    await until('read', () => answering.count('tf_intake_bytes_total') > 2 * begin.length + 10);
    clients[0]!.socket.end();
    await until('two', () => answering.listener.connectionCount === 2);
    waiting.write('Backx\n');
    await waiting.receives('echo x\nLookupFinished\n');
    await pings(answering);
  });

  test('a place is free as soon as its session has been replied to', async () => {
    const answering = await start({ maxSessions: 1 });
    for (let round = 0; round < 50; round += 1) {
      const client = await answering.client();
      client.write(`${begin}${round}\n`);
      await client.receives(`echo ${round}\nLookupFinished\n`);
      client.socket.end();
    }
    expect(refused(answering)).toBe(0);
  });
});

test('a storm of connections of all kinds leaves nothing behind', async () => {
  const answering = await start({ maxSessions: 10 });
  const texts = [`${begin}x\n`, 'X-KF-ReplyBackPING', 'X-KF-', '', `${begin}partial`];
  await Promise.all(
    Array.from({ length: 100 }, async (_, index) => {
      const client = await answering.client();
      client.write(texts[index % texts.length]!);
      if (index % 3 === 0) client.socket.resetAndDestroy();
      else client.socket.end();
      await until('the end', () => client.isOver);
    }),
  );
  await until('all gone', () => answering.listener.connectionCount === 0);
  await pings(answering);
  expect(answering.listener.heldBytes).toBe(0);
  expect(answering.count('tf_intake_handler_errors_total')).toBe(0);
});

test('places: who frees one twice frees one, who has waited longest moves or makes room', () => {
  const holders = [0, 1, 2, 3, 4, 5].map(() => ({ isSpare: false }));
  const [a, b, c, d, e, f] = holders;
  const places = new Places<{ isSpare: boolean }>(2, 2);
  for (const holder of [a!, b!, c!, d!]) expect(places.take(holder)).toBeUndefined();
  expect(holders.map(({ isSpare }) => isSpare)).toEqual([false, false, true, true, false, false]);
  expect(places.free(a!)).toBe(c);
  expect(c!.isSpare).toBe(false);
  expect(places.free(a!)).toBeUndefined();
  expect(places.take(e!)).toBeUndefined();
  expect(places.take(f!)).toBe(d);
  expect(places.free(d!)).toBeUndefined();
  expect(places.free(e!)).toBeUndefined();
  expect(places.free(b!)).toBe(f);
  expect(f!.isSpare).toBe(false);
});
