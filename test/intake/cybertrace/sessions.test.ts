import { afterEach, describe, expect, test } from '@jest/globals';

import type { CybertraceListenerOptions } from '../../../forwarder/intake/index.js';
import { metricDescriptions } from '../../../forwarder/telemetry/index.js';
import { until } from '../support/listening.js';
import { startAnswering } from './support/answering.js';
import type { Answering } from './support/answering.js';

const SF = 'X-KF-SendFinishedEvent';
const RB = 'X-KF-ReplyBack';
const SS = 'X-KF-SaveStatistic';

const open: Answering[] = [];

async function start(options: Partial<CybertraceListenerOptions> = {}): Promise<Answering> {
  const answering = await startAnswering(options);
  open.push(answering);
  return answering;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((answering) => answering.stop()));
});

describe('a session', () => {
  test.each([
    ['none', ''],
    ['SendFinishedEvent', SF],
    ['ReplyBack', RB],
    ['SendFinishedEvent+ReplyBack', SF + RB],
    ['ReplyBack+SaveStatistic', RB + SS],
    ['SendFinishedEvent+ReplyBack+SaveStatistic', SF + RB + SS],
  ])('with the flags %s', async (flags, text) => {
    const answering = await start();
    const client = await answering.client();
    client.write(`${text}192.0.2.1\n`);
    await client.receives('echo 192.0.2.1\nLookupFinished\n');
    expect(answering.events[0]).toEqual({
      text: '192.0.2.1',
      session: {
        id: 1,
        listener: 'cybertrace',
        peer: '127.0.0.1',
        flags: {
          sendFinished: text.includes(SF),
          replyBack: text.includes(RB),
          saveStatistic: text.includes(SS),
        },
      },
    });
    expect(answering.count('tf_sessions_total', { flags })).toBe(1);
    expect(answering.count('tf_sessions_total')).toBe(1);
    expect(answering.count('tf_reply_messages_total', { listener: 'cybertrace' })).toBe(2);
  });

  test('is the same for a client that sends byte by byte, and ends with an event without its end', async () => {
    const answering = await start();
    const client = await answering.client();
    client.socket.setNoDelay(true);
    for (const [index, byte] of Array.from(`${SF}${RB}\r\nfirst\r\n\nsecond\nlast`).entries()) {
      client.write(byte);
      await until('read', () => answering.count('tf_intake_bytes_total') === index + 1);
    }
    client.socket.end();
    await until('the end', () => client.isOver);
    await client.receives(
      ['first', 'second', 'last'].map((e) => `echo ${e}\nLookupFinished\n`).join(''),
    );
    expect(client.error).toBe('');
    await until('closed', () => answering.listener.connectionCount === 0);
    expect(answering.count('tf_intake_connections_closed_total', { reason: 'ended' })).toBe(1);
  });

  test('may begin with a flag only; later ones are events, and counted', async () => {
    const answering = await start();
    const client = await answering.client();
    client.write(`${RB}${SF}one\n${RB}\na ${RB}\n${RB}PING\n`);
    await until('events', () => answering.events.length === 4);
    expect(answering.events.map(({ text }) => text)).toEqual([
      `${SF}one`,
      RB,
      `a ${RB}`,
      `${RB}PING`,
    ]);
    expect(answering.events[3]!.session.flags?.sendFinished).toBe(false);
    expect(answering.count('tf_session_flags_ignored_total')).toBe(3);
  });

  test('is replied to whatever it asks for, with replyAlways', async () => {
    const answering = await start({ replyAlways: true });
    const client = await answering.client();
    client.write('x\n');
    await until('event', () => answering.events.length === 1);
    expect(answering.events[0]!.session.flags).toEqual({
      sendFinished: true,
      replyBack: true,
      saveStatistic: false,
    });
    expect(answering.count('tf_sessions_total', { flags: 'none' })).toBe(1);
  });

  test('that only knocks is no session', async () => {
    const answering = await start();
    for (const text of ['', SF + RB]) {
      const client = await answering.client();
      client.socket.end(text);
      await until('the end', () => client.isOver);
      expect(client.error).toBe('');
    }
    expect(answering.events).toEqual([]);
    expect(answering.count('tf_sessions_total')).toBe(1);
  });
});

