import { setTimeout as sleep } from 'node:timers/promises';

import type { CollectorDaemon } from '../../support/collector-daemon.js';

/** How a collector ends: in good order, or at once. */
export type Ending = 'SIGTERM' | 'SIGKILL';

/** Ends the collector and starts it again half a second later. */
export async function endAndStart(
  daemon: CollectorDaemon,
  signal: Ending,
  awayMs = 500,
): Promise<void> {
  await daemon.end(signal);
  await sleep(awayMs);
  await daemon.start();
}

/**
 * Three restarts at random moments while the sender is `connected`. Before the last one the collector hangs for a moment, so that
 * bytes it never read are lost with it.
 */
export async function restarts(
  daemon: CollectorDaemon,
  signal: Ending,
  random: () => number,
  connected: () => Promise<unknown>,
): Promise<void> {
  // One that ends in good order reads on for a moment: there must be more than it reads in that.
  for (const stallMs of [0, 0, signal === 'SIGTERM' ? 1500 : 150]) {
    await connected();
    await sleep(200 + random() * 600);
    if (stallMs > 0) daemon.stall();
    await sleep(stallMs);
    await endAndStart(daemon, signal);
  }
}
