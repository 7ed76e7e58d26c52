import { afterEach, describe, expect, test } from '@jest/globals';
import type { Socket } from 'node:net';

import type { ListenerOptions } from '../../forwarder/intake/index.js';
import { closed, sleep, startListening, until } from '../intake/support/listening.js';
import type { Listening } from '../intake/support/listening.js';

const mebibyte = 1_048_576;
const open: Listening[] = [];

async function start(options: Partial<ListenerOptions> = {}): Promise<Listening> {
  const listening = await startListening(options);
  open.push(listening);
  return listening;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((listening) => listening.stop()));
});

/** Writes as the peer takes it; ends when the connection is closed. */
async function write(socket: Socket, bytes: Buffer | string): Promise<void> {
  if (socket.destroyed || socket.write(bytes)) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });
}

function clients(listening: Listening, count: number): Promise<Socket[]> {
  return Promise.all(Array.from({ length: count }, () => listening.client()));
}

/** Codes of the log's warnings and errors, each as often as it was written. */
function warnings({ log }: Listening): readonly string[] {
  return log.filter(({ level }) => level === 'warn' || level === 'error').map(({ code }) => code);
}

describe('a line of 100 MB without an end', () => {
  test('holds no more than one line may, the connection lives and its next event is taken', async () => {
    const listening = await start();
    const client = await listening.client();
    const piece = Buffer.alloc(65_536, 'a');
    const pieces = Math.ceil(100e6 / piece.length);
    let mostHeld = 0;
    for (let sent = 0; sent < pieces; sent += 1) {
      await write(client, piece);
      mostHeld = Math.max(mostHeld, listening.listener.heldBytes);
    }
    client.write('\nnext event\n');
    await until('the next event', () => listening.lines.length === 1);
    expect(listening.lines).toEqual(['next event']);
    expect(listening.rejects).toEqual(['line_too_long']);
    expect(mostHeld).toBeLessThanOrEqual(mebibyte);
    expect(listening.metrics.total('tf_intake_oversize_bytes_total')).toBe(pieces * piece.length);
    expect(listening.listener.connectionCount).toBe(1);
    expect(warnings(listening)).toEqual([]);
  });
});

describe('200 connections, each with 0.9 MiB of a line without an end', () => {
  test('hold no more than the bound; the biggest are cut, counted and told, all others live', async () => {
    const maxBufferedBytes = 16 * mebibyte;
    const shed: number[] = [];
    const listening = await start({ maxBufferedBytes, onShed: ({ id }) => shed.push(id) });
    const honest = await listening.client();
    honest.write('begun ');
    await until('the honest one', () => listening.listener.heldBytes > 0);
    let mostHeld = 0;
    const attackers = await clients(listening, 200);
    const piece = Buffer.alloc(0.9 * mebibyte, 'x');
    for (const attacker of attackers) {
      await write(attacker, piece);
      mostHeld = Math.max(mostHeld, listening.listener.heldBytes);
    }
    const total = 200 * piece.length + 6;
    await until('all cut or read', () => {
      const cut = listening.metrics.total('tf_intake_connections_closed_total', {
        reason: 'memory_cap',
      });
      return cut === shed.length && 201 - cut <= 18;
    });
    expect(mostHeld).toBeLessThanOrEqual(maxBufferedBytes);
    expect(listening.metrics.total('tf_intake_bytes_total')).toBeLessThanOrEqual(total);
    expect(shed.length).toBeGreaterThanOrEqual(183);
    // The first session is the honest one's.
    expect(shed).not.toContain(1);
    expect(listening.rejects).toEqual(shed.map(() => 'memory_cap'));
    expect(warnings(listening)).toEqual(['intake.memory_cap']);
    honest.write('and ended\n');
    await until('the honest line', () => listening.lines.length === 1);
    expect(listening.lines).toEqual(['begun and ended']);
  });

  test('the memory is given back when they go', async () => {
    const listening = await start();
    for (const attacker of await clients(listening, 30)) {
      await write(attacker, Buffer.alloc(mebibyte / 2, 'x'));
    }
    await until('held', () => listening.listener.heldBytes >= 15 * mebibyte);
    await Promise.all(open.splice(0).map((one) => one.stop()));
    expect(listening.listener.heldBytes).toBe(0);
  });

  test('many connections that once had a long line keep no memory for the next one', async () => {
    const listening = await start({ partialLineTimeoutMs: 200 });
    const quiet = await clients(listening, 50);
    for (const client of quiet) {
      client.write('x'.repeat(30_000));
      client.write('y\n');
    }
    await until('all lines', () => listening.lines.length === 50);
    await until('given back', () => listening.listener.heldBytes === 0);
    expect(listening.listener.connectionCount).toBe(50);
  });
});

