import { expect, test } from '@jest/globals';

import { StallError } from '../../forwarder/delivery/transports/index.js';
import { until } from '../faults/fake-collector.js';
import { messagesOf, numbersOf } from '../faults/messages.js';
import { createNetwork } from '../faults/rig/network.js';
import { describeWith } from '../faults/rig/needs.js';
import type { CollectorDaemon } from '../support/collector-daemon.js';
import { rsyslogDaemon } from '../support/rsyslog.js';
import { assuredTo, never } from './assured-rig.js';
import type { AssuredRig } from './assured-rig.js';
import type { Network } from '../faults/rig/network.js';

interface NetworkRig extends AssuredRig {
  readonly network: Network;
  readonly daemon: CollectorDaemon;
}

/** The real rsyslog in a network of its own. */
async function withCollector(
  limits: { readonly stallMs: number; readonly stallTimeoutMs: number },
  body: (rig: NetworkRig) => Promise<void>,
): Promise<void> {
  const network = createNetwork();
  const daemon = await rsyslogDaemon({ address: network.address, prefix: network.prefix });
  const rig = assuredTo(
    { url: `tcp://${network.address}:${daemon.port}` },
    { stallTimeoutMs: limits.stallTimeoutMs, assurance: { stallMs: limits.stallMs } },
  );
  try {
    await daemon.start();
    await rig.transport.open(never);
    await body({ ...rig, network, daemon });
  } finally {
    await rig.transport.close(0);
    await daemon.remove();
    network.remove();
  }
}

describeWith(['networks', 'rsyslogd'], 'assured, over a network', () => {
  test('a black hole is noticed within the limit, and nothing comes out of it later', async () => {
    await withCollector({ stallMs: 700, stallTimeoutMs: 30_000 }, async (rig) => {
      const { transport, assurance, losses, network, daemon } = rig;
      expect(await transport.write(messagesOf(1000))).toBe(1000);
      await until('all', () => assurance.acknowledgedBytes === assurance.sentBytes);
      network.swallow();
      const beganMs = performance.now();
      // The kernel takes it without a word.
      expect(await transport.write(messagesOf(200))).toBe(200);
      await until('the loss', () => losses.length > 0);
      const [{ error, isAllRead, atMs }] = losses as [AssuredRig['losses'][0]];
      expect(error).toBeInstanceOf(StallError);
      expect(error.message).toBe('the collector took nothing for 700 ms');
      expect(isAllRead).toBe(false);
      expect(atMs - beganMs).toBeGreaterThanOrEqual(700);
      network.heal();
      await transport.open(never);
      expect(await transport.write(messagesOf(10))).toBe(10);
      await until('the new ones', () => daemon.lines().length >= 1010);
      // The kernel would send again what was swallowed by now, had it been left to it.
      await new Promise((resolve) => setTimeout(resolve, 2000));
      expect(daemon.lines()).toHaveLength(1010);
      expect(numbersOf(daemon.lines().slice(1000))).toEqual(numbersOf(daemon.lines().slice(0, 10)));
    });
  });

  test('a collector that makes no room and then is gone gets no longer limit', async () => {
    await withCollector({ stallMs: 1000, stallTimeoutMs: 60_000 }, async (rig) => {
      const { transport, losses, network, daemon } = rig;
      daemon.stall();
      const writing = transport.write(messagesOf(60_000, 1000));
      // Its machine answers: this is not yet a loss.
      await new Promise((resolve) => setTimeout(resolve, 2500));
      expect(losses).toEqual([]);
      network.swallow();
      expect(await writing).toBeLessThan(60_000);
      expect(losses).toEqual([expect.objectContaining({ error: expect.any(StallError) })]);
      expect(losses[0]?.error.message).toBe('the collector took nothing for 1000 ms');
      daemon.resume();
    });
  });

  test('a reset on the way is a loss at once', async () => {
    await withCollector({ stallMs: 1000, stallTimeoutMs: 30_000 }, async (rig) => {
      const { transport, assurance, losses, network } = rig;
      expect(await transport.write(messagesOf(100))).toBe(100);
      await until('all', () => assurance.acknowledgedBytes === assurance.sentBytes);
      network.reset();
      await transport.write(messagesOf(100));
      await until('the loss', () => losses.length > 0);
      expect(losses).toEqual([
        expect.objectContaining({
          isAllRead: false,
          error: expect.objectContaining({ message: 'connection reset by the collector' }),
        }),
      ]);
    });
  });

  test('the real rsyslog, ended or killed after it has read all, has read all', async () => {
    await withCollector({ stallMs: 5000, stallTimeoutMs: 30_000 }, async (rig) => {
      const { transport, assurance, losses, daemon } = rig;
      for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
        const before = daemon.lines().length;
        expect(await transport.write(messagesOf(5000, 300))).toBe(5000);
        await until('all', () => daemon.lines().length === before + 5000);
        await daemon.end(signal);
        await until('the loss', () => losses.length > 0);
        expect(losses.splice(0)).toEqual([expect.objectContaining({ isAllRead: true })]);
        expect(assurance.acknowledgedBytes).toBe(assurance.sentBytes);
        await daemon.start();
        await transport.open(never);
      }
      // In its tracks with unread messages, then killed: not so.
      daemon.stall();
      await new Promise((resolve) => setTimeout(resolve, 200));
      // (Few enough for the room that a fresh connection has.)
      expect(await transport.write(messagesOf(100))).toBe(100);
      await until('all', () => assurance.acknowledgedBytes === assurance.sentBytes);
      await daemon.end('SIGKILL');
      await until('the loss', () => losses.length > 0);
      expect(losses).toEqual([expect.objectContaining({ isAllRead: false })]);
    });
  });
});
