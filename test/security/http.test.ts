import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { startHealthServer } from '../../forwarder/service/health/health.js';
import type { HealthServer } from '../../forwarder/service/health/health.js';
import { silentLogger } from '../../forwarder/telemetry/index.js';
import { rawAnswers, rawSocket } from '../support/http-raw.js';
import { statusPage } from '../support/status-page.js';

/** What http serves is for reading, by this machine, and cheap to serve. */

let server: HealthServer;
const asked = { metrics: 0 };
const sockets: Socket[] = [];

async function start(host = '127.0.0.1'): Promise<void> {
  server = await startHealthServer({
    host,
    port: 0,
    readiness: () => ({ isReady: true, reasons: [] }),
    metrics: () => {
      asked.metrics += 1;
      return Promise.resolve('tf_up_seconds 1\n');
    },
    status: () => statusPage(),
    logger: silentLogger,
  });
}

beforeEach(async () => {
  asked.metrics = 0;
  await start();
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close();
});

const headersOf = (extra: readonly string[] = []): string =>
  ['Host: 127.0.0.1', 'Connection: close', ...extra, '', ''].join('\r\n');

/** The status of one request; 0 when the server closed without an answer. */
async function statusOf(requestLine: string, extra: readonly string[] = []): Promise<number> {
  const request = `${requestLine} HTTP/1.1\r\n${headersOf(extra)}`;
  const { answers, isClosed } = await rawAnswers(server.address.port, request);
  expect(isClosed).toBe(true);
  expect(answers.length).toBeLessThanOrEqual(1);
  return answers[0]?.status ?? 0;
}

const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.once('close', () => {
      resolve();
    });
  });

const drained = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.once('drain', resolve);
  });

describe('methods', () => {
  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'LINK'])(
    '%s is refused',
    async (method) => {
      expect(await statusOf(`${method} /metrics`)).toBe(405);
      expect(asked.metrics).toBe(0);
    },
  );

  test('CONNECT and an upgrade lead nowhere', async () => {
    expect(await statusOf('CONNECT 127.0.0.1:22')).toBe(0);
    expect(await statusOf('GET /livez', ['Upgrade: websocket'])).toBe(200);
  });

  test('a header cannot make another method of it', async () => {
    const overrides = ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'];
    for (const name of overrides) {
      expect(await statusOf('POST /livez', [`${name}: GET`])).toBe(405);
      expect(await statusOf('GET /livez', [`${name}: DELETE`])).toBe(200);
    }
    expect(await statusOf('POST /livez?_method=GET')).toBe(405);
  });
});

describe('content', () => {
  test('is never taken: not announced, not chunked, not after asking', async () => {
    expect(await statusOf('GET /metrics', ['Content-Length: 5'])).toBe(413);
    expect(await statusOf('GET /metrics', ['Transfer-Encoding: chunked'])).toBe(413);
    expect(await statusOf('GET /metrics', ['Content-Length: 5', 'Expect: 100-continue'])).toBe(413);
    expect(await statusOf('POST /metrics', ['Content-Length: 1000000000000'])).toBe(405);
    expect(await statusOf('GET /metrics', ['Content-Length: 0'])).toBe(200);
    expect(asked.metrics).toBe(1);
  });

  test('a gigabyte of it is not read', async () => {
    const socket = await rawSocket(server.address.port);
    sockets.push(socket);
    socket.resume();
    const gone = closed(socket);
    socket.write(`POST /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${2 ** 30}\r\n\r\n`);
    const chunk = Buffer.alloc(65_536);
    let written = 0;
    while (!socket.destroyed && written < 2 ** 28) {
      written += chunk.length;
      if (!socket.write(chunk)) await Promise.race([drained(socket), gone]);
    }
    await gone;
    // No more than the buffers of two sockets hold.
    expect(written).toBeLessThan(2 ** 26);
  });
});

describe('paths', () => {
  test.each([
    '/../../etc/passwd',
    '/..%2f..%2fetc%2fpasswd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/metrics/../../etc/passwd',
    '/metrics%00.txt',
    '//metrics',
    '/metrics/',
    '/./metrics',
    '/METRICS',
    '/constructor',
    '/__proto__',
    '\\..\\metrics',
    'http://127.0.0.1/metrics',
    '*',
  ])('%s leads nowhere', async (path) => {
    expect([400, 404]).toContain(await statusOf(`GET ${path}`));
    expect(asked.metrics).toBe(0);
  });
});

