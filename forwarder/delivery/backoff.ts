/** How delivery spaces its attempts; all in milliseconds. */
export interface DeliveryTiming {
  /** Wait after the first failure; doubles with each further one. */
  readonly backoffMinMs: number;
  readonly backoffMaxMs: number;
  /** A connection that lives so long is a success; one that dies sooner counts as a failure. */
  readonly stableMs: number;
  readonly connectTimeoutMs: number;
  /** A connection that takes not one byte for so long is given up. */
  readonly stallTimeoutMs: number;
  /** A preferred collector that stalled is not gone back to sooner: it still accepts connections. */
  readonly stallPenaltyMs: number;
  /** After a write, messages that come one by one are gathered for so long before the next. */
  readonly gatherMs: number;
  /** Repeated warnings of one kind come at most once in this time, and so do alarms. */
  readonly warnEveryMs: number;
  /** What a collector has read less than so long ago is sent again when its connection is lost. */
  readonly settleMs: number;
  /** A collector gets so long to end its side of a connection that we ended in good order. */
  readonly proofMs: number;
}

export const defaultTiming: DeliveryTiming = {
  backoffMinMs: 200,
  backoffMaxMs: 30_000,
  stableMs: 5000,
  connectTimeoutMs: 10_000,
  stallTimeoutMs: 30_000,
  stallPenaltyMs: 300_000,
  gatherMs: 2,
  warnEveryMs: 60_000,
  settleMs: 10_000,
  proofMs: 5000,
};

/**
 * The wait before the next attempt after `failures` in a row (at least 1): exponential, the upper
 * half random, so that many forwarders do not come back to a collector at the same moment. `random`
 * is from [0, 1[.
 */
export function backoffMs(failures: number, timing: DeliveryTiming, random: number): number {
  const { backoffMinMs, backoffMaxMs } = timing;
  const full = Math.min(backoffMaxMs, backoffMinMs * 2 ** Math.min(30, failures - 1));
  return Math.max(Math.min(backoffMinMs, backoffMaxMs), full * (0.5 + random / 2));
}
