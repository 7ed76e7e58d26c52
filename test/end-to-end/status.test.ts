import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, describe, expect, jest, test } from '@jest/globals';

import type { ServiceStatus } from '../../forwarder/service/health/status.js';
import { rawSocket } from '../support/http-raw.js';
import { parsePrometheusText } from '../support/prometheus-text.js';
import { projectDirectory, runCli, startService } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';

const secret = 'S3CR3T-status';
const hit = 'url=http://fakess123.nu\tusrName=alice\n';

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A service of its own folders with these lines of configuration. */
async function serviceWith(...lines: readonly string[]): Promise<ServiceProcess> {
  const directory = await mkdtemp(join(tmpdir(), 'tf-status-'));
  cleanUps.push(() => rm(directory, { recursive: true }));
  const feeds = join(projectDirectory, 'verification/feeds/*.json');
  const config = ['feeds:', `  - path: '${feeds}'`, ...lines].join('\n');
  await writeFile(join(directory, 'forwarder.yaml'), `${config}\n`);
  const service = await startService(['--config', 'forwarder.yaml'], {
    cwd: directory,
    env: { TF_TEST_TOKEN: secret, NO_PROXY: '*' },
  });
  cleanUps.push(async () => {
    await service.stop();
  });
  return service;
}

const baseOf = ({ httpPort }: ServiceProcess): string => `http://127.0.0.1:${httpPort}`;

async function pageOf(service: ServiceProcess): Promise<ServiceStatus> {
  return (await (await fetch(`${baseOf(service)}/status`)).json()) as ServiceStatus;
}

/** Looks at the page until it is as wanted, at most 10 s, and gives it. */
async function pageWhen(
  service: ServiceProcess,
  isSo: (page: ServiceStatus) => boolean,
): Promise<ServiceStatus> {
  const untilMs = Date.now() + 20_000;
  while (Date.now() < untilMs) {
    const page = await pageOf(service);
    if (isSo(page)) return page;
    await sleep(50);
  }
  throw new Error(`never so: ${JSON.stringify(await pageOf(service), undefined, 2)}`);
}

async function sendEvents(service: ServiceProcess, text: string): Promise<void> {
  const socket = connect(service.jsaPort, '127.0.0.1');
  await once(socket, 'connect');
  socket.end(text);
  socket.resume();
  await once(socket, 'close');
}

/** A TCP collector that reads everything. */
async function collector(at = 0): Promise<{ readonly port: number; readonly text: () => string }> {
  let text = '';
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  });
  const port = await listening(server, at);
  cleanUps.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return { port, text: () => text };
}

