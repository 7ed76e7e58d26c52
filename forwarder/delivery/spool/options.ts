import type { Clock, CounterSource, Logger } from '../../core/index.js';
import type { SpoolFiles } from './files.js';
import type { LockTiming } from './lock.js';
import type { SpoolEvents } from './spool.js';

export interface SpoolOptions {
  /** Its folder; made when missing. One running service each. */
  readonly directory: string;
  /** How much of the disk its segment files may take. */
  readonly maxBytes: number;
  /** Size of one file; never more than a quarter of maxBytes. */
  readonly segmentBytes: number;
  readonly whenFull: 'dropOldest' | 'dropNewest';
  /** What was written is forced onto the disk so often, in milliseconds; 0: after each write. */
  readonly syncMs: number;
  readonly counters: CounterSource;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly events: SpoolEvents;
  /** The machine's file system when absent. */
  readonly files?: SpoolFiles;
  readonly timing?: Partial<SpoolTiming>;
}

export interface SpoolTiming {
  /** A disk that cannot be written is tried again so often. */
  readonly retryMs: number;
  /** What is done with is noted at least so often. */
  readonly checkpointMs: number;
  /** Writes begin no oftener than that, unless much waits: few large ones cost less. */
  readonly gatherMs: number;
  readonly lock: LockTiming;
}

export const defaultSpoolTiming: SpoolTiming = {
  retryMs: 1000,
  checkpointMs: 1000,
  gatherMs: 1,
  lock: { beatMs: 1000, silentMs: 10_000 },
};
