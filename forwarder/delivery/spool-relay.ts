import type { SpoolEvents } from './spool/spool.js';

/**
 * Passes on what a spool tells. A spool is opened before delivery is made, and begins to tell at once;
 * what it tells before anybody listens is nothing that cannot be asked of it.
 */
export class SpoolRelay implements SpoolEvents {
  listener: SpoolEvents | undefined;

  readonly onEvicted = (belowSeq: number): void => {
    this.listener?.onEvicted(belowSeq);
  };

  readonly onWritten = (belowSeq: number): void => {
    this.listener?.onWritten?.(belowSeq);
  };

  readonly onHealth = (isHealthy: boolean, error: Error | undefined): void => {
    this.listener?.onHealth?.(isHealthy, error);
  };
}
