import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort } from '../../support/collector-daemon.js';
import { startService } from '../../support/service-process.js';
import type { ServiceProcess } from '../../support/service-process.js';
import { findName } from './numbered.js';
import { eventStream } from './events.js';

/** The built service with a folder and ports of its own, to be ended and started again. */
export interface Forwarder {
  readonly jsaPort: number;
  readonly directory: string;
  readonly spoolDirectory: string;
  readonly process: ServiceProcess;
  /** Starts it (again) and resolves to how long that took, in milliseconds. */
  start(): Promise<number>;
  /** SIGTERM; resolves to exit code and time, in milliseconds. */
  stop(): Promise<{ readonly exitCode: number | null; readonly tookMs: number }>;
  kill(): Promise<void>;
  /** Sums of its metrics by name. */
  metrics(): Promise<ReadonlyMap<string, number>>;
  /** Waits until the metrics satisfy `isSo`; resolves to whether they do within the time. */
  until(isSo: (sum: (name: string) => number) => boolean, timeoutMs: number): Promise<boolean>;
  /** Waits until a collector is connected, at most 10 s. */
  connected(): Promise<boolean>;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

/** A service that sends to these collectors; `settings` are further `--set` values. Not started. */
export async function createForwarder(
  collectors: string,
  settings: Readonly<Record<string, string | number>> = {},
): Promise<Forwarder> {
  const directory = await mkdtemp(join(tmpdir(), 'tf-forwarder-'));
  const spoolDirectory = join(directory, 'spool');
  const [jsaPort, httpPort] = [await freePort(), await freePort()];
  const sets = Object.entries({
    'intake.jsa.listen': `127.0.0.1:${jsaPort}`,
    'http.listen': `127.0.0.1:${httpPort}`,
    'delivery.collectors': collectors,
    'delivery.spool.directory': spoolDirectory,
    ...settings,
  }).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  let service: ServiceProcess | undefined;
  let isUp = false;
  const running = (): ServiceProcess => {
    if (service === undefined) throw new Error('the service was not started');
    return service;
  };
  const page = async (path: string): Promise<string> => {
    // A connection that is kept alive may be closed by the service in the moment it is used again.
    const response = await fetch(`http://127.0.0.1:${httpPort}${path}`, {
      headers: { connection: 'close' },
    });
    return response.text();
  };
  const metrics = async (): Promise<ReadonlyMap<string, number>> => sumsOf(await page('/metrics'));
  const kill = async (): Promise<void> => {
    if (!isUp) return;
    isUp = false;
    running().signal('SIGKILL');
    await running().stop();
  };
  return {
    ...{ jsaPort, directory, spoolDirectory, metrics, kill },
    get process() {
      return running();
    },
    async start() {
      const beganAtMs = performance.now();
      service = await startService(sets, { cwd: directory, timeoutMs: 30_000 });
      isUp = true;
      return performance.now() - beganAtMs;
    },
    async stop() {
      const beganAtMs = performance.now();
      const exitCode = await running().stop();
      isUp = false;
      return { exitCode, tookMs: performance.now() - beganAtMs };
    },
    async until(isSo, timeoutMs) {
      const end = Date.now() + timeoutMs;
      for (;;) {
        const sums = await metrics();
        if (isSo((name) => sums.get(name) ?? 0)) return true;
        if (Date.now() > end) return false;
        await sleep(50);
      }
    },
    async connected() {
      for (let waited = 0; waited < 10_000; waited += 50) {
        const status = JSON.parse(await page('/status')) as { delivery: { isConnected: boolean } };
        if (status.delivery.isConnected) return true;
        await sleep(50);
      }
      return false;
    },
    async remove() {
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Values of a metrics page, summed over the labels of each name. */
export function sumsOf(page: string): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const line of page.split('\n')) {
    const [, name, value] = /^([a-zA-Z_:]+)(?:\{.*\})? (\S+)/.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    sums.set(name, (sums.get(name) ?? 0) + Number(value));
  }
  return sums;
}

/**
 * The numbers of the events whose detections stand whole in the files of a spool, found without
 * knowing its format: by their names. The last one of each file may have been cut and is left out.
 */
export async function numbersInSpool(directory: string): Promise<ReadonlySet<number>> {
  const numbers = new Set<number>();
  for (const name of await readdir(directory).catch(() => [])) {
    const text = await readFile(join(directory, name), 'latin1').catch(() => '');
    const found = [...text.matchAll(/[a-z]-\d{9}-[0-9a-f]{8}/g)];
    for (const [match] of found.slice(0, -1)) {
      const event = findName(match);
      if (event?.stream === eventStream) numbers.add(event.number);
    }
  }
  return numbers;
}
