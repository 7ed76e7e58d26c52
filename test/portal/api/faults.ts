import { PendingFaults } from '../../support/pending-faults.js';
import type { PortalFault } from '../test-portal.js';
import type { Target } from './target.js';

/** The faults that a test asked for. */
export class Faults {
  private readonly pending = new PendingFaults<PortalFault>();

  add(fault: PortalFault): void {
    this.pending.add(fault);
  }

  /** What happens to this request; of several faults the one asked for first. */
  take({ path, rawQuery }: Target): PortalFault['what'] | undefined {
    const query = new URLSearchParams(rawQuery);
    const whole = `${path}?${[...query].map(([name, value]) => `${name}=${value}`).join('&')}`;
    return this.pending.take(
      // search() keeps no state, whatever the flags.
      ({ path: wanted }) =>
        wanted === undefined || path.search(wanted) >= 0 || whole.search(wanted) >= 0,
    )?.what;
  }
}
