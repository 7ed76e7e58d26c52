import { PendingFaults } from '../../support/pending-faults.js';
import type { ConsoleFault } from '../test-console.js';

/** The faults that a test asked for. */
export class Faults {
  private readonly pending = new PendingFaults<ConsoleFault>();

  add(fault: ConsoleFault): void {
    this.pending.add(fault);
  }

  /** What happens to this request; of several faults the one asked for first. */
  take(method: string, path: string): ConsoleFault['what'] | undefined {
    return this.pending.take(
      // search() keeps no state, whatever the flags.
      (fault) => (fault.method ?? method) === method && path.search(fault.path) >= 0,
    )?.what;
  }
}
