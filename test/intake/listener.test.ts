import { afterEach, describe, expect, test } from '@jest/globals';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

import { exitCodeOf, ServiceError } from '../../forwarder/core/index.js';
import type { ListenerOptions } from '../../forwarder/intake/index.js';
import { metricDescriptions } from '../../forwarder/telemetry/index.js';
import { closed, connected, sleep, startListening, until } from './support/listening.js';
import type { Listening } from './support/listening.js';
import { eachEvent } from './support/each-line.js';

const open: Listening[] = [];

async function start(options: Partial<ListenerOptions> = {}): Promise<Listening> {
  const listening = await startListening(options);
  open.push(listening);
  return listening;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((listening) => listening.stop()));
});

/** The error with which a listener refuses to start. */
async function failure(options: Partial<ListenerOptions>): Promise<ServiceError> {
  try {
    await start(options);
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error('it started');
}

describe('an address that cannot be opened', () => {
  test('names the port in use and how to find who has it', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const error = await failure({ port });
    expect(error).toMatchObject({ code: 'TF_LISTEN', where: 'intake.jsa.listen', retryable: true });
    expect(error.message).toBe(`cannot listen on 127.0.0.1:${port}: another process listens there`);
    expect(error.hint).toContain(`ss -ltnp 'sport = :${port}'`);
    expect(exitCodeOf(error)).toBe(69);
    await new Promise((resolve) => other.close(resolve));
  });

  test('names an address of another machine', async () => {
    const error = await failure({ host: '192.0.2.1' });
    expect(error.message).toContain('this machine has no such address');
    expect(error.hint).toContain('intake.jsa.listen');
  });

  test('names certificates that cannot be used, without their text', async () => {
    const error = await failure({ tls: { cert: 'no certificate', key: 'the secret key' } });
    expect(error).toMatchObject({ code: 'TF_LISTEN', where: 'intake.jsa.tls' });
    expect(error.message + (error.hint ?? '')).not.toContain('secret');
  });
});

describe('peers', () => {
  test('an IPv4-mapped address is shown as IPv4', async () => {
    const listening = await start({ host: '::ffff:127.0.0.1' });
    const client = await connected(connect(listening.listener.address.port, '127.0.0.1'));
    client.end('x\n');
    await until('line', () => listening.lines.length === 1);
    expect(listening.sessions).toEqual([{ id: 1, listener: 'jsa', peer: '127.0.0.1' }]);
  });

  test('connections beyond the limit are refused and counted, the others live', async () => {
    const listening = await start({ maxConnections: 2 });
    const first = await listening.client();
    await listening.client();
    await until('two', () => listening.listener.connectionCount === 2);
    await closed(await listening.client());
    await until(
      'refused',
      () => listening.metrics.total('tf_intake_connections_refused_total') === 1,
    );
    expect(listening.log.map(({ code }) => code)).toContain('intake.too_many_connections');
    first.end('still\n');
    await until('line', () => listening.lines.length === 1);
  });

  test('a closed connection makes room for the next one', async () => {
    const listening = await start({ maxConnections: 1 });
    for (let round = 1; round <= 5; round += 1) {
      const client = await listening.client();
      client.end(`${round}\n`);
      await closed(client);
      await until('gone', () => listening.listener.connectionCount === 0);
    }
    expect(listening.lines).toEqual(['1', '2', '3', '4', '5']);
  });
});

describe('reading', () => {
  test('plain connections share one buffer, unless told otherwise', async () => {
    for (const sharesReadBuffer of [true, false]) {
      const memories = new Set<unknown>();
      let count = 0;
      const listening = await start({
        sharesReadBuffer,
        onLines: eachEvent((_session, bytes) => {
          memories.add(bytes.buffer);
          count += 1;
        }),
      });
      // Longer than what the runtime's pool of small buffers would take.
      const line = `${'z'.repeat(20_000)}\n`;
      const clients: Socket[] = [await listening.client(), await listening.client()];
      for (const [index, client] of clients.entries()) {
        client.write(`${line}short\n`);
        await until('both lines', () => count === 2 * (index + 1));
        await sleep(5);
      }
      // Beside the shared one a carry buffer may show up for each long line.
      expect([...memories].some((memory) => (memory as ArrayBuffer).byteLength === 65_536)).toBe(
        sharesReadBuffer,
      );
    }
  });

  test('bytes and NULs of any kind pass through as they are', async () => {
    const taken: Buffer[] = [];
    const listening = await start({
      onLines: eachEvent((_session, bytes, from, to) =>
        taken.push(Buffer.from(bytes.slice(from, to))),
      ),
    });
    const client = await listening.client();
    const any = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte).filter((b) => b !== 10));
    client.end(Buffer.concat([any, Buffer.from('\n')]));
    await until('line', () => taken.length === 1);
    expect(taken[0]!.equals(any)).toBe(true);
  });
});

test('time spent paused does not make an unfinished line older', async () => {
  const listening = await start({ partialLineTimeoutMs: 800 });
  const client = await listening.client();
  client.write('begun');
  await until('read', () => listening.metrics.total('tf_intake_bytes_total') === 5);
  listening.listener.pause();
  await sleep(900);
  listening.listener.resume();
  // Longer than the sweep's interval, and shorter than the time that is left.
  await sleep(300);
  client.write(' and ended\n');
  await until('line', () => listening.lines.length === 1);
  expect(listening.rejects).toEqual([]);
});

describe('a TLS client on the plain port', () => {
  test('is named in the log once, closed, and is no event', async () => {
    const listening = await start();
    const hello = Buffer.from('16030100ee010000ea0303', 'hex');
    for (let round = 0; round < 3; round += 1) {
      const client = await listening.client();
      client.write(hello);
      await closed(client);
    }
    await until('gone', () => listening.listener.connectionCount === 0);
    const warnings = listening.log.filter(({ code }) => code === 'intake.tls_hello');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({ level: 'warn', fields: { peer: '127.0.0.1' } });
    expect(warnings[0]!.message).toContain('intake.jsa.tls');
    expect(
      listening.metrics.total('tf_intake_connections_closed_total', { reason: 'tls_hello' }),
    ).toBe(3);
    expect(listening.lines).toEqual([]);
    expect(listening.rejects).toEqual([]);
  });

  test('its first byte later in the stream means nothing', async () => {
    const listening = await start();
    const client = await listening.client();
    client.write('first\n');
    await until('first', () => listening.lines.length === 1);
    client.end(Buffer.from('\x16\x03second\n', 'latin1'));
    await until('second', () => listening.lines.length === 2);
  });
});

test('no line in the log per event, and every metric is described', async () => {
  const listening = await start();
  const client = await listening.client();
  client.end('x\n'.repeat(1_000));
  await until('all lines', () => listening.lines.length === 1_000);
  await until('gone', () => listening.listener.connectionCount === 0);
  expect(listening.log.map(({ code }) => code)).toEqual([
    'intake.listening',
    'intake.connected',
    'intake.disconnected',
  ]);
  const names = new Set(listening.metrics.samples().map(({ name }) => name));
  expect([...names].sort()).toEqual(
    Object.keys(metricDescriptions)
      .filter((name) => name.startsWith('tf_intake_'))
      .sort(),
  );
});
