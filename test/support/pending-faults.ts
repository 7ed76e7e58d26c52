interface Fault {
  /** How many requests; default 1. */
  readonly times?: number | undefined;
  /** How many matching requests are served before; default 0. */
  readonly after?: number | undefined;
}

interface Pending<F> {
  readonly fault: F;
  /** Matching requests that are still served. */
  spared: number;
  left: number;
}

/** The faults that a test asked a server of ours for. */
export class PendingFaults<F extends Fault> {
  private pending: readonly Pending<F>[] = [];

  add(fault: F): void {
    const { after = 0, times = 1 } = fault;
    this.pending = [...this.pending, { fault, spared: after, left: times }];
  }

  /** What happens to a request; of several faults that match the one asked for first. */
  take(matches: (fault: F) => boolean): F | undefined {
    for (const one of this.pending) {
      if (!matches(one.fault)) continue;
      if (one.spared > 0) {
        one.spared--;
        continue;
      }
      one.left--;
      if (one.left <= 0) this.pending = this.pending.filter((other) => other !== one);
      return one.fault;
    }
    return undefined;
  }
}
