import { lostOf } from './load.js';
import type { LoadKind } from './load.js';
import type { MeasuredLoad } from './measure.js';

/** What the service must hold on a machine with two cores, the client on it too. */
interface Bar {
  readonly leastPerSecond: number;
  readonly mostP99Ms: number;
}

/** Tracer is said to answer 500 a second; KUMA asks 1,000 a second unless it is told otherwise. */
const bars: Readonly<Partial<Record<LoadKind, Bar>>> = {
  closed: { leastPerSecond: 4000, mostP99Ms: 300 },
  open: { leastPerSecond: 2500, mostP99Ms: 50 },
};
/** An even rate is met when all but the last requests' time is: replies come after the last is due. */
const rateTolerance = 0.98;

/** What a bar asks for, and in how many rounds it was held; undefined for a load without one. */
export function barText(kind: LoadKind, rounds: readonly MeasuredLoad[]): string | undefined {
  const bar = bars[kind];
  if (bar === undefined) return undefined;
  const { leastPerSecond, mostP99Ms } = bar;
  const held = rounds.filter((load) => isHeld(load, bar)).length;
  return (
    `${kind}: at least ${leastPerSecond.toLocaleString('en')} requests/s with p99 of ${mostP99Ms} ms ` +
    `at most, none lost: held in ${held} of ${rounds.length} rounds`
  );
}

function isHeld(load: MeasuredLoad, { leastPerSecond, mostP99Ms }: Bar): boolean {
  return (
    load.perSecond >= leastPerSecond * rateTolerance &&
    load.latencyMs.p99 <= mostP99Ms &&
    lostOf(load) === 0
  );
}
