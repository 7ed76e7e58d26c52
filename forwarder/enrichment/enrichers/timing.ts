/** How the threads of enrichers are watched; all in milliseconds. */
export interface EnricherTiming {
  /** A module must be loaded within so long. */
  readonly startMs: number;
  /** A thread that does nothing for so long, after an event has timed out, hangs. */
  readonly hangMs: number;
  /** Wait before a thread is started again; doubles with each further end. */
  readonly backoffMinMs: number;
  readonly backoffMaxMs: number;
  /** A thread that lived so long begins with the shortest wait again. */
  readonly stableMs: number;
}

export const defaultEnricherTiming: EnricherTiming = {
  startMs: 30_000,
  hangMs: 2000,
  backoffMinMs: 200,
  backoffMaxMs: 30_000,
  stableMs: 60_000,
};

/** The wait before the next start after so many ends in a row, from 1. */
export function backoffMs(ends: number, { backoffMinMs, backoffMaxMs }: EnricherTiming): number {
  return Math.min(backoffMaxMs, backoffMinMs * 2 ** Math.min(30, ends - 1));
}
