import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Socket } from 'node:net';

import type { ListenerOptions } from '../../forwarder/intake/index.js';
import { closed, sleep, startListening, until } from '../intake/support/listening.js';
import type { Listening } from '../intake/support/listening.js';
import { jsaEnvelopes, jsaVariants } from '../fixtures/events/index.js';
import { eachEvent } from '../intake/support/each-line.js';

export interface InputUnderTest {
  readonly name: string;
  /** What makes this input what it is; asked for before each test. */
  readonly options: () => Partial<ListenerOptions>;
  /** A connected client. */
  readonly connect: (port: number) => Promise<Socket>;
  /** Breaks a client's connection off (TCP RST). */
  readonly reset: (client: Socket) => void;
}

/** What every input promises, whatever it speaks and however it reads. */
export function describeInput(input: InputUnderTest): void {
  describe(`input: ${input.name}`, () => {
    let listening: Listening;
    const clients: Socket[] = [];

    async function start(options: Partial<ListenerOptions> = {}): Promise<void> {
      await listening.stop();
      listening = await startListening({ ...input.options(), ...options });
    }

    async function connect(): Promise<Socket> {
      const socket = await input.connect(listening.listener.address.port);
      clients.push(socket);
      return socket;
    }

    beforeEach(async () => {
      listening = await startListening(input.options());
    });

    afterEach(async () => {
      for (const client of clients.splice(0)) client.destroy();
      await listening.stop();
      expect(listening.listener.connectionCount).toBe(0);
    });

    test('hands every example on as it was sent, in order, whatever the chunks', async () => {
      const sent = [...jsaEnvelopes, ...jsaVariants.values()];
      const bytes = Buffer.from(sent.map((line) => `${line}\r\n`).join('\n'));
      for (const size of [1_000, 7, 65_537]) {
        listening.lines.length = 0;
        const client = await connect();
        client.setNoDelay(true);
        for (let start = 0; start < bytes.length; start += size) {
          client.write(bytes.subarray(start, start + size));
          // Gives small chunks the chance to arrive by themselves, some in mid-character.
          if (start % 50 === 0) await sleep(0);
        }
        client.end();
        await until('all lines', () => listening.lines.length >= sent.length);
        expect(listening.lines).toEqual(sent);
        client.destroy();
      }
      expect(listening.metrics.total('tf_intake_bytes_total')).toBe(3 * bytes.length);
      expect(listening.metrics.total('tf_intake_lines_total')).toBe(3 * sent.length);
    });

    test('keeps the lines of parallel connections apart and knows their peers', async () => {
      const parallel = await Promise.all(Array.from({ length: 20 }, connect));
      for (let round = 0; round < 10; round += 1) {
        for (const [index, client] of parallel.entries()) {
          client.write(`${index}:${round} and a part`);
        }
        await sleep(1);
        for (const client of parallel) client.write(' of a line\n');
      }
      await until('all lines', () => listening.lines.length >= 200);
      const bySession = new Map<number, string[]>();
      for (const [index, { id, peer, listener }] of listening.sessions.entries()) {
        expect({ peer, listener }).toEqual({ peer: '127.0.0.1', listener: 'jsa' });
        bySession.set(id, [...(bySession.get(id) ?? []), listening.lines[index]!]);
      }
      expect(bySession.size).toBe(20);
      for (const lines of bySession.values()) {
        const owner = lines[0]!.split(':')[0]!;
        expect(lines).toEqual(
          Array.from({ length: 10 }, (_, round) => `${owner}:${round} and a part of a line`),
        );
      }
      expect(listening.listener.connectionCount).toBe(20);
    });

    test('an unfinished last line is an event when the peer ends', async () => {
      const client = await connect();
      client.end('first\nlast');
      await until('both lines', () => listening.lines.length === 2);
      expect(listening.lines).toEqual(['first', 'last']);
      await closed(client);
      await until('closed', () => listening.listener.connectionCount === 0);
      expect(
        listening.metrics.total('tf_intake_connections_closed_total', { reason: 'ended' }),
      ).toBe(1);
      expect(listening.rejects).toEqual([]);
    });

    test('a line over the limit is counted once and the connection lives', async () => {
      await start({ maxLineBytes: 1_000 });
      const client = await connect();
      client.write(`before\n${'x'.repeat(300_000)}\nafter\n`);
      await until('the line after', () => listening.lines.includes('after'));
      expect(listening.lines).toEqual(['before', 'after']);
      expect(listening.rejects).toEqual(['line_too_long']);
      expect(listening.metrics.total('tf_intake_oversize_lines_total')).toBe(1);
      expect(listening.metrics.total('tf_intake_oversize_bytes_total')).toBe(300_000);
    });

    test('a line without its end is given up after its time, and the connection closed', async () => {
      await start({ partialLineTimeoutMs: 60 });
      const client = await connect();
      const idle = await connect();
      idle.write('whole\n');
      client.write('whole\npart');
      // Single bytes do not make the line younger.
      const drip = setInterval(() => client.write('.'), 20);
      await closed(client);
      clearInterval(drip);
      await until('counted', () => listening.rejects.length > 0);
      expect(listening.lines).toEqual(['whole', 'whole']);
      expect(listening.rejects).toEqual(['partial_timeout']);
      expect(listening.metrics.total('tf_intake_partial_timeouts_total')).toBe(1);
      await until('closed', () => listening.listener.connectionCount === 1);
      expect(idle.destroyed).toBe(false);
    });

    test('while paused connections are accepted and nothing is read; resume reads it all', async () => {
      await start({ startPaused: true, partialLineTimeoutMs: 50 });
      const client = await connect();
      client.end('one\ntwo');
      await until('accepted', () => listening.listener.connectionCount === 1);
      await sleep(120);
      expect(listening.lines).toEqual([]);
      expect(listening.metrics.total('tf_intake_bytes_total')).toBe(0);
      listening.listener.resume();
      await until('both lines', () => listening.lines.length === 2);
      expect(listening.lines).toEqual(['one', 'two']);
      expect(listening.rejects).toEqual([]);
    });

    test('pause slows the sender down instead of filling memory', async () => {
      const client = await connect();
      client.write('first\n');
      await until('first line', () => listening.lines.length === 1);
      listening.listener.pause();
      const line = `${'y'.repeat(9_999)}\n`;
      let sent = 0;
      // More than all buffers of the operating system on the way can hold.
      const total = 5_000;
      const writing = (async () => {
        for (; sent < total; sent += 1) {
          if (!client.write(line)) await new Promise((resolve) => client.once('drain', resolve));
        }
      })();
      let before = -1;
      while (before !== sent) {
        before = sent;
        await sleep(100);
      }
      expect(sent).toBeLessThan(total);
      expect(listening.metrics.total('tf_intake_bytes_total')).toBeLessThan(1_000_000);
      listening.listener.resume();
      await writing;
      await until('all lines', () => listening.lines.length === total + 1);
    });

    test('a handler may pause and resume in the middle of a chunk', async () => {
      let taken = 0;
      await start({
        onLines: eachEvent(() => {
          taken += 1;
          if (taken % 3 !== 0) return;
          listening.listener.pause();
          setImmediate(() => {
            listening.listener.resume();
          });
        }),
      });
      const client = await connect();
      for (let index = 0; index < 300; index += 1) client.write(`line ${index}\n`);
      client.end();
      await until('all lines', () => taken === 300);
    });

    test('a connection that breaks is counted, with its cut line, and harms no other', async () => {
      const client = await connect();
      const other = await connect();
      client.write('whole\npart');
      await until('whole line', () => listening.lines.length === 1);
      input.reset(client);
      await until('gone', () => listening.listener.connectionCount === 1);
      expect(listening.rejects).toEqual(['connection_lost']);
      expect(listening.metrics.total('tf_intake_cut_lines_total')).toBe(1);
      other.write('still here\n');
      await until('other line', () => listening.lines.length === 2);
      expect(listening.lines).toEqual(['whole', 'still here']);
    });

    test('a handler that throws costs one line, not the connection', async () => {
      const taken: string[] = [];
      await start({
        onLines: eachEvent((_session, bytes, from, to) => {
          const line = Buffer.from(bytes.slice(from, to)).toString();
          if (line === 'bad') throw new Error('cannot handle this');
          taken.push(line);
        }),
      });
      const client = await connect();
      client.write('a\nbad\nb\nbad\nc\n');
      await until('all lines', () => taken.length === 3);
      expect(taken).toEqual(['a', 'b', 'c']);
      expect(listening.metrics.total('tf_intake_handler_errors_total')).toBe(2);
      const logged = listening.log.filter(({ code }) => code === 'intake.handler_failed');
      expect(logged).toMatchObject([{ level: 'error', message: 'cannot handle this' }]);
    });

    test('close takes what has arrived, closes every connection and accepts no more', async () => {
      const senders = await Promise.all(Array.from({ length: 5 }, connect));
      for (const [index, client] of senders.entries()) {
        client.write(`${`line ${index}\n`.repeat(2_000)}cut`);
      }
      const { port } = listening.listener.address;
      const closing = listening.listener.close(5_000);
      expect(listening.listener.close(0)).toBe(closing);
      await closing;
      expect(listening.lines).toHaveLength(10_000);
      expect(listening.rejects).toEqual(Array.from({ length: 5 }, () => 'connection_lost'));
      expect(
        listening.metrics.total('tf_intake_connections_closed_total', { reason: 'stopped' }),
      ).toBe(5);
      await Promise.all(senders.map(closed));
      await expect(input.connect(port)).rejects.toThrow('ECONNREFUSED');
    });

    test('close keeps its deadline while a peer never stops sending', async () => {
      const client = await connect();
      const sending = setInterval(() => client.write('again\n'), 5);
      await until('sending', () => listening.lines.length > 0);
      const begin = performance.now();
      await listening.listener.close(300);
      const took = performance.now() - begin;
      clearInterval(sending);
      // It reads on until the deadline, and no longer.
      expect(took).toBeGreaterThan(250);
      expect(took).toBeLessThan(5_000);
    });

    test('a paused listener closes without reading', async () => {
      await start({ startPaused: true });
      const client = await connect();
      client.write('waits\n');
      await until('accepted', () => listening.listener.connectionCount === 1);
      await listening.listener.close(1_000);
      expect(listening.lines).toEqual([]);
    });
  });
}
