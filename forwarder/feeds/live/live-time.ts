/** Time as live lookups use it, so that tests can let it pass. */
export interface LiveTime {
  /** Milliseconds from some fixed moment; never goes back. */
  now(): number;
  /** Calls `action` once, after so many milliseconds; gives what calls that off. */
  after(ms: number, action: () => void): () => void;
}

/** The machine's monotonic clock. Its timers keep no process alive. */
export const machineTime: LiveTime = {
  now: () => performance.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms);
    timer.unref();
    return () => {
      clearTimeout(timer);
    };
  },
};
