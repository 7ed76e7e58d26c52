import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createHash } from 'node:crypto';

import { ReplyOrder } from '../../../forwarder/intake/cybertrace/reply-order.js';
import type { CybertraceListenerOptions, Reply } from '../../../forwarder/intake/index.js';
import { until } from '../support/listening.js';
import { echo, latin1, startAnswering } from './support/answering.js';
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

const events = (count: number): string[] => Array.from({ length: count }, (_, i) => `event ${i}`);
const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');
const replies = (texts: readonly string[]): string =>
  texts.map((text) => `echo ${text}\nLookupFinished\n`).join('');

/** A reply of so many bytes, all different. */
function longReply(bytes: number): Reply {
  let text = '';
  for (let line = 0; text.length < bytes; line += 1) text += `line ${line} \u00e9\n`;
  return { text: `${text}LookupFinished\n`, messages: 2 };
}

describe('replies', () => {
  test('to 200 events of one segment come in order', async () => {
    const answering = await start();
    const client = await answering.client();
    client.write(begin + lines(events(200)));
    await client.receives(replies(events(200)));
    expect(answering.count('tf_reply_messages_total')).toBe(400);
    expect(answering.count('tf_intake_lines_total')).toBe(200);
  });

  test('that come later keep the order of their events', async () => {
    const resolvers: (() => void)[] = [];
    const answering = await start({
      answer: (...event) => {
        const reply = echo(...event) as Reply;
        // Every third comes at once, and still waits for those before it.
        if (latin1(event[1], event[2], event[3]).endsWith('2')) return reply;
        return new Promise((resolve) =>
          resolvers.push(() => {
            resolve(reply);
          }),
        );
      },
    });
    const client = await answering.client();
    client.socket.end(begin + lines(events(300)));
    while (!client.isOver) {
      await until('more, or the end', () => resolvers.length > 0 || client.isOver);
      // Never more are waited for at once than one session may have.
      expect(resolvers.length).toBeLessThanOrEqual(64);
      for (const resolve of resolvers.splice(0).reverse()) resolve();
    }
    await client.receives(replies(events(300)));
    expect(client.error).toBe('');
  });

  test('that fail cost one event its reply, and the log says so once', async () => {
    const answering = await start({
      answer: (...event) => {
        const text = latin1(event[1], event[2], event[3]);
        if (text.endsWith('1')) throw new Error('thrown');
        return text.endsWith('2') ? Promise.reject(new Error('rejected')) : echo(...event);
      },
    });
    const client = await answering.client();
    client.write(begin + lines(events(5)));
    await client.receives(replies(['event 0', 'event 3', 'event 4']));
    expect(answering.count('tf_intake_handler_errors_total')).toBe(2);
    expect(answering.log.filter(({ code }) => code === 'intake.handler_failed')).toHaveLength(1);
  });

  test.each([20_000, 70_000, 3_000_000])('of %d bytes arrive whole', async (bytes) => {
    const reply = longReply(bytes);
    const answering = await start({ answer: () => reply, replyBufferBytes: 65_536 });
    const client = await answering.client();
    client.socket.end(`${begin}one\ntwo\n`);
    await until('the end', () => client.isOver);
    const sha = (text: string): string => createHash('sha1').update(text, 'latin1').digest('hex');
    const whole = Buffer.from(reply.text + reply.text).toString('latin1');
    expect([client.text.length, sha(client.text)]).toEqual([whole.length, sha(whole)]);
    expect(answering.count('tf_reply_messages_total')).toBe(4);
  });
});

test('a session with much to answer lets the others go first', async () => {
  const reply = longReply(20_000);
  const answering = await start({ answer: () => reply });
  const busy = await answering.client();
  const other = await answering.client();
  busy.write(begin + lines(events(100)));
  other.write(`${begin}other\n`);
  await until('all', () => answering.events.length === 101);
  const at = answering.events.findIndex(({ text }) => text === 'other');
  expect(at).toBeLessThan(50);
  await until('all replied', () => busy.text.length === 100 * Buffer.byteLength(reply.text));
});