describe('lines', () => {
  test('of any bytes pass through as they are', async () => {
    const answering = await start();
    const client = await answering.client();
    const any = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte).filter((b) => b !== 10));
    client.write(Buffer.concat([Buffer.from(SF + RB), any, Buffer.from('\n')]));
    await until('event', () => answering.events.length === 1);
    expect(answering.events[0]!.text).toBe(any.toString('latin1'));
  });

  test('over the limit are counted and skipped; the session goes on', async () => {
    const answering = await start({ maxLineBytes: 1_024 });
    const client = await answering.client();
    client.write(`${RB}${'x'.repeat(300_000)}\nnext\n`);
    await client.receives('echo next\nLookupFinished\n');
    expect(answering.rejects).toEqual(['line_too_long']);
    expect(answering.count('tf_intake_oversize_bytes_total')).toBe(300_000);
  });

  test('whose end does not come are given up, with their session', async () => {
    const answering = await start({ partialLineTimeoutMs: 40 });
    const client = await answering.client();
    client.write(`${RB}first\nbegun`);
    await until('the end', () => client.isOver);
    expect(answering.events.map(({ text }) => text)).toEqual(['first']);
    expect(answering.rejects).toEqual(['partial_timeout']);
    expect(answering.count('tf_intake_partial_timeouts_total')).toBe(1);
    expect(answering.log.map(({ code }) => code)).toContain('intake.partial_timeout');
  });

  test('without an end are whole after a moment of silence, with requestQuietMs', async () => {
    const answering = await start({ requestQuietMs: 30 });
    const client = await answering.client();
    client.write(`${SF}${RB}a|ip=192.0.2.1`);
    await client.receives('echo a|ip=192.0.2.1\nLookupFinished\n');
    client.write('\nsecond\nthird');
    await until('third', () => answering.events.length === 3);
    expect(answering.events.map(({ text }) => text)).toEqual(['a|ip=192.0.2.1', 'second', 'third']);
    // A flag that has not come whole is waited for: it is no request.
    const other = await answering.client();
    other.write('X-KF-Reply');
    const third = await answering.client();
    third.write('fourth');
    await until('fourth', () => answering.events.length === 4);
    other.write('Backfifth');
    await until('fifth', () => answering.events.length === 5);
    expect(answering.events.at(-1)).toMatchObject({
      text: 'fifth',
      session: { flags: { replyBack: true } },
    });
  });

  test('that fill the memory cost the session that holds most', async () => {
    let shed = 0;
    const answering = await start({ maxBufferedBytes: 200_000, onShed: () => (shed += 1) });
    const small = await answering.client();
    small.write('small');
    const big = await answering.client();
    big.write(`${RB}${'b'.repeat(400_000)}`);
    await until('shed', () => big.isOver);
    expect(answering.rejects).toEqual(['memory_cap']);
    expect(shed).toBe(1);
    small.write(' and ended\n');
    await small.receives('echo small and ended\nLookupFinished\n');
  });
});

test('closeAfterReply ends a session in good order behind its first reply, whatever else it sent', async () => {
  const answering = await start({ closeAfterReply: true });
  const client = await answering.client();
  // Far more than what one read brings: closing over it would be a reset.
  client.write(`${SF}${RB}first\n${'more\n'.repeat(60_000)}`);
  await until('the end', () => client.isOver);
  await client.receives('echo first\nLookupFinished\n');
  expect(client.error).toBe('');
  expect(answering.events).toHaveLength(1);
  await until('closed', () => answering.listener.connectionCount === 0);
  expect(answering.count('tf_intake_connections_closed_total', { reason: 'answered' })).toBe(1);
  // Nobody waits for a reply in a session without ReplyBack.
  const other = await answering.client();
  other.write('one\n');
  await until('one', () => answering.events.length === 2);
  other.write('two\n');
  await until('two', () => answering.events.length === 3);
});

test('a session that brings nothing is closed, where that is set', async () => {
  // Long enough for a busy machine to get the event through first.
  const answering = await start({ idleTimeoutMs: 1_000 });
  const client = await answering.client();
  client.write(`${RB}x\n`);
  await until('the end', () => client.isOver);
  await client.receives('echo x\nLookupFinished\n');
  expect(answering.count('tf_intake_connections_closed_total', { reason: 'idle' })).toBe(1);
});

test('a client that resets, or speaks TLS, harms nobody', async () => {
  const answering = await start();
  const breaking = await answering.client();
  breaking.write(`${RB}one\nbegun`);
  await until('one', () => answering.events.length === 1);
  breaking.socket.resetAndDestroy();
  const hello = await answering.client();
  hello.write(Buffer.from('16030100ee010000ea0303', 'hex'));
  await until('both gone', () => answering.listener.connectionCount === 0);
  expect(answering.rejects).toEqual(['connection_lost']);
  for (const reason of ['reset', 'tls_hello']) {
    expect(answering.count('tf_intake_connections_closed_total', { reason })).toBe(1);
  }
  const client = await answering.client();
  client.write(`${RB}two\n`);
  await client.receives('echo two\nLookupFinished\n');
});

test('no line in the log per event, and every metric is described', async () => {
  const answering = await start();
  const client = await answering.client();
  client.socket.end(`${RB}${'x\n'.repeat(1_000)}`);
  await until('all', () => client.isOver && answering.listener.connectionCount === 0);
  expect(answering.log.map(({ code }) => code)).toEqual([
    'intake.listening',
    'intake.connected',
    'intake.disconnected',
  ]);
  for (const { name } of answering.metrics.samples())
    expect(metricDescriptions).toHaveProperty(name);
});
