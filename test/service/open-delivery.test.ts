import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { loadConfig } from '../../forwarder/config/index.js';
import type { Config } from '../../forwarder/config/index.js';
import type { CollectorDelivery } from '../../forwarder/delivery/index.js';
import { openDelivery } from '../../forwarder/service/collectors.js';
import { createMetrics } from '../../forwarder/telemetry/index.js';
import type { Metrics } from '../../forwarder/telemetry/index.js';
import { refusingUrl } from '../faults/fake-collector.js';
import { messageOf, testLogger } from '../faults/messages.js';
import { projectDirectory } from '../support/service-process.js';

let folder: string;
let spool: string;
let opened: CollectorDelivery | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tf-open-delivery-'));
  spool = join(folder, 'spool');
});
afterEach(async () => {
  await opened?.close(0);
  opened = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function configWith(...set: readonly string[]): Promise<Config> {
  const options = { env: {}, cwd: '/nowhere', packageDirectory: projectDirectory };
  const all = [`delivery.spool.directory=${spool}`, ...set];
  return (await loadConfig({ ...options, set: all })).config;
}

interface Opened {
  readonly delivery: CollectorDelivery;
  readonly metrics: Metrics;
  readonly log: ReturnType<typeof testLogger>;
}

async function open(config: Config): Promise<Opened> {
  const metrics = createMetrics();
  const log = testLogger();
  const tools = { metrics, logger: log, clock: Date.now, onAlarm: undefined };
  opened = await openDelivery(config, new Map(), tools);
  return { delivery: opened, metrics, log };
}

async function away(): Promise<string> {
  return `delivery.collectors=${await refusingUrl('tcp')}`;
}

describe('openDelivery', () => {
  test('with a collector: messages survive in the spool of the configuration', async () => {
    const config = await configWith(await away());
    const first = await open(config);
    for (let number = 0; number < 10; number++) first.delivery.send(messageOf(number));
    await first.delivery.close(20);
    expect(first.delivery.waiting).toBe(10);
    const second = await open(config);
    expect(second.delivery.status()).toMatchObject({ restored: 10, waiting: 10 });
    expect(second.metrics.total('tf_delivery_restored_total')).toBe(10);
    expect(second.delivery.status().spool).toMatchObject({ isHealthy: true });
  });

  test('a stop does not wait for a collector that is away: the next run has what waits', async () => {
    const config = await configWith(await away());
    const first = await open(config);
    for (let number = 0; number < 10; number++) first.delivery.send(messageOf(number));
    // Longer than the test may take.
    await first.delivery.close(600_000);
    expect(first.delivery.waiting).toBe(10);
    expect((await open(config)).delivery.status()).toMatchObject({ restored: 10 });
  });

  test('without a collector there is no spool, and no folder is made', async () => {
    const { delivery } = await open(await configWith());
    expect(delivery.status().spool).toBeUndefined();
    expect(existsSync(spool)).toBe(false);
  });

  test('delivery.spool: false keeps everything in memory', async () => {
    const { delivery } = await open(await configWith(await away(), 'delivery.spool=false'));
    expect(delivery.status().spool).toBeUndefined();
    expect(existsSync(spool)).toBe(false);
  });

  test('a folder that cannot be used ends the start', async () => {
    await writeFile(spool, 'not a folder');
    await expect(open(await configWith(await away()))).rejects.toMatchObject({ code: 'TF_SPOOL' });
  });

  test('where the spool is not required, messages wait in memory and the log says so', async () => {
    await writeFile(spool, 'not a folder');
    const config = await configWith(await away(), 'delivery.spool.required=false');
    const { delivery, log } = await open(config);
    delivery.send(messageOf(0));
    expect(delivery.waiting).toBe(1);
    expect(delivery.status().spool).toBeUndefined();
    expect(log.lines).toContainEqual(
      expect.objectContaining({ level: 'error', code: 'spool.unusable' }),
    );
  });

  test('two services do not share a folder', async () => {
    const config = await configWith(await away());
    const { delivery } = await open(config);
    await expect(open(config)).rejects.toMatchObject({ code: 'TF_SPOOL' });
    await delivery.close(0);
    const { delivery: next } = await open(config);
    expect(next.status().spool).toBeDefined();
  });

  test('what delivery.replay says is what is used', async () => {
    const { replay } = (await configWith('delivery.replay.stallSeconds=9')).delivery;
    expect(replay).toEqual({ confirmSeconds: 300, stallSeconds: 9 });
  });
});
