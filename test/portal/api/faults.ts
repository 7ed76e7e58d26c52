import type { PortalFault } from '../test-portal.js';
import type { Target } from './target.js';

interface Pending {
  readonly fault: PortalFault;
  /** Matching requests that are still served. */
  spared: number;
  left: number;
}

/** The faults that a test asked for. */
export class Faults {
  private pending: readonly Pending[] = [];

  add(fault: PortalFault): void {
    const { after = 0, times = 1 } = fault;
    this.pending = [...this.pending, { fault, spared: after, left: times }];
  }

  /** What happens to this request; of several faults the one asked for first. */
  take({ path, rawQuery }: Target): PortalFault['what'] | undefined {
    const query = new URLSearchParams(rawQuery);
    const whole = `${path}?${[...query].map(([name, value]) => `${name}=${value}`).join('&')}`;
    for (const one of this.pending) {
      const { path: pattern, what } = one.fault;
      // search() keeps no state, whatever the flags.
      if (pattern !== undefined && path.search(pattern) < 0 && whole.search(pattern) < 0) continue;
      if (one.spared > 0) {
        one.spared--;
        continue;
      }
      one.left--;
      if (one.left <= 0) this.pending = this.pending.filter((other) => other !== one);
      return what;
    }
    return undefined;
  }
}