describe('hundreds of connections that send one byte now and then', () => {
  test('are closed when their line has no end in time, and a real sender is served all the while', async () => {
    const listening = await start({ maxConnections: 600, partialLineTimeoutMs: 400 });
    const real = await listening.client();
    const slow = await clients(listening, 500);
    const trickle = setInterval(() => {
      for (const socket of slow) if (!socket.destroyed) socket.write('a');
    }, 50);
    let sent = 0;
    const partial = (): number =>
      listening.metrics.total('tf_intake_connections_closed_total', { reason: 'partial_timeout' });
    while (partial() < slow.length && sent < 2_000) {
      real.write(`event ${sent}\n`);
      sent += 1;
      await sleep(5);
    }
    clearInterval(trickle);
    expect(partial()).toBe(slow.length);
    await until('all of the real ones', () => listening.lines.length === sent);
    expect(listening.lines.at(-1)).toBe(`event ${sent - 1}`);
    expect(listening.listener.connectionCount).toBe(1);
    // Of 500 there is one line in the log.
    expect(warnings(listening)).toEqual(['intake.partial_timeout']);
  });

  test('fill all places: the sender that is there goes on, and a new one gets in when they are gone', async () => {
    const listening = await start({ maxConnections: 20, partialLineTimeoutMs: 300 });
    const real = await listening.client();
    const slow = await clients(listening, 19);
    for (const socket of slow) socket.write('a');
    await until('all accepted', () => listening.listener.connectionCount === 20);
    await closed(await listening.client());
    expect(listening.metrics.total('tf_intake_connections_refused_total')).toBe(1);
    real.write('still here\n');
    await until('its line', () => listening.lines.length === 1);
    await until('the slow ones gone', () => listening.listener.connectionCount === 1);
    (await listening.client()).write('a new one\n');
    await until('a new one', () => listening.lines.length === 2);
  });
});

describe('connections that say nothing', () => {
  test('are closed after the idle time where one is set; who sends now and then stays', async () => {
    const listening = await start({ idleTimeoutMs: 300 });
    const silent = await listening.client();
    const active = await listening.client();
    const gone = closed(silent);
    const tick = setInterval(() => active.write('alive\n'), 50);
    await gone;
    await sleep(400);
    clearInterval(tick);
    expect(listening.metrics.total('tf_intake_connections_closed_total', { reason: 'idle' })).toBe(
      1,
    );
    expect(active.destroyed).toBe(false);
    expect(listening.rejects).toEqual([]);
    expect(warnings(listening)).toEqual([]);
  });

  test('stay for ever where none is set', async () => {
    const listening = await start({ partialLineTimeoutMs: 40 });
    const silent = await listening.client();
    await until('accepted', () => listening.listener.connectionCount === 1);
    await sleep(300);
    silent.write('after a while\n');
    await until('the line', () => listening.lines.length === 1);
  });

  test('time in which the listener does not read is not theirs', async () => {
    const listening = await start({ idleTimeoutMs: 300, startPaused: true });
    const client = await listening.client();
    await until('accepted', () => listening.listener.connectionCount === 1);
    await sleep(450);
    listening.listener.resume();
    client.write('now read\n');
    await until('the line', () => listening.lines.length === 1);
  });
});

describe('a flood of faults', () => {
  test('of one sender is one line in the log for each cause, not one for each fault', async () => {
    const listening = await start({
      maxConnections: 50,
      maxLineBytes: 1_024,
      partialLineTimeoutMs: 3_000,
      maxBufferedBytes: 30_720,
    });
    const faults = 40;
    for (let round = 0; round < faults; round += 1) {
      const hello = await listening.client();
      hello.write(Buffer.from('16030100ee010000ea0303', 'hex'));
      await closed(hello);
    }
    const broken = await listening.client();
    await write(broken, `${'z'.repeat(2_000)}\n`.repeat(20_000));
    await write(broken, Buffer.concat(Array.from({ length: 20_000 }, () => Buffer.of(0xff, 10))));
    await until('all lines read', () => listening.lines.length === 20_000);
    for (let round = 0; round < faults; round += 1) {
      const cut = await listening.client();
      cut.write('never ended');
    }
    await until(
      'all cut',
      () => listening.metrics.total('tf_intake_partial_timeouts_total') >= faults - 10,
    );
    const crowd = await clients(listening, 90);
    await until(
      'refused',
      () => listening.metrics.total('tf_intake_connections_refused_total') >= 40,
    );
    for (const socket of crowd) socket.destroy();
    const counts = new Map<string, number>();
    for (const code of warnings(listening)) counts.set(code, (counts.get(code) ?? 0) + 1);
    expect([...counts.keys()].sort()).toEqual([
      'intake.memory_cap',
      'intake.partial_timeout',
      'intake.tls_hello',
      'intake.too_many_connections',
    ]);
    expect(Math.max(...counts.values())).toBe(1);
    expect(listening.metrics.total('tf_intake_oversize_lines_total')).toBe(20_000);
  });
});