async function listening(server: Server, at = 0): Promise<number> {
  server.listen(at, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A port at which nobody listens: it was free a moment ago. */
async function deadPort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  server.close();
  await once(server, 'close');
  return port;
}

// The machine may be busy with other tests.
jest.setTimeout(60_000);

describe('a service in good order', () => {
  test('shows it, without a secret, in JSON, on a screen and to Prometheus', async () => {
    const { port, text } = await collector();
    const service = await serviceWith(
      `delivery: { collectors: ['tcp://127.0.0.1:${port}'] }`,
      'leef: { loopToken: true }',
    );
    await sendEvents(service, `${hit}nothing here\n`);
    const page = await pageWhen(
      service,
      ({ delivery, intake }) => delivery.unconfirmed >= 2 && intake.eventsPerSecond.lastMinute > 0,
    );
    expect(page).toMatchObject({
      state: 'ok',
      notReady: [],
      problems: [],
      service: { profile: 'parity', version: expect.stringMatching(/^[0-9]+\./) },
      intake: { received: 2, outcomes: { matched: 1, clean: 1 }, rejected: {} },
      detections: { found: 1, suppressed: {} },
      delivery: { messages: 2, waiting: 0, dropped: {}, isConnected: true },
      statusEvents: [{ event: 'KL_ALERT_ServiceStarted' }],
      loopDetectedAt: null,
    });
    const [lane] = page.delivery.collectors;
    expect(lane).toMatchObject({ url: `tcp://127.0.0.1:${port}`, assurance: 'assured', sent: 2 });
    expect(lane?.sentBytes).toBeGreaterThan(200);
    expect(page.delivery.spool).toMatchObject({ isHealthy: true });
    expect(page.index?.feeds.length).toBeGreaterThan(10);

    // What makes a message pass for ours is in the messages, and nowhere else.
    const probe = /probe=([0-9a-f]{8,})/.exec(text())?.[1];
    const token = /loopToken=([^\t\n]+)/.exec(text())?.[1];
    expect([probe, token]).toEqual([expect.any(String), expect.any(String)]);
    const metrics = await (await fetch(`${baseOf(service)}/metrics`)).text();
    for (const shown of [JSON.stringify(page), metrics, service.stderr()]) {
      expect(shown).not.toContain(probe);
      expect(shown).not.toContain(token);
    }
    expect((await fetch(`${baseOf(service)}/readyz`)).status).toBe(200);

    const families = new Map(parsePrometheusText(metrics).map((family) => [family.name, family]));
    expect(families.get('tf_events_received_total')?.samples[0]?.value).toBe(2);
    expect(families.get('tf_delivery_way_seconds')?.samples.at(-1)).toMatchObject({ value: 2 });
    expect(families.has('tf_nodejs_eventloop_lag_p99_seconds')).toBe(true);

    const screen = await runCli(['status', '--url', baseOf(service)]);
    expect(screen).toMatchObject({ exitCode: 0, stderr: '' });
    expect(screen.stdout).toContain(': ok\n');
    expect(screen.stdout).toMatch(/tcp:\/\/127\.0\.0\.1:[0-9]+ +assured +open /);
    expect(screen.stdout).not.toContain('\x1b');
    const json = await runCli(['status', '--url', baseOf(service), '--json']);
    expect(json.exitCode).toBe(0);
    expect(JSON.parse(json.stdout)).toMatchObject({ state: 'ok', intake: { received: 2 } });
  });

  test('shows no secret of its configuration, though a feed fails', async () => {
    const feedUrl = `http://127.0.0.1:${await deadPort()}/feed.json?key=${secret}`;
    const auth = `auth: { token: 'env:TF_TEST_TOKEN' }`;
    const service = await serviceWith(
      `  - { name: Remote, url: '${feedUrl}', ${auth} }`,
      `delivery: { collectors: ['tcp://127.0.0.1:${await deadPort()}'] }`,
    );
    const page = await pageWhen(service, ({ statusEvents }) =>
      statusEvents.some(({ event }) => event === 'KL_ALERT_FailedToUpdateFeed'),
    );
    const metrics = await (await fetch(`${baseOf(service)}/metrics`)).text();
    const { stdout, stderr } = await runCli(['status', '--url', baseOf(service)]);
    expect(stdout).toContain('KL_ALERT_FailedToUpdateFeed');
    for (const shown of [JSON.stringify(page), metrics, stdout, stderr, service.stderr()]) {
      expect(shown).not.toContain(secret);
    }
  });
});

describe('a service in trouble', () => {
  test('is degraded, and ready, while the spool keeps what no collector takes', async () => {
    const port = await deadPort();
    const service = await serviceWith(`delivery: { collectors: ['tcp://127.0.0.1:${port}'] }`);
    await sendEvents(service, hit);
    const page = await pageWhen(service, ({ problems, delivery }) => {
      return problems.length > 0 && delivery.waiting === 2;
    });
    expect(page.state).toBe('degraded');
    expect(page.problems).toEqual([
      expect.objectContaining({
        code: 'collector.unreachable',
        what: expect.stringContaining(`tcp://127.0.0.1:${port}`),
      }),
    ]);
    expect((await fetch(`${baseOf(service)}/readyz`)).status).toBe(200);
    const screen = await runCli(['status', '--url', baseOf(service)]);
    expect(screen.exitCode).toBe(1);
    expect(screen.stdout).toMatch(/: degraded\n.*\n\n! collector .* is away.*\n {2}what to do: /);
  });

  test('is not ready without collector and spool, nor while it stops', async () => {
    const port = await deadPort();
    const service = await serviceWith(
      `delivery: { collectors: ['tcp://127.0.0.1:${port}'], spool: false }`,
      'service: { stopSeconds: 4 }',
    );
    const ready = await fetch(`${baseOf(service)}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.text()).toBe(
      'not ready: no collector can be reached, and there is no spool\n',
    );
    expect(await pageOf(service)).toMatchObject({ state: 'not ready' });
    // A message waits for a collector: the stop takes its time.
    service.signal('SIGTERM');
    const page = await pageWhen(service, ({ notReady }) => notReady.includes('stopping'));
    expect(page.state).toBe('not ready');
    expect(await (await fetch(`${baseOf(service)}/readyz`)).text()).toMatch(/^not ready: stopping/);
  });

  test('a UDP collector that is away for 5 s costs nothing but its messages, and is called best effort', async () => {
    const first = createSocket('udp4').bind(0, '127.0.0.1');
    await once(first, 'listening');
    const { port } = first.address();
    const received: string[] = [];
    first.on('message', (message) => received.push(message.toString()));
    const service = await serviceWith(`delivery: { collectors: ['udp://127.0.0.1:${port}'] }`);
    await sendEvents(service, hit);
    for (let waited = 0; received.length < 2 && waited < 5000; waited += 20) await sleep(20);
    expect(received.length).toBe(2);

    first.close();
    await once(first, 'close');
    // Every send now meets a refusal of the operating system (ICMP, ECONNREFUSED).
    for (let sent = 0; sent < 25; sent += 1) {
      await sendEvents(service, hit);
      await sleep(200);
    }
    const away = await pageOf(service);
    expect(away.delivery.collectors[0]).toMatchObject({ assurance: 'best effort', unconfirmed: 0 });
    const screen = await runCli(['status', '--url', baseOf(service)]);
    expect(screen.stdout).toMatch(/udp:\/\/127\.0\.0\.1:[0-9]+ +best effort /);

    const second = createSocket('udp4').bind(port, '127.0.0.1');
    await once(second, 'listening');
    second.on('message', (message) => received.push(message.toString()));
    received.length = 0;
    await sendEvents(service, hit);
    for (let waited = 0; received.length < 1 && waited < 8000; waited += 20) await sleep(20);
    second.close();
    expect(received.length).toBeGreaterThanOrEqual(1);
    const { delivery } = await pageOf(service);
    const dropped = Object.values(delivery.dropped).reduce((sum, count) => sum + count, 0);
    expect(delivery.messages).toBe(delivery.acknowledged + delivery.waiting + dropped);
  });

  test('200 connections that say nothing hold neither the intake nor each other up', async () => {
    const { port, text } = await collector();
    const service = await serviceWith(`delivery: { collectors: ['tcp://127.0.0.1:${port}'] }`);
    const slow = await Promise.all(
      Array.from({ length: 200 }, () => rawSocket(service.httpPort ?? 0)),
    );
    cleanUps.push(() => {
      for (const socket of slow) socket.destroy();
      return Promise.resolve();
    });
    for (const socket of slow) socket.write('GET /status HTTP/1.1\r\nX-Slow: ');
    const drip = setInterval(() => {
      for (const socket of slow) if (!socket.destroyed) socket.write('a');
    }, 100);
    await sendEvents(service, hit.repeat(5000));
    await service.until(() => text().split('KL_Malicious_URL').length > 5000, 'detections');
    // Those that hold the place are put out after some seconds, and one that asks is answered.
    let answered = 0;
    for (let waited = 0; answered !== 200 && waited < 12_000; waited += 200) {
      answered = await fetch(`${baseOf(service)}/livez`).then(
        ({ status }) => status,
        () => 0,
      );
      await sleep(200);
    }
    clearInterval(drip);
    expect(answered).toBe(200);
    expect(await pageOf(service)).toMatchObject({ intake: { received: 5000, rejected: {} } });
  });
});

describe('a spool that is full', () => {
  test.each(['dropOldest', 'dropNewest'])(
    'with %s: not ready until a collector comes back',
    async (whenFull) => {
      const port = await deadPort();
      const service = await serviceWith(
        'delivery:',
        `  collectors: ['tcp://127.0.0.1:${port}']`,
        `  spool: { maxBytes: 1MiB, whenFull: ${whenFull} }`,
      );
      const isReady = async (): Promise<string> =>
        (await fetch(`${baseOf(service)}/readyz`)).text();
      expect(await isReady()).toBe('ready\n');
      await sendEvents(service, hit.repeat(6000));
      const full = await pageWhen(service, ({ delivery }) => delivery.spool?.isFull === true);
      expect(full.delivery.dropped).toHaveProperty('spool_full');
      expect(full.delivery.spool?.bytes).toBeLessThanOrEqual(2 ** 20);
      expect(await isReady()).toBe(
        'not ready: no collector can be reached, and the spool is full\n',
      );
      await collector(port);
      const over = await pageWhen(service, ({ delivery }) => delivery.isConnected);
      expect(over.notReady).toEqual([]);
      await pageWhen(service, ({ delivery }) => delivery.spool?.isFull === false);
    },
  );
});

describe('the status command', () => {
  test('ends with 69 when nothing answers, or something else does', async () => {
    const url = `http://127.0.0.1:${await deadPort()}`;
    const nobody = await runCli(['status', '--url', url]);
    expect(nobody).toMatchObject({ exitCode: 69, stdout: '' });
    expect(nobody.stderr).toContain('ECONNREFUSED');
    expect(nobody.stderr).toContain('what to do: ');
    for (const [status, body] of [
      [200, '<html>'],
      [200, 'null'],
      [200, '{"state":"ok"}'],
      [404, '{}'],
      [302, ''],
    ] as const) {
      const other = createHttpServer((_request, response) => {
        response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end(body);
      });
      const port = await listening(other);
      const found = await runCli(['status', '--url', `http://127.0.0.1:${port}`]);
      expect(found).toMatchObject({ exitCode: 69, stdout: '' });
      other.close();
    }
  });

  test.each([
    [['--watch', 'often']],
    [['--watch', '0']],
    [['--url', 'ftp://127.0.0.1']],
    [['--set', 'http=false']],
  ])('%j is refused with 2', async (args) => {
    const refused = await runCli(['status', ...args]);
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
    expect(refused.stderr).toContain('what to do: ');
  });

  test('--watch without a terminal prints a block each time, through an outage, until SIGINT', async () => {
    const service = await serviceWith('delivery: { collectors: [] }');
    const program = join(projectDirectory, 'tools/threat-forwarder.js');
    const child = spawn(
      process.execPath,
      [program, 'status', '--watch', '0.2', '--json', '--url', baseOf(service)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const ended = once(child, 'exit');
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const until = async (isSo: (lines: readonly string[]) => boolean): Promise<void> => {
      for (let waited = 0; !isSo(text.split('\n').slice(0, -1)); waited += 20) {
        if (waited > 10_000) throw new Error(`never so:\n${text}`);
        await sleep(20);
      }
    };
    try {
      await until((lines) => lines.filter((line) => line.includes('"state":"ok"')).length >= 3);
      await service.stop();
      await until((lines) => lines.some((line) => line.includes('TF_PEER_UNAVAILABLE')));
      expect(text).not.toContain('\x1b');
      for (const line of text.split('\n').slice(0, -1)) {
        expect(JSON.parse(line)).toEqual(expect.any(Object));
      }
    } finally {
      child.kill('SIGINT');
    }
    expect(await ended).toEqual([69, null]);
  });

  test('--watch ends when nobody reads it any more', async () => {
    const service = await serviceWith('delivery: { collectors: [] }');
    const program = join(projectDirectory, 'tools/threat-forwarder.js');
    const child = spawn(
      process.execPath,
      [program, 'status', '--watch', '0.1', '--url', baseOf(service)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    expect(await ended).toEqual([expect.any(Number), null]);
    clearTimeout(timer);
  });
});
