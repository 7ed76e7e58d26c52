import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { readLeef } from '../../support/leef.js';
import { freePort } from '../../support/rsyslog.js';
import { projectDirectory } from '../../support/service-process.js';

let folder: string;
let child: ChildProcess | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tf-hang-'));
  await writeFile(join(folder, 'feed.json'), '[{"mask":"bad.example"}]');
});
afterEach(async () => {
  if (child?.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'close');
  }
  await rm(folder, { recursive: true });
});

async function startHanging(collectors: readonly string[]) {
  const file = join(folder, 'forwarder.yaml');
  await writeFile(
    file,
    `feeds: [{ path: feed.json }]
http: false
intake: { jsa: { listen: "127.0.0.1:0" }, cybertrace: false }
matching: { workers: 0 }
service: { watchdogSeconds: 1 }
delivery: { collectors: ${JSON.stringify(collectors)}, spool: false }
`,
  );
  const started = spawn(
    process.execPath,
    [
      ...['--import', './tools/ts-node.mjs'],
      ...[join(projectDirectory, 'test/service/support/hanging-service.ts'), file],
    ],
    { cwd: projectDirectory, stdio: ['pipe', 'pipe', 'pipe'] },
  );
  child = started;
  const output = { stdout: '', stderr: '' };
  started.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  started.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  await until(
    () => output.stderr.includes('test.ready'),
    () => output.stderr,
  );
  return {
    output,
    hang(ms: number) {
      started.stdin.write(`hang ${ms}\n`);
    },
    async end() {
      started.stdin.end();
      await once(started, 'close');
      return started.exitCode;
    },
  };
}

async function until(isTrue: () => boolean, said: () => string): Promise<void> {
  for (let waited = 0; !isTrue(); waited += 20) {
    if (waited > 20_000) throw new Error(`it did not come to pass:\n${said()}`);
    await sleep(20);
  }
}

/**
 * Hangs until it is reported, at most four times: a machine that is busy elsewhere may keep the watching
 * thread from its start, or stop it as well, and then there is no hang to be seen.
 */
async function hangUntil(
  isReported: () => boolean,
  ms: number,
  service: Awaited<ReturnType<typeof startHanging>>,
): Promise<{ readonly begunAtMs: number }> {
  const ended = (): number => service.output.stderr.split('test.moves').length - 1;
  for (let hangs = 1; hangs <= 4; hangs += 1) {
    const [before, begunAtMs] = [ended(), Date.now()];
    service.hang(ms);
    await until(
      () => isReported() || ended() > before,
      () => service.output.stderr,
    );
    if (!isReported()) continue;
    // The main loop has said nothing yet: it is the thread that reported.
    expect(ended()).toBe(before);
    return { begunAtMs };
  }
  throw new Error(`never reported:\n${service.output.stderr}`);
}

async function startCollector() {
  let text = '';
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    unavailable: () =>
      text
        .split('\n')
        .filter((line) => line.includes('|KL_ALERT_ServiceUnavailable|'))
        .map(readLeef),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('a main loop that hangs', () => {
  test('is reported while it hangs, once for each hang, to the first collector that answers', async () => {
    const away = await freePort();
    const collector = await startCollector();
    try {
      const service = await startHanging([`tcp://127.0.0.1:${away}`, collector.url]);
      const { begunAtMs } = await hangUntil(
        () => collector.unavailable().length === 1,
        4_000,
        service,
      );
      const [first] = collector.unavailable();
      expect(first?.attributes['reason']).toBe('the service hangs');
      const since = Date.parse(first?.attributes['since'] ?? '');
      expect(Math.abs(since - begunAtMs)).toBeLessThan(3_000);
      expect(Number(first?.attributes['devTime'])).toBeGreaterThan(since);

      await until(
        () => service.output.stderr.includes('watchdog.over'),
        () => service.output.stderr,
      );
      expect(service.output.stderr).toContain('"watchdog.hang"');
      expect(service.output.stderr).toContain(`reported to ${collector.url}`);
      await sleep(500);
      expect(collector.unavailable()).toHaveLength(1);
      await hangUntil(() => collector.unavailable().length === 2, 2_500, service);
      expect(await service.end()).toBe(0);
    } finally {
      await collector.close();
    }
  }, 120_000);

  test('without collectors it stands on standard output at once', async () => {
    const service = await startHanging([]);
    await hangUntil(
      () => service.output.stdout.includes('KL_ALERT_ServiceUnavailable'),
      3_000,
      service,
    );
    expect(await service.end()).toBe(0);
  }, 60_000);

  test('a process that was stopped as a whole and goes on is no hang', async () => {
    const service = await startHanging([]);
    child?.kill('SIGSTOP');
    await sleep(2_500);
    child?.kill('SIGCONT');
    await sleep(800);
    expect(await service.end()).toBe(0);
    expect(service.output.stdout).not.toContain('KL_ALERT_ServiceUnavailable');
  }, 60_000);
});