describe('a client that does not read', () => {
  test('has no more of its events taken, until it reads', async () => {
    const reply = longReply(100_000);
    const answering = await start({ answer: () => reply, replyBufferBytes: 200_000 });
    const client = await answering.client();
    client.socket.pause();
    client.write(begin + lines(events(300)));
    await until('some', () => answering.events.length > 0);
    // What the operating system takes for a client is bounded; the rest is the listener's to bound.
    const taken = (): number => answering.events.filter(({ session }) => session.id === 1).length;
    let before = -1;
    while (before !== taken()) {
      before = taken();
      const other = await answering.client();
      other.write(`${begin}x\n`);
      await until('another is served', () => other.text.endsWith('LookupFinished\n'));
      other.socket.destroy();
    }
    expect(taken()).toBeLessThan(250);
    client.socket.resume();
    await until('all', () => client.text.length === 300 * Buffer.byteLength(reply.text));
  });

  test('is disconnected after a while; what it did not read is counted', async () => {
    const reply = longReply(100_000);
    const answering = await start({
      answer: () => reply,
      replyBufferBytes: 200_000,
      replyStallMs: 100,
    });
    const client = await answering.client();
    client.socket.pause();
    client.write(begin + lines(events(300)));
    await until(
      'disconnected',
      () => answering.count('tf_intake_connections_closed_total', { reason: 'reply_stall' }) === 1,
    );
    const dropped = answering.count('tf_reply_messages_dropped_total', { reason: 'unread' });
    const sent = answering.count('tf_reply_messages_total');
    expect(dropped).toBeGreaterThan(0);
    const answered = answering.events.length;
    expect(dropped + sent).toBe(2 * answered);
    // Its events that had come and were not taken are no secret either.
    expect(new Set(answering.rejects)).toEqual(new Set(['connection_lost']));
    expect(answering.log.map(({ code }) => code)).toContain('intake.reply_stall');
    const other = await answering.client();
    other.write(`${begin}x\n`);
    await until('another is served', () => other.text.endsWith('LookupFinished\n'));
  });

  test('and goes away loses its replies, those that come later too, and they are counted', async () => {
    const resolvers: ((reply: Reply) => void)[] = [];
    const answering = await start({
      answer: () => new Promise<Reply>((resolve) => resolvers.push(resolve)),
    });
    const client = await answering.client();
    client.write(`${begin}one\ntwo\n`);
    await until('both asked', () => resolvers.length === 2);
    resolvers[1]!({ text: 'b\n', messages: 1 });
    client.socket.resetAndDestroy();
    await until('gone', () => answering.listener.connectionCount === 0);
    resolvers[0]!({ text: 'a\nb\nc\n', messages: 3 });
    await until(
      'counted',
      () => answering.count('tf_reply_messages_dropped_total', { reason: 'lost' }) === 4,
    );
  });
});

test('the order holds for any order of coming', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('now', 'later', 'fails'), { maxLength: 20 }),
      fc.infiniteStream(fc.nat()),
      async (kinds, picks) => {
        const out: string[] = [];
        const order = new ReplyOrder(
          ({ text }) => out.push(text),
          () => undefined,
          () => undefined,
        );
        const settle: (() => void)[] = [];
        for (const [index, kind] of kinds.entries()) {
          const reply = { text: `${index}`, messages: 1 };
          if (kind === 'now') order.add(reply);
          else {
            order.add(
              new Promise((resolve, reject) => {
                settle.push(() => {
                  if (kind === 'later') resolve(reply);
                  else reject(new Error('failed'));
                });
              }),
            );
          }
        }
        while (settle.length > 0) {
          settle.splice((picks.next().value as number) % settle.length, 1)[0]!();
          await Promise.resolve();
        }
        await new Promise(setImmediate);
        const wanted = kinds.flatMap((kind, index) => (kind === 'fails' ? [''] : [`${index}`]));
        expect(out).toEqual(wanted);
        expect([order.size, order.waitingBytes]).toEqual([0, 0]);
      },
    ),
  );
});
