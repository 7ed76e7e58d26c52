export interface Pace {
  readonly from: number;
  readonly count: number;
  readonly perSecond: number;
  /** Milliseconds between calls; 5 when absent. */
  readonly tickMs?: number;
}

/**
 * Calls `take` for the numbers from `from` on, `perSecond` of them each second, however long the
 * calls take: what is late is made up for. Resolves when all `count` are through or `isOver` says so,
 * with the next number.
 */
export async function paced(
  { from, count, perSecond, tickMs = 5 }: Pace,
  take: (from: number, to: number) => void,
  isOver: () => boolean = () => false,
): Promise<number> {
  const startedAtMs = performance.now();
  let next = from;
  while (next < from + count && !isOver()) {
    const elapsedMs = performance.now() - startedAtMs + tickMs;
    const due = Math.min(from + count, from + Math.floor((elapsedMs * perSecond) / 1000));
    if (due > next) take(next, due);
    next = Math.max(next, due);
    if (next < from + count) await new Promise((resolve) => setTimeout(resolve, tickMs));
  }
  return next;
}