describe('the name of the host', () => {
  const hostStatus = async (host: string): Promise<number> => {
    const request = `GET /status HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
    return (await rawAnswers(server.address.port, request)).answers[0]?.status ?? 0;
  };

  test('must be one of this machine while only this machine can reach it', async () => {
    const own = [
      '127.0.0.1',
      'localhost:9990',
      'LOCALHOST',
      'localhost.',
      '[::1]:9990',
      '127.1.2.3',
    ];
    for (const host of own) expect([host, await hostStatus(host)]).toEqual([host, 200]);
    const foreign = [
      'evil.example',
      'evil.example:9990',
      '127.0.0.1.evil.example',
      'localhost.evil.example',
      'evil.example#127.0.0.1',
      '127.0.0.1@evil.example',
      '192.0.2.1',
      '[::2]',
      '0x7f.1',
      '2130706433',
      '',
    ];
    for (const host of foreign) expect([host, await hostStatus(host)]).toEqual([host, 403]);
  });

  test('is not asked for where the operator has opened the port to others', async () => {
    await server.close();
    await start('0.0.0.0');
    expect(await hostStatus('forwarder.example:9990')).toBe(200);
  });

  test('must be there once', async () => {
    const { port } = server.address;
    const get = 'GET /metrics HTTP/1.1\r\nConnection: close\r\n';
    expect((await rawAnswers(port, `${get}\r\n`)).answers[0]?.status).toBe(400);
    const twice = `${get}Host: 127.0.0.1\r\nHost: evil.example\r\n\r\n`;
    expect((await rawAnswers(port, twice)).answers[0]?.status).toBe(400);
    expect(asked.metrics).toBe(0);
  });
});

describe('answers', () => {
  test('allow no other origin anything and are not kept, guessed or framed', async () => {
    const request = 'GET /status HTTP/1.1\r\n' + headersOf(['Origin: https://evil.example']);
    const [answer] = (await rawAnswers(server.address.port, request)).answers;
    expect(answer?.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    const names = Object.keys(answer?.headers ?? {});
    expect(names.filter((name) => name.startsWith('access-control-'))).toEqual([]);
    expect(names).not.toContain('set-cookie');
    expect(names).not.toContain('server');
    expect(names).not.toContain('x-powered-by');
  });

  test('to a pre-flight of another origin is a refusal', async () => {
    const extra = ['Origin: https://evil.example', 'Access-Control-Request-Method: POST'];
    expect(await statusOf('OPTIONS /status', extra)).toBe(405);
  });
});

describe('smuggling', () => {
  /** A second request hides where two readings of the first differ; it must never be answered. */
  const hidden = 'GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n';
  test.each([
    ['two lengths', `Content-Length: 0\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`],
    [
      'length and chunks',
      `Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
    ],
    ['an odd encoding', `Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${hidden}`],
    ['chunked, identity', `Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${hidden}`],
    ['a space before the colon', `Content-Length : ${hidden.length}\r\n\r\n${hidden}`],
    ['a folded header', `X-A: b\r\n Content-Length: 3\r\n\r\n${hidden}`],
    ['a bare LF in a header', `X-A: b\nContent-Length: 3\r\n\r\n${hidden}`],
    ['a bare CR in a header', `X-A: b\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`],
    ['a signed length', `Content-Length: +${hidden.length}\r\n\r\n${hidden}`],
    ['a hexadecimal length', `Content-Length: 0x0\r\n\r\n${hidden}`],
    ['content with a length', `Content-Length: ${hidden.length}\r\n\r\n${hidden}`],
    ['content in chunks', `Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`],
    ['a NUL in a header', `X-A: b\0c\r\n\r\n${hidden}`],
  ])('%s', async (_name, rest) => {
    const request = `GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n${rest}`;
    const { answers, isClosed } = await rawAnswers(server.address.port, request);
    expect(isClosed).toBe(true);
    expect(answers.map(({ status }) => status)).toEqual([expect.any(Number)]);
    expect([400, 413]).toContain(answers[0]?.status);
    expect(asked.metrics).toBe(0);
  });
});

describe('what one client may cost', () => {
  test('headers are bounded in bytes and number', async () => {
    expect(await statusOf('GET /livez', [`X-A: ${'a'.repeat(20_000)}`])).toBe(431);
    expect(await statusOf(`GET /${'a'.repeat(20_000)}`)).toBe(431);
    const many = Array.from({ length: 400 }, (_, index) => `X-${index}: 1`);
    expect([200, 431]).toContain(await statusOf('GET /livez', many));
  });

  test('slow headers and slow content end in some seconds', async () => {
    const started = Date.now();
    const gone = async (text: string): Promise<number> => {
      const socket = await rawSocket(server.address.port);
      sockets.push(socket);
      socket.resume();
      const drip = setInterval(() => socket.write('a'), 500);
      socket.write(text);
      await closed(socket);
      clearInterval(drip);
      return Date.now() - started;
    };
    const waited = await Promise.all([
      gone('GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: '),
      gone('GE'),
      gone('POST /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n\r\n'),
    ]);
    for (const ms of waited) expect(ms).toBeLessThan(15_000);
  }, 30_000);

  test('more than 128 connections are not held, and the first ones are served', async () => {
    const first = await rawSocket(server.address.port);
    sockets.push(first);
    const answered: Buffer[] = [];
    first.on('data', (chunk: Buffer) => answered.push(chunk));
    let refused = 0;
    for (let count = 0; count < 300; count += 1) {
      const socket = await rawSocket(server.address.port);
      socket.once('close', () => (refused += 1));
      sockets.push(socket);
    }
    for (let waited = 0; refused < 173 && waited < 3000; waited += 20) await sleep(20);
    expect(refused).toBe(301 - 128);
    first.write('GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
    for (let waited = 0; answered.length === 0 && waited < 3000; waited += 20) await sleep(20);
    expect(Buffer.concat(answered).toString()).toContain('200 OK');
  });
});
