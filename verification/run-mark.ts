import { randomInt, randomUUID } from 'node:crypto';

import { markedAttributes, type RunMark } from './envelope.js';
import type { VerificationEvent } from './events.js';
import { indicatorKey } from './indicators.js';

/** What marks a new run; without an address a random one of 198.18.0.0/15. */
export function newRunMark(sourceAddress: string = randomBenchmarkAddress()): RunMark {
  return { runId: randomUUID(), sourceAddress };
}

/** What the events of this run hold: the source addresses apart, they mark the run. */
export function sentValues(events: readonly VerificationEvent[], mark: RunMark) {
  const sourceAddresses = new Set([mark.sourceAddress]);
  const sentKeys = new Set<string>();
  for (const [key, value] of events.flatMap((event) => markedAttributes(event, mark))) {
    if (key === 'src') sourceAddresses.add(value);
    if (value !== mark.sourceAddress && value !== mark.runId) sentKeys.add(indicatorKey(value));
  }
  return { sourceAddresses, sentKeys };
}

/** 198.18.0.0/15 is set apart for tests between networks (RFC 2544): no host of a network has it. */
function randomBenchmarkAddress(): string {
  return `198.${randomInt(18, 20)}.${randomInt(0, 256)}.${randomInt(1, 255)}`;
}
