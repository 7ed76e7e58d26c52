import type { ConsoleFault } from '../test-console.js';

interface Pending {
  readonly fault: ConsoleFault;
  /** Matching requests that are still served. */
  spared: number;
  left: number;
}

/** The faults that a test asked for. */
export class Faults {
  private pending: readonly Pending[] = [];

  add(fault: ConsoleFault): void {
    const { after = 0, times = 1 } = fault;
    this.pending = [...this.pending, { fault, spared: after, left: times }];
  }

  /** What happens to this request; of several faults the one asked for first. */
  take(method: string, path: string): ConsoleFault['what'] | undefined {
    for (const one of this.pending) {
      const { method: wanted = method, path: pattern, what } = one.fault;
      if (wanted !== method || path.search(pattern) < 0) continue;
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
