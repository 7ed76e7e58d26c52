import { expect } from '@jest/globals';

import type { Trial } from './trial.js';
import { unaccounted } from './trial.js';

/**
 * The most messages that are sent again after one loss of a connection: those in the margin (6 MiB),
 * in the sender's socket buffer (tcp_wmem: 4 MB), and those that were written while the progress was
 * looked up (at most half a second of 50,000 a second); a numbered line has at least 180 bytes.
 */
export const windowMessages = Math.ceil((6 * 2 ** 20 + 4 * 2 ** 20) / 180) + 25_000;

/** What assured delivery promises of every fault it survives. */
export function expectNothingLost(trial: Trial, mostDuplicates: number): void {
  const { delivery, state, isAlive, connections } = trial;
  expect(delivery).toMatchObject({ lost: 0, firstLost: [], alien: 0 });
  expect(delivery.duplicates).toBeLessThanOrEqual(mostDuplicates);
  expect(isAlive).toBe(true);
  // Order: a message comes after a later one only where a new connection sends some again.
  expect(delivery.steps).toBeLessThanOrEqual(connections);
  expect(unaccounted(state)).toBe(0);
}
