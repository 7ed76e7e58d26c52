/** What the threads of enrichers may take, and how they are watched. */
export interface EnricherLimits {
  /** A module must be loaded within so long. */
  readonly startMs: number;
  /** A thread that does nothing for so long, after an event has timed out, hangs. */
  readonly hangMs: number;
  /** Wait before a thread is started again; doubles with each further end. */
  readonly backoffMinMs: number;
  readonly backoffMaxMs: number;
  /** What a module may have on the heap; a thread that needs more ends. */
  readonly heapMiB: number;
  /** A thread that lived so long begins with the shortest wait again. */
  readonly stableMs: number;
}

export const defaultEnricherLimits: EnricherLimits = {
  startMs: 30_000,
  hangMs: 2000,
  backoffMinMs: 200,
  backoffMaxMs: 30_000,
  heapMiB: 256,
  stableMs: 60_000,
};

/** The wait before the next start after so many ends in a row, from 1. */
export function backoffMs(ends: number, { backoffMinMs, backoffMaxMs }: EnricherLimits): number {
  return Math.min(backoffMaxMs, backoffMinMs * 2 ** Math.min(30, ends - 1));
}
