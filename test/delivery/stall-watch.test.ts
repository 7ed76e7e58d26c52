import { expect, test } from '@jest/globals';

import type { QueueRow } from '../../forwarder/delivery/transports/assured/queue-rows.js';
import { StallWatch } from '../../forwarder/delivery/transports/assured/stall-watch.js';

const limits = { stallMs: 5000, noRoomMs: 30_000 };

function row(txQueue: number, changed: Partial<QueueRow> = {}): QueueRow {
  const still = { timer: 'retransmit', retransmits: 3, unansweredProbes: 0 } as const;
  return { state: 'established', txQueue, ...still, ...changed };
}

/** Looks each `everyMs` from then on; returns when a limit was overrun, and which one. */
function overrun(watch: StallWatch, what: QueueRow, fromMs: number, everyMs = 250) {
  for (let nowMs = fromMs; nowMs < fromMs + 100_000; nowMs += everyMs) {
    const limitMs = watch.see(what, false, nowMs);
    if (limitMs !== undefined) return [nowMs, limitMs];
  }
  return undefined;
}

test('nothing is acknowledged: given up after stallMs', () => {
  const watch = new StallWatch(limits);
  watch.begin(1000);
  expect(overrun(watch, row(700), 1250)).toEqual([6000, 5000]);
});

test('what moves is not given up, whether more was acknowledged or the queue shrinks', () => {
  const watch = new StallWatch(limits);
  watch.begin(0);
  for (let nowMs = 250; nowMs < 60_000; nowMs += 250) {
    const moves = nowMs % 4000 === 0;
    expect(watch.see(row(1_000_000 - nowMs, {}), moves, nowMs)).toBeUndefined();
  }
});

test('a closed window whose probes are answered gets noRoomMs, one whose are not stallMs', () => {
  const closed = { timer: 'zeroWindowProbe' } as const;
  const watch = new StallWatch(limits);
  watch.begin(0);
  expect(overrun(watch, row(700, closed), 0)).toEqual([30_000, 30_000]);
  const dead = new StallWatch(limits);
  dead.begin(0);
  expect(overrun(dead, row(700, { ...closed, unansweredProbes: 3 }), 0)).toEqual([5000, 5000]);
});

test('time in which nobody could look is no stall: a process that was frozen or too busy', () => {
  const watch = new StallWatch(limits);
  watch.begin(0);
  expect(watch.see(row(700), false, 250)).toBeUndefined();
  expect(watch.see(row(700), false, 3_600_000)).toBeUndefined();
  const [atMs = 0] = overrun(watch, row(700), 3_600_250) ?? [];
  expect(atMs).toBeGreaterThan(3_602_000);
  expect(atMs).toBeLessThanOrEqual(3_605_000);
});

test('many sockets, few readings: still given up', () => {
  const watch = new StallWatch({ stallMs: 1000, noRoomMs: 30_000 });
  watch.begin(0);
  const [atMs = Infinity] = overrun(watch, row(700), 2000, 2000) ?? [];
  expect(atMs).toBeLessThanOrEqual(6000);
});
